import SpikeGym
import SpikingLayers
import TorchModules
import TorchTensors

/// Two spiking networks with the same encoded observations as input: the actor chooses actions, the critic estimates
/// the reward to come.
///
///     h₀ = input spikes;  hᵢ = LIF(Wᵢ·hᵢ₋₁ + bᵢ);  output = W·(mean of the last h over T) + b
///
/// Both have layers of the same widths. Source: the layout of actor and critic follows Schulman et al. 2017, arXiv
/// 1707.06347, with LIF neurons in place of tanh.
public final class SpikingPolicy: Module {
    /// The network that chooses actions: spikes [T, B, units] to spikes [T, B, last width].
    public let actor: Sequential
    /// The network that estimates values, of the same form as `actor`.
    public let critic: Sequential
    /// The layer that turns the actor's mean spikes into the outputs that `ActionDistribution` is made from.
    public let action: Linear
    /// The layer that turns the critic's mean spikes into the expected sum of discounted rewards.
    public let value: Linear
    /// The natural logarithm of each real action's standard deviation, [values]; `nil` for choices.
    @OptionalParameter public var logDeviation: Tensor?
    public var isTraining = true

    /// The sizes that the policy was built with.
    public let shape: Shape

    /// The sizes and constants that a policy is built from, without its weights.
    public struct Shape: Sendable, Hashable {
        /// The number of units of an encoded observation.
        public var units: Int
        /// The number of neurons of each layer.
        public var widths: [Int]
        /// The factor λ that a membrane potential keeps from one time step to the next, 0…1.
        public var decay: Double
        /// The environment's actions.
        public var actionSpace: ActionSpace

        /// Creates the shape of a policy. Traps unless `units` and all `widths` are above 0 and there is at least one
        /// width.
        ///
        /// - Parameters:
        ///   - units: The number of units of an encoded observation.
        ///   - widths: The number of neurons of each layer.
        ///   - decay: The factor λ that a membrane potential keeps from one time step to the next, 0…1.
        ///   - actionSpace: The environment's actions.
        public init(units: Int, widths: [Int], decay: Double, actionSpace: ActionSpace) {
            precondition(units > 0, "SpikingPolicy: units must be > 0, got \(units)")
            precondition(
                !widths.isEmpty && widths.allSatisfy { $0 > 0 }, "SpikingPolicy: widths must be > 0, got \(widths)")
            self.units = units
            self.widths = widths
            self.decay = decay
            self.actionSpace = actionSpace
        }
    }

    /// Creates a policy with random weights.
    ///
    /// - Parameters:
    ///   - shape: The sizes of the policy.
    ///   - random: The random numbers that the initial weights are drawn from.
    /// - Throws: `TensorError`.
    public init(_ shape: Shape, random: inout RandomSource) throws(TensorError) {
        self.shape = shape
        func network(_ random: inout RandomSource) throws(TensorError) -> Sequential {
            var layers: [any Layer] = []
            for (inputs, outputs) in zip([shape.units] + shape.widths, shape.widths) {
                layers.append(
                    try Linear(inputs: inputs, outputs: outputs, weight: .kaimingUniform(), random: &random))
                layers.append(LIFNeuron(LIFDynamics(decay: .factor(shape.decay), surrogate: .arctangent())))
            }
            return Sequential(layers)
        }
        actor = try network(&random)
        critic = try network(&random)
        let last = shape.widths.last!
        // Nearly equal probabilities at first, so that all actions are explored.
        action = try Linear(
            inputs: last, outputs: shape.actionSpace.outputCount, bias: .constant(0),
            weight: .xavierUniform(gain: 0.01),
            random: &random)
        value = try Linear(
            inputs: last, outputs: 1, bias: .constant(0), weight: .xavierUniform(), random: &random)
        if case .box(let box) = shape.actionSpace {
            _logDeviation = OptionalParameter(try Parameter(.zeros([box.count]), range: -80...80))
        } else {
            _logDeviation = OptionalParameter(nil)
        }
    }

    /// The distributions of the actions of B agents.
    ///
    /// - Parameter spikes: The encoded observations, [T, B, units], of floating point.
    /// - Returns: One distribution per agent.
    /// - Throws: `TensorError`, also if an output is NaN or infinite.
    public func distribution(_ spikes: Tensor) throws(TensorError) -> ActionDistribution {
        try distribution(of: outputs(spikes))
    }

    /// The actor's outputs, [B, outputs], for spikes [T, B, units].
    func outputs(_ spikes: Tensor) throws(TensorError) -> Tensor { try action(actor(spikes).mean(0)) }

    func distribution(of outputs: Tensor) throws(TensorError) -> ActionDistribution {
        try ActionDistribution(outputs, logDeviation: logDeviation, shape.actionSpace)
    }

    /// The critic's estimates of the discounted rewards to come.
    ///
    /// - Parameter spikes: The encoded observations, [T, B, units], of floating point.
    /// - Returns: One value per agent, [B].
    /// - Throws: `TensorError`.
    public func values(_ spikes: Tensor) throws(TensorError) -> Tensor {
        try value(critic(spikes).mean(0)).squeezed(-1)
    }
}
