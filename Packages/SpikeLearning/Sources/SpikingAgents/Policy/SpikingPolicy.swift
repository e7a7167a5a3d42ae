import SpikeGym
import SpikingLayers
import TorchModules
import TorchTensors

/// Two spiking networks on the same encoded observations: the actor says what to do, the critic how much reward
/// follows.
///
///     h₀ = input spikes;  hᵢ = LIF(Wᵢ·hᵢ₋₁ + bᵢ);  output = W·(mean of the last h over T) + b
///
/// Both are of the same widths. Source: the layout of actor and critic is that of Schulman et al. 2017, arXiv
/// 1707.06347, with neurons in the place of tanh.
public final class SpikingPolicy: Module {
    public let actor: Sequential
    public let critic: Sequential
    /// Of the actor's rates: what `ActionDistribution` is made of.
    public let action: Linear
    /// Of the critic's rates: the sum of discounted rewards that is expected.
    public let value: Linear
    /// ln of the standard deviation of each real action, [values]; nil for choices.
    @OptionalParameter public var logDeviation: Tensor?
    public var isTraining = true

    public let shape: Shape

    /// What a policy is built from, without its weights.
    public struct Shape: Sendable, Hashable {
        /// Units of an encoded observation.
        public var units: Int
        /// Neurons of each layer.
        public var widths: [Int]
        /// λ of the neurons' membrane potential, 0…1.
        public var decay: Double
        public var actionSpace: ActionSpace

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

    /// - Parameter random: First values of weights.
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
        // Nearly the same probability for every action at first, as exploration wants it.
        action = try Linear(
            inputs: last, outputs: shape.actionSpace.outputCount, bias: .constant(0),
            weight: .xavierUniform(gain: 0.01),
            random: &random)
        value = try Linear(
            inputs: last, outputs: 1, bias: .constant(0), weight: .xavierUniform(), random: &random)
        if case .box(let box) = shape.actionSpace {
            _logDeviation = OptionalParameter(try Parameter(.zeros([box.count])))
        } else {
            _logDeviation = OptionalParameter(nil)
        }
    }

    /// - Parameter spikes: [T, B, units], of floating point.
    /// - Returns: How each of B would act.
    public func distribution(_ spikes: Tensor) throws(TensorError) -> ActionDistribution {
        try distribution(of: outputs(spikes))
    }

    /// The actor's outputs, [B, outputs], of spikes [T, B, units].
    func outputs(_ spikes: Tensor) throws(TensorError) -> Tensor { try action(actor(spikes).mean(0)) }

    func distribution(of outputs: Tensor) throws(TensorError) -> ActionDistribution {
        try ActionDistribution(outputs, logDeviation: logDeviation, shape.actionSpace)
    }

    /// - Parameter spikes: [T, B, units], of floating point.
    /// - Returns: The value of each of B, [B].
    public func values(_ spikes: Tensor) throws(TensorError) -> Tensor {
        try value(critic(spikes).mean(0)).squeezed(-1)
    }
}
