import Foundation
import SpikeGym
import TorchTensors

/// The settings of a training run; together with the seed they determine it.
public struct AgentConfiguration: Codable, Hashable, Sendable {
    /// The environment's name in Gymnasium, such as `CartPole-v1`.
    public var environment: String
    /// Whether Gymnasium's environment is used even if there is a native one.
    public var usesGymnasium: Bool
    /// The encoder that turns observations into spikes.
    public var encoder: ObservationEncoder
    /// The number of neurons of each layer, in the actor as in the critic.
    public var widths = [64, 64]
    /// The factor λ that a membrane potential keeps from one time step to the next, 0…1.
    public var decay = 0.5
    /// The number B of environments that step together.
    public var copies = 16
    /// The number of steps in each environment between two updates.
    public var horizon = 128
    /// The largest number of steps, summed over all environments. Each takes the same whole number of steps, and the
    /// last update is shorter if they do not fill it.
    public var steps = 400_000
    /// The number of passes over the steps of an update.
    public var epochs = 6
    /// The number of minibatches that the steps of an update are divided into in each pass.
    public var minibatches = 4
    /// The learning rate of the first update; it falls linearly to about a tenth in the last one.
    public var learningRate = 0.002
    /// The discount γ: the weight of a reward one step later, 0…1.
    public var discount = 0.99
    /// The factor λ of generalised advantage estimation, 0…1.
    public var traceDecay = 0.95
    /// The limit ε of the clipped objective: an update gains nothing from moving an action's probability by more than
    /// this share.
    public var clip = 0.2
    /// The weight of the entropy of the actions in the loss; at least 0.
    public var entropyWeight = 0.005
    /// The weight of the critic's error in the loss; at least 0.
    public var valueWeight = 0.5
    /// The largest norm of the gradients, above 0; gradients with a larger norm are scaled down to it.
    public var gradientLimit = 0.5
    /// The number of updates between two evaluations.
    public var evaluationInterval = 5
    /// The number of episodes of an evaluation. The weights with the best evaluation are kept.
    public var evaluationEpisodes = 100
    /// Training ends when an evaluation reaches this mean return. Pass `nil` to use all steps.
    public var targetReturn: Double?

    /// Creates the default settings for an environment; `targetReturn` is 495 for CartPole-v1, otherwise `nil`.
    ///
    /// - Parameters:
    ///   - environment: The environment's name in Gymnasium.
    ///   - usesGymnasium: Whether Gymnasium's environment is used even if there is a native one.
    ///   - encoder: The encoder that turns observations into spikes.
    public init(environment: String, usesGymnasium: Bool = false, encoder: ObservationEncoder) {
        self.environment = environment
        self.usesGymnasium = usesGymnasium
        self.encoder = encoder
        targetReturn = Self.usualTargets[environment]
    }

    /// The default number of time steps T per observation.
    public static let usualTime = 8

    /// The default coding of features by units.
    public static let usualUnits = UnitCode.receptiveFields(bins: 8, sigma: 0.1)

    /// The default `targetReturn` of environments whose return has a maximum.
    private static let usualTargets = ["CartPole-v1": 495.0]

    /// Checks that every setting is within its range.
    ///
    /// - Parameter place: The origin of the settings, named in the error.
    /// - Throws: `AgentError`, which names the first setting outside its range.
    public func check(_ place: String) throws(AgentError) {
        func require(_ holds: Bool, _ name: String, _ value: Any, _ requirement: String) throws(AgentError) {
            guard holds else { throw AgentError("\(place): \(name) must be \(requirement), got \(value)") }
        }
        try require(
            !widths.isEmpty && widths.allSatisfy { (1...65_536).contains($0) }, "widths", widths,
            "1 to 65536 neurons a layer")
        try require((0...1).contains(decay), "decay", decay, "within 0...1")
        for (name, value) in [
            ("copies", copies), ("horizon", horizon), ("steps", steps), ("epochs", epochs),
            ("minibatches", minibatches), ("evaluation interval", evaluationInterval),
            ("evaluation episodes", evaluationEpisodes),
        ] {
            try require((1...1_000_000_000).contains(value), name, value, ">= 1")
        }
        try require(copies <= 65_536 && horizon <= 1_000_000, "copies and horizon", (copies, horizon), "smaller")
        try require(steps >= copies, "steps", steps, "at least one for each of the \(copies) copies")
        try require(
            minibatches <= copies * horizon, "minibatches", minibatches, "at most copies × horizon, \(copies * horizon)"
        )
        try require(learningRate.isFinite && learningRate > 0, "learning rate", learningRate, "finite and > 0")
        try require((0...1).contains(discount), "discount", discount, "within 0...1")
        try require((0...1).contains(traceDecay), "trace decay", traceDecay, "within 0...1")
        try require(clip > 0 && clip < 1, "clip", clip, "> 0 and < 1")
        try require(entropyWeight.isFinite && entropyWeight >= 0, "entropy weight", entropyWeight, "finite and >= 0")
        try require(valueWeight.isFinite && valueWeight >= 0, "value weight", valueWeight, "finite and >= 0")
        try require(gradientLimit.isFinite && gradientLimit > 0, "gradient limit", gradientLimit, "finite and > 0")
        if let targetReturn { try require(targetReturn.isFinite, "target return", targetReturn, "finite") }
    }

    /// Throws if a run with these settings would not fit into memory, before anything is built.
    ///
    /// - Parameters:
    ///   - isTraining: Whether memory is needed for rollouts, gradients and the optimizer's moments as well.
    ///   - place: The origin of the settings, named in the error.
    /// - Throws: `AgentError`, which names the sizes.
    func checkMemory(_ shape: SpikingPolicy.Shape, isTraining: Bool, _ place: String) throws(AgentError) {
        let inputs = [Double(shape.units)] + shape.widths.map { Double($0) }
        let weights = 2 * zip(inputs, inputs.dropFirst()).map { $0 * ($1 + 1) }.reduce(0, +)
        let (time, neurons) = (Double(encoder.steps), inputs.dropFirst().reduce(0, +))
        let rows = Double(isTraining ? min(copies * horizon, steps) : min(copies, 100))
        // The input, once stacked and once in parts; and for one part the membrane potentials, spikes and gradients of
        // all layers.
        let activations = time * rows * inputs[0] * 2 + time * rows / Double(isTraining ? minibatches : 1) * neurons * 4
        // Weights, gradients and two moments.
        let needed = 4 * ((isTraining ? 4 : 1) * weights + activations)
        let limit = MemoryLimit.current
        guard needed > limit.bytes else { return }
        func gigabytes(_ bytes: Double) -> String {
            bytes < 1e15 ? "\(Int((bytes / 1e9).rounded(.up))) GB" : "\(bytes) bytes"
        }
        throw AgentError(
            "\(place): \(counted(shape.units, "unit")) × \(counted(encoder.steps, "step")) of time, \(counted(copies, "copy", plural: "copies")) × \(counted(horizon, "step")) and "
                + "widths \(widths) need about \(gigabytes(needed)) of memory, and \(limit.text); "
                + "choose smaller ones")
    }

    func policyShape(_ actionSpace: ActionSpace) -> SpikingPolicy.Shape {
        SpikingPolicy.Shape(units: encoder.unitCount, widths: widths, decay: decay, actionSpace: actionSpace)
    }
}
