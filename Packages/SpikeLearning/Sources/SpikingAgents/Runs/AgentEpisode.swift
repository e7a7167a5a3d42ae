import SpikeEncoding
import SpikeGym
import SpikingLayers
import TorchTensors

/// One episode of an agent that always takes the most probable action, with all its spikes.
public struct AgentEpisode: Sendable {
    /// The observation at each step, `features` values each.
    public let observations: [[Float]]
    /// The action at each step: the indices of its choices, or real values within their bounds.
    public let actions: [[Float]]
    /// The reward of each step.
    public let rewards: [Double]
    /// Whether the episode terminated; otherwise it was cut off.
    public let isTerminated: Bool
    /// The spikes of the encoded observations: units × (steps of the episode · T).
    public let inputs: SpikeTrain
    /// The spikes of the actor's neurons, layer after layer: neurons × (steps of the episode · T).
    public let neurons: SpikeTrain
    /// The number of neurons of each layer of the actor.
    public let widths: [Int]

    /// The undiscounted sum of rewards.
    public var total: Double { rewards.reduce(0, +) }

    /// Plays an episode. It is cut off after 100,000 steps if the environment has no limit of its own, and begins again
    /// if the environment's process was restarted.
    ///
    /// Traps unless `environment.count` is 1.
    /// - Parameters:
    ///   - policy: The policy that acts.
    ///   - encoder: The encoder that the policy was trained with.
    ///   - environment: A single environment, which is reset first.
    ///   - seed: The seed of the episode.
    ///   - device: The device that the policy is on.
    /// - Throws: `EnvironmentError`, `CodecError`, `TensorError`.
    public init(
        of policy: SpikingPolicy, _ encoder: ObservationEncoder, in environment: any VectorEnvironment, seed: UInt64,
        device: Device = .cpu
    ) throws {
        precondition(environment.count == 1, "AgentEpisode: one copy is needed, got \(environment.count)")
        var feed = ObservationFeed(encoder, batch: 1, device: device)
        var check = FiniteCheck(environment)
        var current = try environment.reset(seed: seed)
        try check.begin(current)
        var (observations, actions, rewards): ([[Float]], [[Float]], [Double]) = ([], [], [])
        var (inputs, neurons): ([SpikeTrain], [SpikeTrain]) = ([], [])
        while true {
            let (tensor, spikes) = try feed.spikes(current)
            // [T, 1, width] of each layer, as rows of its neurons.
            var rows: [Int8] = []
            let drawn = try withoutGradient {
                try policy.actor.observingSpikes { (_, spikes) throws(TensorError) in
                    let values = try spikes.squeezed(1).transposed(0, 1).contiguous().to(.cpu).elements(as: Float.self)
                    rows += values.map { Int8($0) }
                } during: {
                    try policy.distribution(tensor).mode()
                }
            }
            inputs.append(spikes.train(ofRow: 0))
            neurons.append(SpikeTrain(signs: rows, unitCount: policy.shape.widths.reduce(0, +)))
            let taken = environment.actionSpace.actions(drawn)
            let step = try environment.step(taken)
            if step.isRestarted {
                // Begin the episode again.
                (observations, actions, rewards, inputs, neurons) = ([], [], [], [], [])
                feed = ObservationFeed(encoder, batch: 1, device: device)
                current = try environment.reset(seed: seed)
                try check.begin(current)
                continue
            }
            try check.advance(step)
            observations.append(current)
            rewards.append(step.rewards[0])
            switch taken {
            case .discrete(let values): actions.append(values.map { Float($0) })
            case .box(let values): actions.append(values)
            }
            current = step.observations
            if step.isEnd(0) || rewards.count == AgentEvaluation.stepLimit {
                isTerminated = step.terminated[0]
                break
            }
            feed.follow(step)
        }
        self.observations = observations
        self.actions = actions
        self.rewards = rewards
        self.inputs = .joined(inputs)
        self.neurons = .joined(neurons)
        widths = policy.shape.widths
    }
}
