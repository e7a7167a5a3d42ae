/// Rate step-forward: graded spikes, the change from one sample to the next in units of a threshold.
///
///     p[t] = (x[t] − x[t−1])/θ
///     r[0] = initial value;  r[t] = r[t−1] + θ·p[t]
///
/// Source: the step coder of the Python package `spike-encoding`; the code is a normalised first difference.
public struct RateStepForward: SignalCodec {
    public static let name = "rate-step-forward"

    /// θ, in the signal's unit, above 0; nil to take each channel's largest |x[t] − x[t−1]|.
    public let threshold: PerChannel<Float>?
    /// What the first sample is compared with: itself, or, with `.zero`, the second sample is compared with 0 and the
    /// first is not encoded. For a channel with an offset, 0 is the offset, lest the first spike's size hide the others'.
    public let padding: Padding

    /// - Throws: `CodecError.parameter` unless every threshold is finite and above 0.
    public init(threshold: PerChannel<Float>? = nil, padding: Padding = .edge) throws(CodecError) {
        if let threshold { try require(threshold, Self.name, "threshold", "finite and > 0") { $0.isFinite && $0 > 0 } }
        self.threshold = threshold
        self.padding = padding
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            threshold: values.decodeIfPresent(PerChannel<Float>.self, forKey: .threshold),
            padding: values.decode(Padding.self, forKey: .padding))
    }

    public var codec: Codec { .rateStepForward(self) }
    public var isGraded: Bool { true }
    public var startsFromValue: Bool { true }

    public func check(channelCount: Int) throws(CodecError) {
        guard let threshold else { return }
        try check([ParameterCount(Self.name, "threshold", threshold)], channelCount: channelCount)
    }

    /// Each channel's largest |x[t] − x[t−1]|; 1 for a channel that never changes.
    ///
    /// - Throws: `CodecError` for an empty signal, NaN or infinity.
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

    func initialValue(forChannel channel: Int, first: Float, channelZero: ArraySlice<Float>) -> Float {
        padding == .edge ? first : 0
    }

    func encoder(forChannel channel: Int, range: ValueRange?) -> Channel {
        Channel(threshold: threshold![channel], padding: padding)
    }

    func decode(
        channel: Int, _ spikes: UnsafeBufferPointer<Float>, range: ValueRange?, initialValue: Float,
        into signal: UnsafeMutablePointer<Float>
    ) {
        let threshold = threshold![channel]
        var value = initialValue
        for t in 0..<spikes.count {
            value += threshold * spikes[t]
            signal[t] = value
        }
    }

    struct Channel: ChannelEncoder {
        let threshold: Float
        let padding: Padding
        private var previous: Float?

        init(threshold: Float, padding: Padding) {
            self.threshold = threshold
            self.padding = padding
        }

        mutating func encode(_ samples: UnsafeBufferPointer<Float>, into spikes: UnsafeMutablePointer<Float>) -> Int {
            guard let first = samples.first else { return 0 }
            var start = 0
            if previous == nil {
                spikes[0] = 0
                start = 1
            }
            var last = previous ?? (padding == .edge ? first : 0)
            for t in start..<samples.count {
                spikes[t] = (samples[t] - last) / threshold
                last = samples[t]
            }
            previous = last
            return samples.count
        }
    }
}
