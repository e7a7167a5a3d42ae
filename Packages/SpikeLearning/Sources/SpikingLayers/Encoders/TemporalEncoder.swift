import TorchModules
import TorchTensors

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A layer that encodes a static feature map, or raw images, as spikes over T steps, with thresholds that decay by
/// the channel and can be learned:
///
///     θ_c[t] = exp(a_c)·σ(b_c)^t
///
/// a and b are in the layer's state as `log_threshold` and `decay_logit`, [channels] each. What is learned is a
/// parameter; what is fixed is a buffer of the same name, so that a state fits encoders of either kind. Neither is
/// decayed.
///
/// Source: our reading of "Revisiting Direct Encoding", arXiv 2512.01687.
public final class TemporalEncoder: SpikingLayer {
    /// a, a `Parameter` or a `Buffer`.
    public let logThreshold: ModuleTensor

    /// b, a `Parameter` or a `Buffer`.
    public let decayLogit: ModuleTensor

    public var isTraining = true
    public var spikeObserver: SpikeObserver?
    public let encoding: TemporalEncoding

    /// T.
    public let steps: Int

    private let implementation: NeuronImplementation

    /// Traps unless there are channels and steps, the first threshold is above 0 and its decay between 0 and 1.
    ///
    /// - Parameters:
    ///   - threshold: θ at t = 0 where training begins, in the input's unit.
    ///   - decay: What a step leaves of the threshold where training begins.
    ///   - learnsThreshold: Whether training changes a.
    ///   - learnsDecay: Whether training changes b.
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
        logThreshold = learnsThreshold ? try Parameter(a) : Buffer(a)
        decayLogit = learnsDecay ? try Parameter(b) : Buffer(b)
        self.encoding = encoding
        self.steps = steps
        self.implementation = implementation
    }

    /// θ of every step and channel, [T, C].
    public func thresholds() throws(TensorError) -> Tensor {
        let decay = try decayLogit.tensor.sigmoid()
        var rows = [try logThreshold.tensor.exp()]
        // Products, not powers: halving is then exact.
        for t in 1..<steps { rows.append(try rows[t - 1] * decay) }
        return try Tensor.stacked(rows)
    }

    /// [B, C, …], of 2 to 4 dimensions, to spikes [T, B, C, …] of the same type.
    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
        let spikes = try encoding.spikes(x, thresholds: thresholds(), implementation: implementation)
        try spikeObserver?(spikes)
        return spikes
    }
}
