import TorchModules
import TorchTensors

/// A layer of leaky integrate-and-fire neurons without parameters: [T, …] currents to [T, …] spikes, each neuron with its own
/// membrane potential, which starts at 0 in every call.
public final class LIFNeuron: SpikingLayer {
    public var isTraining = true
    public var spikeObserver: SpikeObserver?
    public let dynamics: LIFDynamics

    public init(_ dynamics: LIFDynamics = LIFDynamics()) { self.dynamics = dynamics }

    public func callAsFunction(_ currents: Tensor) throws(TensorError) -> Tensor {
        let spikes = try leakyIntegrateAndFire(currents, dynamics)
        try spikeObserver?(spikes)
        return spikes
    }
}
