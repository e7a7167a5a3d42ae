import Foundation
import SpikeGym

/// All that decides a run, beside the seed.
public struct AgentConfiguration: Codable, Hashable, Sendable {
    /// By Gymnasium's name.
    public var environment: String
    /// Whether it is Gymnasium's, where there is a native one too.
    public var usesGymnasium: Bool
    public var encoder: ObservationEncoder
    /// Neurons of each layer, of actor and critic.
    public var widths = [64, 64]
    /// λ of the neurons' membrane potential.
    public var decay = 0.5
    /// B, copies that are acted in together.
    public var copies = 16
    /// Steps of each copy between two updates.
    public var horizon = 128
    /// Steps of all copies together, at most: a whole number for each copy. The last update is shorter where they do not
    /// fill it.
    public var steps = 400_000
    /// Times that the steps of an update are learned from.
    public var epochs = 6
    /// Parts that they are divided into each time.
    public var minibatches = 4
    public var learningRate = 0.002
    /// γ: what reward a step later counts for.
    public var discount = 0.99
    /// λ of generalised advantage estimation.
    public var traceDecay = 0.95
    /// ε: how far an action's probability may move, as a share.
    public var clip = 0.2
    public var entropyWeight = 0.005
    public var valueWeight = 0.5
    public var gradientLimit = 0.5
    /// Updates between two evaluations.
    public var evaluationInterval = 5
    /// Episodes of an evaluation; the best weights are kept.
    public var evaluationEpisodes = 100
    /// The mean return of an evaluation at which training is done; nil to take all steps.
    public var targetReturn: Double?

    public init(environment: String, usesGymnasium: Bool = false, encoder: ObservationEncoder) {
        self.environment = environment
        self.usesGymnasium = usesGymnasium
        self.encoder = encoder
        targetReturn = Self.usualTargets[environment]
    }

    /// T of agents that ask for no other.
    public static let usualTime = 8

    /// How units stand for features, where nothing else is asked for.
    public static let usualUnits = UnitCode.receptiveFields(bins: 8, sigma: 0.1)

    /// Where to stop in environments that have a highest return.
    private static let usualTargets = ["CartPole-v1": 495.0]

    /// - Parameter place: Where the values come from.
    /// - Throws: `AgentError` naming a value outside its range.
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

    /// Refuses what would not fit into memory, before anything is built.
    ///
    /// - Parameters:
    ///   - isTraining: Whether rollouts, gradients and moments are needed, too.
    ///   - place: Where the values come from.
    /// - Throws: `AgentError` naming the sizes.
    func checkMemory(_ shape: SpikingPolicy.Shape, isTraining: Bool, _ place: String) throws(AgentError) {
        let inputs = [Double(shape.units)] + shape.widths.map { Double($0) }
        let weights = 2 * zip(inputs, inputs.dropFirst()).map { $0 * ($1 + 1) }.reduce(0, +)
        let (time, neurons) = (Double(encoder.steps), inputs.dropFirst().reduce(0, +))
        let rows = Double(isTraining ? min(copies * horizon, steps) : min(copies, 100))
        // The input, stacked and in parts; and of a part, the layers' membrane potentials, spikes and gradients.
        let activations = time * rows * inputs[0] * 2 + time * rows / Double(isTraining ? minibatches : 1) * neurons * 4
        // Weights, gradients and two moments.
        let needed = 4 * ((isTraining ? 4 : 1) * weights + activations)
        let available = Double(ProcessInfo.processInfo.physicalMemory)
        guard needed > available else { return }
        func gigabytes(_ bytes: Double) -> String {
            bytes < 1e15 ? "\(Int((bytes / 1e9).rounded(.up))) GB" : "\(bytes) bytes"
        }
        throw AgentError(
            "\(place): \(shape.units) units × \(encoder.steps) steps of time, \(copies) copies × \(horizon) steps and "
                + "widths \(widths) need about \(gigabytes(needed)) of memory, and this machine has "
                + "\(gigabytes(available)); choose smaller ones")
    }

    func policyShape(_ actionSpace: ActionSpace) -> SpikingPolicy.Shape {
        SpikingPolicy.Shape(units: encoder.unitCount, widths: widths, decay: decay, actionSpace: actionSpace)
    }
}
