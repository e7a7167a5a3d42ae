import TorchModules
import TorchTensors

/// A layer of leaky integrate-and-fire neurons without parameters: [T, …] currents to [T, …] spikes, each neuron with its own
/// membrane potential, which starts at 0 in every call.
public final class LIFNeuron: Layer {
    public var isTraining = true
    public let dynamics: LIFDynamics

    public init(_ dynamics: LIFDynamics = LIFDynamics()) { self.dynamics = dynamics }

    public func callAsFunction(_ currents: Tensor) throws(TensorError) -> Tensor {
        try leakyIntegrateAndFire(currents, dynamics)
    }
}
