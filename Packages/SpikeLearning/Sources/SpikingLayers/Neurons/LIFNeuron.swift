import TorchModules
import TorchTensors

/// A layer of leaky integrate-and-fire neurons without parameters: [T, …] currents to [T, …] spikes, each neuron with its own
/// membrane potential, which starts at 0 in every call.
public final class LIFNeuron: SpikingLayer {
    public var isTraining = true
    public var spikeObserver: SpikeObserver?
    public let dynamics: LIFDynamics

    private let implementation: NeuronImplementation

    public init(_ dynamics: LIFDynamics = LIFDynamics(), implementation: NeuronImplementation = .automatic) {
        self.dynamics = dynamics
        self.implementation = implementation
    }

    public func callAsFunction(_ currents: Tensor) throws(TensorError) -> Tensor {
        let spikes = try leakyIntegrateAndFire(currents, dynamics, implementation: implementation)
        try spikeObserver?(spikes)
        return spikes
    }

    /// [T, …] spikes of a current […] that is the same at each of T steps.
    public func callAsFunction(constant current: Tensor, steps: Int) throws(TensorError) -> Tensor {
        let spikes = try leakyIntegrateAndFire(
            constant: current, steps: steps, dynamics, implementation: implementation)
        try spikeObserver?(spikes)
        return spikes
    }

    /// Spikes of currents that are normalised before, all steps of a batch together; in training in one kernel where
    /// there is one for them.
    ///
    /// - Parameter currents: [T, B, C, H, W]
    public func callAsFunction(_ currents: Tensor, normalizedBy normalization: BatchNorm2d) throws(TensorError)
        -> Tensor
    {
        guard implementation != .tensorOperations, isTraining, normalization.isTraining,
            let scale = normalization.weight, let shift = normalization.bias,
            scale.dtype == .float32, currents.rank == 5, NormalizedLIFKernel.suits(currents, channels: scale.count)
        else {
            let (frames, fold) = try currents.mergingTimeIntoBatch()
            return try self(fold.unfold(normalization(frames)))
        }
        let spikes = try NormalizedLIFKernel(dynamics, epsilon: normalization.epsilon)
            .spikes(currents, scale: scale, shift: shift, tracking: normalization)
        try spikeObserver?(spikes)
        return spikes
    }
}
