import TorchModules
import TorchTensors

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A layer that encodes a static feature map, or raw images, as spikes over T steps. Every channel c has a threshold
/// that decays over time and can be learned:
///
///     θ_c[t] = exp(a_c)·σ(b_c)^t
///
/// The state of the layer holds a and b as `log_threshold` and `decay_logit`, [C] each. A learned tensor is a
/// parameter, a fixed one is a buffer of the same name, so that a state fits both kinds of encoders. Weight decay
/// applies to neither.
///
/// Source: our reading of "Revisiting Direct Encoding", arXiv 2512.01687.
public final class TemporalEncoder: SteppedLayer {
    /// The logarithm a of the first threshold, [C]: a `Parameter` if it is learned, else a `Buffer`.
    public let logThreshold: ModuleTensor

    /// The log-odds b of the decay, [C]: a `Parameter` if it is learned, else a `Buffer`.
    public let decayLogit: ModuleTensor

    public var isTraining = true
    public var spikeObserver: SpikeObserver?
    /// The rule by which values become spikes.
    public let encoding: TemporalEncoding

    /// The number of time steps T.
    public let steps: Int

    private let implementation: NeuronImplementation

    /// Creates an encoder whose channels all begin with the same thresholds.
    ///
    /// - Parameters:
    ///   - encoding: The rule by which values become spikes.
    ///   - channels: The number of channels C; traps unless it is above 0.
    ///   - steps: The number of time steps T; traps unless it is above 0.
    ///   - threshold: θ at t = 0 before training, in the unit of the input. Traps unless it is finite and above 0.
    ///   - decay: The factor σ(b) by which the threshold changes from step to step, before training. Traps unless it is
    ///     above 0 and below 1.
    ///   - learnsThreshold: Whether training changes a.
    ///   - learnsDecay: Whether training changes b.
    ///   - implementation: How the spikes are computed.
    /// - Throws: `TensorError` if the tensors cannot be created.
    public init(
        _ encoding: TemporalEncoding, channels: Int, steps: Int = 4, threshold: Double = 1, decay: Double = 0.5,
        learnsThreshold: Bool = true, learnsDecay: Bool = true, implementation: NeuronImplementation = .automatic
    ) throws(TensorError) {
        precondition(
            channels > 0 && steps > 0, "TemporalEncoder: channels and steps must be > 0, got \(channels), \(steps)")
        precondition(threshold > 0 && threshold.isFinite, "TemporalEncoder: threshold must be > 0, got \(threshold)")
        precondition(decay > 0 && decay < 1, "TemporalEncoder: decay must be > 0 and < 1, got \(decay)")
        let a = try Tensor.full([channels], log(threshold))
        let b = try Tensor.full([channels], log(decay / (1 - decay)))
        // In this range exp(a) is finite and above 0 in float32.
        let range = -80.0...80.0
        logThreshold = learnsThreshold ? try Parameter(a, range: range) : Buffer(a, range: range)
        decayLogit = learnsDecay ? try Parameter(b) : Buffer(b)
        self.encoding = encoding
        self.steps = steps
        self.implementation = implementation
    }

    /// Returns the threshold θ of every step and channel, [T, C], in the unit of the input.
    public func thresholds() throws(TensorError) -> Tensor {
        let decay = try decayLogit.tensor.sigmoid()
        var rows = [try logThreshold.tensor.exp()]
        // Repeated products instead of powers keep a decay of one half exact.
        for t in 1..<steps { rows.append(try rows[t - 1] * decay) }
        return try Tensor.stacked(rows)
    }

    /// Encodes a static input as spikes.
    ///
    /// - Parameter x: Values [B, C, …] with 2 to 4 dimensions, of floating point, in the unit of the thresholds.
    /// - Returns: Spikes [T, B, C, …], 0 or 1, of the type of `x`.
    /// - Throws: `TensorError` if the shape or the type of `x` does not fit, or if the encoder was created with
    ///   `.kernel` and no kernel supports the input.
    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
        let spikes = try encoding.spikes(x, thresholds: thresholds(), implementation: implementation)
        try spikeObserver?(spikes)
        return spikes
    }

    /// The values that are being encoded, as the past steps have left them, and the number of the next step.
    public struct State: StepState {
        /// The values x[t], [B, C, …], in float32 for inputs of 16 bits; nil if the next step reads new values.
        public fileprivate(set) var remainder: Tensor?

        /// The number t of the next step, in 0..<T.
        public fileprivate(set) var step = 0

        public init() {}

        public func detached() throws(TensorError) -> State {
            var state = self
            state.remainder = try remainder?.detached()
            return state
        }
    }

    /// Computes the next of the T steps that encode a value, in LibTorch's operations. After T steps a new value is
    /// read, so that each value of a stream takes T steps.
    ///
    /// - Parameters:
    ///   - x: Values [B, C, …] with 2 to 4 dimensions, of floating point. Only the first of every T steps uses them; at
    ///     the other steps the state holds x[t], and only the shape and the type of `x` matter.
    ///   - state: The state after the previous step, or a new state; becomes the state after this step.
    /// - Returns: The spikes of this step, [B, C, …], 0 or 1, of the type of `x`.
    /// - Throws: `TensorError` if the shape or the type of `x` does not fit the layer or the state.
    public func step(_ x: Tensor, _ state: inout State) throws(TensorError) -> Tensor {
        try checkStep(x, state.remainder, "temporal encoding")
        let (dtype, shape, channels) = (x.dtype, x.shape, logThreshold.tensor.count)
        guard 2...4 ~= shape.count, shape[1] == channels else {
            throw TensorError(
                "temporal encoding: the input is [B, C, …], of 2 to 4 dimensions, with C = \(channels), got \(shape)")
        }
        let computed = dtype.ofMembrane
        var remainder: Tensor
        if let held = state.remainder { remainder = held } else { remainder = try x.to(computed) }
        let t = state.step
        func compute() throws(TensorError) -> Tensor {
            try encoding.step(&remainder, threshold: thresholds()[t].to(computed)).to(dtype)
        }
        let spikes = encoding.surrogate == nil ? try withoutGradient(compute) : try compute()
        state.step = (t + 1) % steps
        state.remainder = state.step == 0 ? nil : remainder
        return try observed(spikes)
    }
}
