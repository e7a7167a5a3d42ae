import TorchModules
import TorchTensors

/// A layer of leaky integrate-and-fire neurons without learned parameters, which turns input currents [T, …] into
/// spikes [T, …].
///
/// Each neuron has its own membrane potential, which starts at 0 in every call. `LIFDynamics` states the equations and
/// their source. For currents in bfloat16 or float16, membrane potentials are computed in float32.
public final class LIFNeuron: NeuronLayer, SteppedLayer {
    public var isTraining = true
    public var spikeObserver: SpikeObserver?
    /// The decay, the threshold, the reset and the surrogate gradient of the neurons.
    public let dynamics: LIFDynamics

    private let implementation: NeuronImplementation

    /// Creates a layer of neurons for currents of any shape.
    ///
    /// - Parameters:
    ///   - dynamics: Decay, threshold, reset and surrogate gradient, shared by all neurons.
    ///   - implementation: How the spikes are computed.
    public init(_ dynamics: LIFDynamics = LIFDynamics(), implementation: NeuronImplementation = .automatic) {
        self.dynamics = dynamics
        self.implementation = implementation
    }

    /// Returns the spikes for input currents.
    ///
    /// - Parameter currents: Input currents [T, …], of floating point, in the unit of the membrane potential.
    /// - Returns: Spikes [T, …], 0 or 1, of the type of `currents`.
    /// - Throws: `TensorError` if `currents` has no dimension or is not of floating point, or if the layer was created
    ///   with `.kernel` and no kernel supports the input.
    public func callAsFunction(_ currents: Tensor) throws(TensorError) -> Tensor {
        let spikes = try lifSpikes(currents, dynamics, implementation: implementation)
        try spikeObserver?(spikes)
        return spikes
    }

    /// The membrane potential V after a step.
    public struct State: StepState {
        /// The membrane potential V, […], in float32 for currents of 16 bits; nil for V[−1] = 0.
        public var membrane: Tensor?

        public init() {}

        public func detached() throws(TensorError) -> State {
            var state = self
            state.membrane = try membrane?.detached()
            return state
        }
    }

    /// Computes the next step in LibTorch's operations.
    ///
    /// - Parameters:
    ///   - current: The input currents of one step, […], of floating point.
    ///   - state: The state after the previous step, or a new state; becomes the state after this step.
    /// - Returns: The spikes of this step, […], 0 or 1, of the type of `current`.
    /// - Throws: `TensorError` if `current` is not of floating point or has another shape than the state.
    public func step(_ current: Tensor, _ state: inout State) throws(TensorError) -> Tensor {
        try checkStep(current, state.membrane, "LIF")
        let dtype = current.dtype
        return try observed(dynamics.step(current.to(dtype.ofMembrane), &state.membrane).to(dtype))
    }

    /// Returns the spikes for a current that is the same at each of T steps.
    ///
    /// - Parameters:
    ///   - current: The input currents of one step, […], of floating point, in the unit of the membrane potential.
    ///   - steps: The number of time steps T; traps unless it is at least 1.
    /// - Returns: Spikes [T, …], 0 or 1, of the type of `current`.
    /// - Throws: `TensorError` if `current` is not of floating point, or if the layer was created with `.kernel` and no
    ///   kernel supports the input.
    public func callAsFunction(constant current: Tensor, steps: Int) throws(TensorError) -> Tensor {
        let spikes = try lifSpikes(
            constant: current, steps: steps, dynamics, implementation: implementation)
        try spikeObserver?(spikes)
        return spikes
    }

    /// Normalises currents, all steps of a batch together, and returns the spikes for the normalised currents.
    ///
    /// In training, unless the layer was created with `.tensorOperations`, one kernel computes both for dense float32
    /// or bfloat16 currents with the channels innermost in memory whose number of channels is a multiple of 32 (on CUDA
    /// devices, float16 too, but not if processes exchange the statistics of the normalisation).
    ///
    /// - Parameters:
    ///   - currents: Input currents [T, B, C, H, W], of floating point.
    ///   - normalization: The batch normalisation of C channels; in training its running statistics are updated.
    /// - Returns: Spikes [T, B, C, H, W], 0 or 1.
    /// - Throws: `TensorError` if the shape of the currents does not fit the normalisation.
    public func callAsFunction(_ currents: Tensor, normalizedBy normalization: BatchNorm2d) throws(TensorError)
        -> Tensor
    {
        guard implementation != .tensorOperations, isTraining, normalization.isTraining,
            let scale = normalization.weight, let shift = normalization.bias,
            normalization.exchange == nil || currents.device == .cpu,
            scale.dtype == .float32, currents.rank == 5, NormalizedLIFKernel.suits(currents, channels: scale.count)
        else {
            return try afterNormalization(currents, normalization)
        }
        let spikes = try NormalizedLIFKernel(
            dynamics, epsilon: normalization.epsilon, exchange: normalization.exchange
        ).spikes(currents, scale: scale, shift: shift, tracking: normalization)
        try spikeObserver?(spikes)
        return spikes
    }
}
