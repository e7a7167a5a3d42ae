import TorchModules
import TorchTensors

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A layer of leaky integrate-and-fire neurons that learns, for every channel c and step t, what the membrane potential
/// and the input current count for:
///
///     U[t] = λ_c[t]·V[t−1] + w_c[t]·I[t],  V[−1] = 0
///
/// then spikes and is reset as `LIFDynamics` says. λ = σ(free) stays within 0…1. Training begins at the plain neuron.
///
/// Source: our reading of "Revisiting Direct Encoding", arXiv 2512.01687.
public final class LearnableLIFNeuron: SpikingLayer {
    /// The free parameter of λ, its log-odds: [steps, channels]. Its first row has the gradient 0, as V[−1] = 0.
    @Parameter public var decayLogit: Tensor

    /// w, [steps, channels].
    @Parameter public var inputWeight: Tensor

    public var isTraining = true
    public var spikeObserver: SpikeObserver?

    /// Threshold, reset and surrogate; λ and w begin at its decay.
    public let dynamics: LIFDynamics

    private let implementation: NeuronImplementation

    /// Traps unless there are steps and channels, and λ begins between 0 and 1: a decay factor above 0 and below 1, or
    /// a time constant above 1.
    public init(
        steps: Int, channels: Int, startingAt dynamics: LIFDynamics = LIFDynamics(),
        implementation: NeuronImplementation = .automatic
    ) throws(TensorError) {
        precondition(
            steps > 0 && channels > 0, "LearnableLIFNeuron: steps and channels must be > 0, got \(steps), \(channels)")
        let decay = dynamics.decay.membraneShare
        precondition(
            decay > 0 && decay < 1, "LearnableLIFNeuron: the decay must begin above 0 and below 1, got \(decay)")
        let shape = [steps, channels]
        _decayLogit = try Parameter(.full(shape, log(decay / (1 - decay))))
        _inputWeight = try Parameter(.full(shape, dynamics.decay.inputShare))
        self.dynamics = dynamics
        self.implementation = implementation
    }

    /// λ of every step and channel, [steps, channels].
    public func decays() throws(TensorError) -> Tensor { try decayLogit.sigmoid() }

    /// [T, B, C, …] currents to spikes of the same shape and type; in bfloat16, membrane potentials are in float32.
    public func callAsFunction(_ currents: Tensor) throws(TensorError) -> Tensor {
        let spikes = try spikes(currents)
        try spikeObserver?(spikes)
        return spikes
    }

    private func spikes(_ currents: Tensor) throws(TensorError) -> Tensor {
        let (dtype, shape, own) = (currents.dtype, currents.shape, decayLogit.shape)
        guard shape.count >= 3, dtype.isFloatingPoint else {
            throw TensorError(
                "learnable LIF: input currents are [T, B, C, …] and of floating point, got \(dtype) \(shape)")
        }
        guard shape[0] == own[0], shape[2] == own[1] else {
            throw TensorError(
                "learnable LIF: the layer has \(own[0]) steps and \(own[1]) channels, got currents [T, B, C, …] of shape "
                    + "\(shape)")
        }
        let isShort = dtype == .bfloat16 || dtype == .float16
        let (decays, weights) = (try decays(), inputWeight)
        if try implementation.usesKernel(for: currents, "learnable LIF", steps: shape[0]) {
            return try LearnableLIFKernel(dynamics).spikes(
                currents, membraneShares: decays.to(.float32), currentShares: weights.to(.float32))
        }
        let computed = isShort ? DType.float32 : dtype
        return try stepByStep(currents.to(computed), decays.to(computed), weights.to(computed)).to(dtype)
    }

    /// The definition in LibTorch's operations: the oracle for the kernel, and what other devices run.
    private func stepByStep(_ currents: Tensor, _ decays: Tensor, _ weights: Tensor) throws(TensorError) -> Tensor {
        let (steps, channels) = (decays.shape[0], decays.shape[1])
        let perChannel = [steps, channels] + Array(repeating: 1, count: currents.rank - 3)
        let (decays, weights) = (try decays.reshaped(perChannel), try weights.reshaped(perChannel))
        var membrane = try Tensor.zeros(like: currents[0])
        var spikes: [Tensor] = []
        for t in 0..<steps {
            let charged = try membrane * decays[t] + currents[t] * weights[t]
            let fired = try spike(charged - dynamics.threshold, dynamics.surrogate)
            membrane = try dynamics.reset(charged, fired)
            spikes.append(fired)
        }
        return try Tensor.stacked(spikes)
    }
}
