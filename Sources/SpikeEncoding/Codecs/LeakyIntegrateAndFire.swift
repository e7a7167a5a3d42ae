/// LIF-based encoding: a membrane sums the signal, leaks, and fires in either direction at a threshold.
///
///     x scaled to −1…1;  V = 0
///     t ≥ 1:  V += x[t];  V > θ: +1, V = 0;  V < −θ: −1, V = 0;  V ·= m
///     r[0] = 0;  r[t] = m·r[t−1] + θ·s[t], scaled back
///
/// Source: Yarga, Rouat & Wood, ICONS 2022, doi:10.1145/3546790.3546803.
public struct LeakyIntegrateAndFire: SignalCodec {
    public static let name = "lif"

    /// θ, of the signal scaled to −1…1; above 0.
    public let threshold: PerChannel<Float>
    /// m, the share of the membrane potential that stays after a step; above 0, up to 1.
    public let membraneConstant: PerChannel<Float>
    public let polarity: Polarity
    /// The `.reference` dialect subtracts the scaled x[1] from V in comparisons until the channel's first spike, and
    /// never fires at t = 1.
    public let dialect: Dialect

    /// - Throws: `CodecError.parameter` for a threshold that is not above 0 or a membrane constant outside 0 < m ≤ 1.
    public init(
        threshold: PerChannel<Float> = 0.5, membraneConstant: PerChannel<Float> = 0.9, polarity: Polarity = .bipolar,
        dialect: Dialect = .standard
    ) throws(CodecError) {
        try require(threshold, Self.name, "threshold", "finite and > 0") { $0.isFinite && $0 > 0 }
        try require(membraneConstant, Self.name, "membrane constant", "> 0 and <= 1") { $0 > 0 && $0 <= 1 }
        self.threshold = threshold
        self.membraneConstant = membraneConstant
        self.polarity = polarity
        self.dialect = dialect
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            threshold: values.decode(PerChannel<Float>.self, forKey: .threshold),
            membraneConstant: values.decode(PerChannel<Float>.self, forKey: .membraneConstant),
            polarity: values.decode(Polarity.self, forKey: .polarity),
            dialect: values.decode(Dialect.self, forKey: .dialect))
    }

    public var codec: Codec { .leakyIntegrateAndFire(self) }
    public var needsRange: Bool { true }

    public func check(channelCount: Int) throws(CodecError) {
        try check(
            [
                ParameterCount(Self.name, "threshold", threshold),
                ParameterCount(Self.name, "membrane constant", membraneConstant),
            ], channelCount: channelCount)
    }
}

extension LeakyIntegrateAndFire: ChannelwiseCodec {
    var hasLanes: Bool { dialect == .standard }

    func encoder(forChannel channel: Int, range: ValueRange?) -> Channel {
        Channel(
            scale: SignedUnitScale(range!), threshold: threshold[channel], membraneConstant: membraneConstant[channel],
            down: polarity.down, dialect: dialect)
    }

    func lanes(firstChannel: Int, ranges: [ValueRange], first: SIMD16<Float>) -> Lanes {
        Lanes(
            scales: ranges.map(SignedUnitScale.init), threshold: SIMD16((0..<16).map { threshold[firstChannel + $0] }),
            membraneConstant: SIMD16((0..<16).map { membraneConstant[firstChannel + $0] }),
            down: polarity.down, first: first)
    }

    func decode(
        channel: Int, _ spikes: UnsafeBufferPointer<Int8>, range: ValueRange?, initialValue: Float,
        into signal: UnsafeMutablePointer<Float>
    ) {
        guard !spikes.isEmpty else { return }
        let scale = SignedUnitScale(range!)
        let (threshold, membraneConstant) = (threshold[channel], membraneConstant[channel])
        var value: Float = 0
        signal[0] = scale.inverse(0)
        for t in 1..<spikes.count {
            value = membraneConstant * value + threshold * Float(spikes[t])
            signal[t] = scale.inverse(value)
        }
    }

    struct Channel: ChannelEncoder {
        let scale: SignedUnitScale
        let threshold: Float
        let membraneConstant: Float
        let down: Int8
        let dialect: Dialect
        private var membrane: Float = 0
        /// What the `.reference` dialect subtracts; nil before t = 1.
        private var base: Float?
        private var hasStarted = false

        init(scale: SignedUnitScale, threshold: Float, membraneConstant: Float, down: Int8, dialect: Dialect) {
            self.scale = scale
            self.threshold = threshold
            self.membraneConstant = membraneConstant
            self.down = down
            self.dialect = dialect
        }

        mutating func encode(_ samples: UnsafeBufferPointer<Float>, into spikes: UnsafeMutablePointer<Int8>) -> Int {
            guard !samples.isEmpty else { return 0 }
            var start = 0
            if !hasStarted {
                hasStarted = true
                spikes[0] = 0
                start = 1
            }
            switch dialect {
            case .standard: encodeStandard(samples, from: start, into: spikes)
            case .reference: encodeReference(samples, from: start, into: spikes)
            }
            return samples.count
        }

        private mutating func encodeStandard(
            _ samples: UnsafeBufferPointer<Float>, from start: Int, into spikes: UnsafeMutablePointer<Int8>
        ) {
            var membrane = membrane
            for t in start..<samples.count {
                membrane += scale(samples[t])
                let (rises, falls) = (membrane > threshold, membrane < -threshold)
                membrane = rises || falls ? 0 : membrane * membraneConstant
                spikes[t] = rises ? 1 : falls ? down : 0
            }
            self.membrane = membrane
        }

        private mutating func encodeReference(
            _ samples: UnsafeBufferPointer<Float>, from start: Int, into spikes: UnsafeMutablePointer<Int8>
        ) {
            for t in start..<samples.count {
                let x = scale(samples[t])
                membrane += x
                guard let base = base else {
                    base = x
                    spikes[t] = 0
                    membrane *= membraneConstant
                    continue
                }
                let (rises, falls) = (membrane - base > threshold, membrane - base < -threshold)
                if rises || falls {
                    membrane = 0
                    self.base = 0
                }
                membrane *= membraneConstant
                spikes[t] = rises ? 1 : falls ? down : 0
            }
        }
    }

    struct Lanes: LaneEncoder {
        static let takesScannedSamples = true
        let minimum: SIMD16<Float>
        let scale: SIMD16<Float>
        let one: SIMD16<Float>
        let threshold: SIMD16<Float>
        let membraneConstant: SIMD16<Float>
        let down: Int8
        var membrane: SIMD16<Float>

        init(
            scales: [SignedUnitScale], threshold: SIMD16<Float>, membraneConstant: SIMD16<Float>, down: Int8,
            first: SIMD16<Float>
        ) {
            minimum = SIMD16(scales.map(\.unit.minimum))
            scale = SIMD16(scales.map(\.unit.scale))
            one = SIMD16(scales.map(\.one))
            self.threshold = threshold
            self.membraneConstant = membraneConstant
            self.down = down
            membrane = .zero
            // The first sample adds nothing.
            membrane = -scaled(first)
        }

        @inline(__always)
        private func scaled(_ x: SIMD16<Float>) -> SIMD16<Float> { 2 * (scale * (x - minimum)) - one }

        @inline(__always)
        mutating func step(_ x: SIMD16<Float>) -> (rises: SIMD16<UInt32>, falls: SIMD16<UInt32>) {
            let sum = membrane + scaled(x)
            let (rises, falls) = (isNegative(threshold - sum), isNegative(sum + threshold))
            membrane = select(rises | falls, .zero, sum * membraneConstant)
            return (rises, falls)
        }
    }
}
