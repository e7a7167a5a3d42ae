import SpikeKernels

/// Rate step-forward: graded spikes, the change from one sample to the next in units of a threshold.
///
///     p[t] = (x[t] − x[t−1])/θ
///     r[0] = initial value;  r[t] = r[t−1] + θ·p[t]
///
/// ```swift
/// let encoded = try RateStepForward().encode(Signal(channels: [[2, 4, 3, 3]]))
/// print(encoded.spikes.amplitudes ?? [])  // → [0.0, 1.0, -0.5, 0.0]
/// ```
///
/// Source: the step coder of the Python package `spike-encoding`; the code is a normalised first difference.
public struct RateStepForward: SignalCodec {
    public static let name = "rate-step-forward"
    public static let description = CodecDescription(
        try RateStepForward(), title: "Rate step-forward",
        purpose: "Graded spikes, the differences themselves; nothing is lost.",
        source: "the step coder of the Python package spike-encoding; a normalised first difference",
        parameters: [
            CodecParameter(
                "threshold", \RateStepForward.threshold, unit: "the signal's, per sample", bounds: .above(0),
                help: "The change of size 1; give it for streams and for comparisons between recordings.",
                fromData: "the largest step"),
            CodecParameter("padding", \RateStepForward.padding, help: "What stands before the first sample."),
        ])

    /// θ, in the signal's unit, above 0; `nil` to take each channel's largest |x[t] − x[t−1]|.
    public private(set) var threshold: PerChannel<Float>?
    /// The value that the first sample is compared with: itself, or, with `.zero`, the second sample is compared with 0
    /// and the first is not encoded. In a channel with an offset, the offset takes the place of 0, because the first
    /// spike would otherwise be far larger than all others.
    public private(set) var padding: Padding

    /// A rate step-forward code.
    ///
    /// - Parameters:
    ///   - threshold: θ, in the signal's unit, above 0; `nil` to take the largest step of each channel.
    ///   - padding: What the first sample is compared with: itself, or 0 with `.zero`.
    /// - Throws: `CodecError.parameter` unless every threshold is finite and above 0.
    public init(threshold: PerChannel<Float>? = nil, padding: Padding = .edge) throws(CodecError) {
        self.threshold = threshold
        self.padding = padding
        try check()
    }

    /// A rate step-forward code with given thresholds.
    ///
    /// - Parameters:
    ///   - threshold: θ, in the signal's unit, above 0: a number for all channels, or an array with one number per
    ///     channel.
    ///   - padding: What the first sample is compared with: itself, or 0 with `.zero`.
    /// - Throws: `CodecError.parameter` unless every threshold is finite and above 0.
    public init(threshold: some PerChannelConvertible, padding: Padding = .edge) throws(CodecError) {
        // Without the type annotation, this initializer would call itself.
        let values: PerChannel<Float>? = PerChannel(converting: threshold)
        try self.init(threshold: values, padding: padding)
    }

    public var isGraded: Bool { true }
    public var startsFromValue: Bool { true }

    /// The largest step |x[t] − x[t−1]| of each channel; 1 for a channel that never changes.
    ///
    /// - Parameter signal: The recording, `channels × samples`.
    /// - Throws: `CodecError` for an empty recording, NaN or infinity.
    public static func largestSteps(of signal: Signal) throws(CodecError) -> PerChannel<Float> {
        _ = try signal.ranges()
        return PerChannel(
            each: (0..<signal.channelCount).map { channel in
                signal.withChannel(channel) { samples in
                    var largest: Float = 0
                    for t in 1..<max(1, samples.count) { largest = max(largest, abs(samples[t] - samples[t - 1])) }
                    return largest > 0 ? largest : 1
                }
            })
    }
}

extension RateStepForward: ChannelwiseCodec {
    public func encode(
        _ signal: Signal, ranges: [ValueRange]?, threads: Int
    ) throws(CodecError) -> EncodedSignal {
        guard threshold == nil else { return try encodeChannels(signal, ranges: nil, threads: threads) }
        return try RateStepForward(threshold: Self.largestSteps(of: signal), padding: padding)
            .encodeChannels(signal, ranges: nil, threads: threads)
    }

    public func stream(channelCount: Int, ranges: [ValueRange]?) throws(CodecError) -> SpikeStream {
        guard threshold != nil || channelCount < 1 else { throw .streamNeeds(codec: Self.name, what: "thresholds") }
        return try streamChannels(channelCount: channelCount, ranges: ranges)
    }

    var startsAtZero: Bool { padding == .zero }

    func encoder(forChannel channel: Int, range: ValueRange?) -> RateStepForwardEncoder {
        RateStepForwardEncoder(threshold: threshold![channel], startsFromZero: padding == .zero)
    }

    func decoder(forChannel channel: Int, range: ValueRange?, initialValue: Float) -> (any ChannelDecoder<Float>)? {
        RateStepForwardDecoder(threshold: threshold![channel], initialValue: initialValue)
    }
}
