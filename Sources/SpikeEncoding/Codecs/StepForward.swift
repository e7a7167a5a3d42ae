/// Step-forward: a spike whenever the signal leaves a base by more than a threshold; the base follows by one threshold.
///
///     b = x[0];  x[t] > b + θ: +1, b += θ;  x[t] < b − θ: −1, b −= θ
///     r[0] = initial value;  r[t] = r[t−1] + θ·s[t]
///
/// Source: Kasabov et al., Neural Networks 78 (2016), doi:10.1016/j.neunet.2015.09.011.
public struct StepForward: SignalCodec {
    public static let name = "step-forward"

    /// θ, in the signal's unit; above 0.
    public let threshold: PerChannel<Float>
    public let polarity: Polarity
    /// The `.reference` dialect starts decoding at 0 (a channel's offset, if it has one) instead of the first sample.
    public let dialect: Dialect

    /// - Throws: `CodecError.parameter` unless every threshold is finite and above 0.
    public init(
        threshold: PerChannel<Float> = 0.5, polarity: Polarity = .bipolar, dialect: Dialect = .standard
    ) throws(CodecError) {
        try require(threshold, Self.name, "threshold", "finite and > 0") { $0.isFinite && $0 > 0 }
        self.threshold = threshold
        self.polarity = polarity
        self.dialect = dialect
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            threshold: values.decode(PerChannel<Float>.self, forKey: .threshold),
            polarity: values.decode(Polarity.self, forKey: .polarity),
            dialect: values.decode(Dialect.self, forKey: .dialect))
    }

    public var codec: Codec { .stepForward(self) }
    public var startsFromValue: Bool { true }

    public func check(channelCount: Int) throws(CodecError) {
        try check([ParameterCount(Self.name, "threshold", threshold)], channelCount: channelCount)
    }
}

extension StepForward: ChannelwiseCodec {
    func initialValue(forChannel channel: Int, first: Float, channelZero: ArraySlice<Float>) -> Float {
        dialect == .reference ? 0 : first
    }

    func encoder(forChannel channel: Int, range: ValueRange?) -> Channel {
        Channel(threshold: threshold[channel], down: polarity.down)
    }

    func lanes(firstChannel: Int, ranges: [ValueRange], first: SIMD16<Float>) -> Lanes {
        Lanes(
            threshold: SIMD16((0..<16).map { threshold[firstChannel + $0] }), down: polarity.down, base: first)
    }

    func decode(
        channel: Int, _ spikes: UnsafeBufferPointer<Int8>, range: ValueRange?, initialValue: Float,
        into signal: UnsafeMutablePointer<Float>
    ) {
        accumulate(spikes, step: threshold[channel], from: initialValue, into: signal)
    }

    struct Channel: ChannelEncoder {
        let threshold: Float
        let down: Int8
        private var base: Float?

        init(threshold: Float, down: Int8) {
            self.threshold = threshold
            self.down = down
        }

        mutating func encode(_ samples: UnsafeBufferPointer<Float>, into spikes: UnsafeMutablePointer<Int8>) -> Int {
            guard let first = samples.first else { return 0 }
            var base = self.base ?? first
            let raw = UnsafeRawPointer(samples.baseAddress!)
            var index = 0
            // Most recordings are quiet for long: one look at 16 samples then passes over all of them.
            while index &+ 16 <= samples.count {
                let x = raw.loadUnaligned(fromByteOffset: index &* 4, as: SIMD16<Float>.self)
                if isNegative(base + threshold - x) | isNegative(x - (base - threshold)) == .zero {
                    UnsafeMutableRawPointer(spikes + index).storeBytes(of: .zero, as: SIMD16<Int8>.self)
                } else {
                    for t in index..<index &+ 16 { spikes[t] = step(samples[t], &base) }
                }
                index &+= 16
            }
            for t in index..<samples.count { spikes[t] = step(samples[t], &base) }
            self.base = base
            return samples.count
        }

        @inline(__always)
        private func step(_ x: Float, _ base: inout Float) -> Int8 {
            let (up, low) = (base + threshold, base - threshold)
            let (rises, falls) = (x > up, x < low)
            base = rises ? up : falls ? low : base
            return rises ? 1 : falls ? down : 0
        }
    }

    struct Lanes: LaneEncoder {
        let threshold: SIMD16<Float>
        let down: Int8
        var base: SIMD16<Float>

        @inline(__always)
        mutating func step(_ x: SIMD16<Float>) -> (rises: SIMD16<UInt32>, falls: SIMD16<UInt32>) {
            let (up, low) = (base + threshold, base - threshold)
            let (rises, falls) = (isNegative(up - x), isNegative(x - low))
            base = select(rises, up, select(falls, low, base))
            return (rises, falls)
        }
    }
}

/// `r[0] = start; r[t] = r[t−1] + step·s[t]`
func accumulate(
    _ spikes: UnsafeBufferPointer<Int8>, step: Float, from start: Float, into signal: UnsafeMutablePointer<Float>
) {
    guard !spikes.isEmpty else { return }
    var value = start
    signal[0] = value
    for t in 1..<spikes.count {
        value += step * Float(spikes[t])
        signal[t] = value
    }
}
