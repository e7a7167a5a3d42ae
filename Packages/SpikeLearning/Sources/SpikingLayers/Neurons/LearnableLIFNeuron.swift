import TorchModules
import TorchTensors

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A layer of leaky integrate-and-fire neurons that learns a decay λ and an input weight w for every channel c and step
/// t:
///
///     U[t] = λ_c[t]·V[t−1] + w_c[t]·I[t],  V[−1] = 0
///
/// Spikes and resets follow the equations of `LIFDynamics`. λ = σ(`decayLogit`) stays in 0...1. Before training, λ and
/// w are those of the given dynamics.
///
/// Source: our reading of "Revisiting Direct Encoding", arXiv 2512.01687.
public final class LearnableLIFNeuron: NeuronLayer, SteppedLayer {
    /// The learned log-odds of λ, [T, C]. The gradient of the first row is 0, because V[−1] = 0.
    @Parameter public var decayLogit: Tensor

    /// The learned input weights w, [T, C].
    @Parameter public var inputWeight: Tensor

    public var isTraining = true
    public var spikeObserver: SpikeObserver?

    /// The threshold, the reset and the surrogate gradient. `decay` gives only the first values of λ and w.
    public let dynamics: LIFDynamics

    private let implementation: NeuronImplementation

    /// Creates a layer for T steps and C channels.
    ///
    /// - Parameters:
    ///   - steps: The number of time steps T; traps unless it is above 0.
    ///   - channels: The number of channels C; traps unless it is above 0.
    ///   - dynamics: Threshold, reset, surrogate gradient, and the first values of λ and w. Traps unless λ begins above
    ///     0 and below 1: with a decay factor above 0 and below 1, or a time constant above 1.
    ///   - implementation: How the spikes are computed.
    /// - Throws: `TensorError` if the parameters cannot be created.
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

    /// Returns the decay λ of every step and channel, [T, C].
    public func decays() throws(TensorError) -> Tensor { try decayLogit.sigmoid() }

    /// Returns the spikes for the input currents of all T steps. Membrane potentials start at 0 in every call; for
    /// currents in bfloat16 or float16 they are computed in float32.
    ///
    /// - Parameter currents: Input currents [T, B, C, …], of floating point, with the T and C of the layer.
    /// - Returns: Spikes [T, B, C, …], 0 or 1, of the type of `currents`.
    /// - Throws: `TensorError` if the shape or the type of the currents does not fit, or if the layer was created with
    ///   `.kernel` and no kernel supports the input.
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
                "learnable LIF: the layer has \(counted(own[0], "step")) and \(counted(own[1], "channel")), got currents [T, B, C, …] of shape "
                    + "\(shape)")
        }
        let (decays, weights) = (try decays(), inputWeight)
        if try implementation.usesKernel(for: currents, "learnable LIF", steps: shape[0]) {
            return try LearnableLIFKernel(dynamics).spikes(
                currents, membraneShares: decays.to(.float32), currentShares: weights.to(.float32))
        }
        let computed = dtype.ofMembrane
        return try stepByStep(currents.to(computed), decays.to(computed), weights.to(computed)).to(dtype)
    }

    /// The reference implementation in LibTorch's operations. Kernels are tested against it, and devices without a
    /// kernel use it.
    private func stepByStep(_ currents: Tensor, _ decays: Tensor, _ weights: Tensor) throws(TensorError) -> Tensor {
        var membrane: Tensor?
        var spikes: [Tensor] = []
        for t in 0..<decays.shape[0] {
            spikes.append(try step(currents[t], &membrane, decay: decays[t], weight: weights[t]))
        }
        return try Tensor.stacked(spikes)
    }

    /// Computes one step in LibTorch's operations.
    ///
    /// - Parameters:
    ///   - current: The currents of this step, [B, C, …].
    ///   - membrane: V after the previous step, [B, C, …], or nil for 0; becomes V after this step.
    ///   - decay: λ of this step, [C].
    ///   - weight: w of this step, [C].
    private func step(
        _ current: Tensor, _ membrane: inout Tensor?, decay: Tensor, weight: Tensor
    ) throws(TensorError) -> Tensor {
        let perChannel = [-1] + Array(repeating: 1, count: current.rank - 2)
        let (decay, weight) = (try decay.reshaped(perChannel), try weight.reshaped(perChannel))
        let before: Tensor
        if let membrane { before = membrane } else { before = try Tensor.zeros(like: current) }
        let charged = try before * decay + current * weight
        let fired = try spike(charged - dynamics.threshold, dynamics.surrogate)
        membrane = try dynamics.reset(charged, fired)
        return fired
    }

    /// The membrane potential V after a step, and the number of the next step.
    public struct State: StepState {
        /// The membrane potential V, [B, C, …], in float32 for currents of 16 bits; nil for V[−1] = 0.
        public var membrane: Tensor?

        /// The number t of the next step, which selects λ and w, in 0...T. After T steps the layer needs a new state.
        public private(set) var step = 0

        public init() {}

        public func detached() throws(TensorError) -> State {
            var state = self
            state.membrane = try membrane?.detached()
            return state
        }

        fileprivate mutating func advance() { step += 1 }
    }

    /// Computes the next step in LibTorch's operations.
    ///
    /// - Parameters:
    ///   - current: The input currents of one step, [B, C, …], of floating point.
    ///   - state: The state after the previous step, or a new state; becomes the state after this step.
    /// - Returns: The spikes of this step, [B, C, …], 0 or 1, of the type of `current`.
    /// - Throws: `TensorError` if the shape or the type of the currents does not fit the layer or the state, or if the
    ///   state has already taken T steps, because λ and w are learned for T steps only.
    public func step(_ current: Tensor, _ state: inout State) throws(TensorError) -> Tensor {
        try checkStep(current, state.membrane, "learnable LIF")
        let (dtype, shape, own) = (current.dtype, current.shape, decayLogit.shape)
        guard shape.count >= 2, shape[1] == own[1] else {
            throw TensorError("learnable LIF: a step's currents are [B, C, …] with C = \(own[1]), got shape \(shape)")
        }
        guard state.step < own[0] else {
            throw TensorError("learnable LIF: the layer has learned \(counted(own[0], "step")); begin with a new state")
        }
        let (computed, t) = (dtype.ofMembrane, state.step)
        let spikes = try step(
            current.to(computed), &state.membrane, decay: decays()[t].to(computed),
            weight: inputWeight[t].to(computed))
        state.advance()
        return try observed(spikes.to(dtype))
    }
}
