/// Delta modulation: a spike whenever the signal changes by at least a threshold from one sample to the next.
///
///     d = x[t] − x[t−1];  d ≥ θ: +1;  d ≤ −θ: −1
///     r[0] = initial value;  r[t] = r[t−1] + θ·s[t]
///
/// Source: the asynchronous delta modulator of event-based sensors, as in Petro, Kasabov & Kiss, IEEE TNNLS 31 (2020),
/// doi:10.1109/TNNLS.2019.2906158 (there with a threshold taken from the data).
public struct DeltaModulation: SignalCodec {
    public static let name = "delta"

    /// θ, in the signal's unit; above 0.
    public let threshold: PerChannel<Float>
    /// What the first sample is compared with: the value 0, or itself.
    public let padding: Padding
    public let polarity: Polarity

    /// - Throws: `CodecError.parameter` unless every threshold is finite and above 0.
    public init(
        threshold: PerChannel<Float> = 0.1, padding: Padding = .zero, polarity: Polarity = .bipolar
    ) throws(CodecError) {
        try require(threshold, Self.name, "threshold", "finite and > 0") { $0.isFinite && $0 > 0 }
        self.threshold = threshold
        self.padding = padding
        self.polarity = polarity
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            threshold: values.decode(PerChannel<Float>.self, forKey: .threshold),
            padding: values.decode(Padding.self, forKey: .padding),
            polarity: values.decode(Polarity.self, forKey: .polarity))
    }

    public var codec: Codec { .deltaModulation(self) }
    public var startsFromValue: Bool { true }

    public func check(channelCount: Int) throws(CodecError) {
        try check([ParameterCount(Self.name, "threshold", threshold)], channelCount: channelCount)
    }
}

extension DeltaModulation: ChannelwiseCodec {
    func encoder(forChannel channel: Int, range: ValueRange?) -> Channel {
        Channel(threshold: threshold[channel], down: polarity.down, padding: padding)
    }

    func lanes(firstChannel: Int, ranges: [ValueRange], first: SIMD16<Float>) -> Lanes {
        Lanes(
            threshold: SIMD16((0..<16).map { threshold[firstChannel + $0] }), down: polarity.down,
            previous: padding == .edge ? first : .zero)
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
        private var previous: Float?

        init(threshold: Float, down: Int8, padding: Padding) {
            self.threshold = threshold
            self.down = down
            previous = padding == .zero ? 0 : nil
        }

        mutating func start(zero: Float) {
            if previous != nil { previous = zero }
        }

        mutating func encode(_ samples: UnsafeBufferPointer<Float>, into spikes: UnsafeMutablePointer<Int8>) -> Int {
            guard let first = samples.first else { return 0 }
            let raw = UnsafeRawPointer(samples.baseAddress!)
            spikes[0] = sign(first - (previous ?? first))
            var t = 1
            while t &+ 16 <= samples.count {
                let x = raw.loadUnaligned(fromByteOffset: t &* 4, as: SIMD16<Float>.self)
                let change = x - raw.loadUnaligned(fromByteOffset: t &* 4 &- 4, as: SIMD16<Float>.self)
                UnsafeMutableRawPointer(spikes + t).storeBytes(
                    of: signs(change, threshold, down), as: SIMD16<Int8>.self)
                t &+= 16
            }
            while t < samples.count {
                spikes[t] = sign(samples[t] - samples[t &- 1])
                t &+= 1
            }
            previous = samples[samples.count &- 1]
            return samples.count
        }

        private func sign(_ change: Float) -> Int8 {
            change >= threshold ? 1 : change <= -threshold ? down : 0
        }
    }

    struct Lanes: LaneEncoder {
        let threshold: SIMD16<Float>
        let down: Int8
        var previous: SIMD16<Float>

        @inline(__always)
        mutating func step(_ x: SIMD16<Float>) -> (rises: SIMD16<UInt32>, falls: SIMD16<UInt32>) {
            let change = x - previous
            previous = x
            return (~isNegative(change - threshold), ~isNegative(-threshold - change))
        }
    }
}

/// +1 where a change reaches the threshold, `down` where it falls as far, else 0.
@inline(__always)
private func signs(_ change: SIMD16<Float>, _ threshold: Float, _ down: Int8) -> SIMD16<Int8> {
    let up = SIMD16<Int8>(truncatingIfNeeded: ~isNegative(change - threshold)) & 1
    return up | SIMD16<Int8>(truncatingIfNeeded: ~isNegative(-threshold - change)) & down
}
