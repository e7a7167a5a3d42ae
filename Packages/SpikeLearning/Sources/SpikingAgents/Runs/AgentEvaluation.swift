import SpikeGym
import SpikingLayers
import TorchTensors

/// How an agent does when it always takes the likeliest action.
public struct AgentEvaluation: Codable, Hashable, Sendable {
    /// The undiscounted sum of rewards of each episode.
    public let returns: [Double]
    /// Steps of each episode.
    public let lengths: [Int]
    /// Spikes of the encoded observation, a unit and step of time.
    public let inputRate: Double
    /// Spikes of the actor's neurons, a neuron and step of time.
    public let actorRate: Double

    /// Steps after which an episode counts as cut off, where the environment has no limit of its own.
    static let stepLimit = 100_000

    public var mean: Double { returns.reduce(0, +) / Double(returns.count) }

    /// Of the episodes, with n − 1; 0 for one.
    public var standardDeviation: Double {
        guard returns.count > 1 else { return 0 }
        return (returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(returns.count - 1)).squareRoot()
    }

    /// Plays so many episodes: each copy of the environment one at a time, so that short ones do not count for more.
    ///
    /// - Parameters:
    ///   - environment: Its copies play together; it is reset first.
    ///   - seed: Of the first episode; the others have the numbers after it.
    ///   - shouldStop: Asked before each step; true ends the evaluation with a `CancellationError`.
    /// - Throws: `EnvironmentError`, `CodecError`, `TensorError`, `CancellationError`.
    public init(
        of policy: SpikingPolicy, _ encoder: ObservationEncoder, in environment: any VectorEnvironment, episodes: Int,
        seed: UInt64, device: Device = .cpu, shouldStop: () -> Bool = { false }
    ) throws {
        precondition(episodes > 0, "AgentEvaluation: episodes must be > 0, got \(episodes)")
        let copies = environment.count
        var (returns, lengths): ([Double], [Int]) = ([], [])
        var (inputs, inputPlaces, outputs, outputPlaces) = (0.0, 0.0, 0.0, 0.0)
        var check = FiniteCheck(environment)
        rounds: while returns.count < episodes {
            var feed = ObservationFeed(encoder, batch: copies, device: device)
            var current = try environment.reset(seed: seed &+ UInt64(returns.count))
            try check.begin(current)
            var (sums, counts) = ([Double](repeating: 0, count: copies), [Int](repeating: 0, count: copies))
            // The last round may need fewer than there are copies.
            var isPlaying = (0..<copies).map { returns.count + $0 < episodes }
            let wanted = isPlaying.count { $0 }
            while isPlaying.contains(true) {
                if shouldStop() { throw CancellationError() }
                let (tensor, spikes) = try feed.spikes(current)
                inputs += Double(spikes.spikeCount)
                inputPlaces += Double(spikes.values.count)
                let drawn = try withoutGradient {
                    try policy.actor.observingSpikes { (_, spikes) throws(TensorError) in
                        outputs += try spikes.sum().item()
                        outputPlaces += Double(spikes.count)
                    } during: {
                        try policy.distribution(tensor).mode()
                    }
                }
                let step = try environment.step(environment.actionSpace.actions(drawn))
                // What was cut off says nothing: the same episodes once more.
                if step.isRestarted { continue rounds }
                try check.advance(step)
                for row in 0..<copies where isPlaying[row] {
                    sums[row] += step.rewards[row]
                    counts[row] += 1
                    isPlaying[row] = !step.isEnd(row) && counts[row] < Self.stepLimit
                }
                feed.follow(step)
                current = step.observations
            }
            returns += sums[..<wanted]
            lengths += counts[..<wanted]
        }
        self.returns = returns
        self.lengths = lengths
        inputRate = inputs / inputPlaces
        actorRate = outputs / outputPlaces
    }
}
