import SpikeGym
import SpikingLayers
import TorchTensors

/// The results of an agent that always takes the most probable action.
public struct AgentEvaluation: Codable, Hashable, Sendable {
    /// The return of each episode: the undiscounted sum of its rewards.
    public let returns: [Double]
    /// The number of steps of each episode.
    public let lengths: [Int]
    /// The mean number of input spikes per unit and time step.
    public let inputRate: Double
    /// The mean number of spikes per neuron of the actor and time step.
    public let actorRate: Double

    /// The number of steps after which an episode is cut off if the environment has no limit of its own.
    static let stepLimit = 100_000

    /// The mean return of the episodes.
    public var mean: Double { returns.reduce(0, +) / Double(returns.count) }

    /// The sample standard deviation of the returns (n − 1); 0 for one episode.
    public var standardDeviation: Double {
        guard returns.count > 1 else { return 0 }
        return (returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(returns.count - 1)).squareRoot()
    }

    /// Plays `episodes` episodes. Each round plays one whole episode per environment, so that short episodes do not
    /// count for more.
    ///
    /// Traps unless `episodes` is above 0.
    /// - Parameters:
    ///   - policy: The policy that acts.
    ///   - encoder: The encoder that the policy was trained with.
    ///   - environment: The environments to play in, in parallel; they are reset first.
    ///   - episodes: The number of episodes, above 0.
    ///   - seed: The seed of the first episode; the others have the following seeds.
    ///   - device: The device that the policy is on.
    ///   - shouldStop: Called before each step. Return true to end the evaluation with a `CancellationError`.
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
            // The last round may need fewer episodes than there are environments.
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
                // Episodes that a restart cut off are played again.
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
