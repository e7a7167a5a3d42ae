/// Pulse-width modulation: a spike whenever the signal enters the region above or below a sawtooth carrier.
///
///     x scaled to 0…1;  c(n) = fmod(f·n/999, 1), n from 0 at t = 1, restarting when c falls or n reaches 1000
///     level: up if x < c;  down if x > 1 − c (down wins);  a spike is the entry into a level
///     decoding: c(n) at an up spike, 1 − c(n) at a down spike, straight lines between; scaled back
///
/// Source: Arriandiaga et al., IEEE TNNLS 31 (2020), doi:10.1109/TNNLS.2019.2947380.
public struct PulseWidthModulation: SignalCodec {
    public static let name = "pwm"

    /// f, in carrier periods a thousand samples; above 0, up to 999.
    public let frequency: PerChannel<Float>
    /// A `.unipolar` code has no down level.
    public let polarity: Polarity
    /// The `.reference` dialect decodes the last sample, when it has no spike, as 1 − c(n), and starts channel k from
    /// sample k of channel 0.
    public let dialect: Dialect

    /// - Throws: `CodecError.parameter` for a frequency outside 0 < f ≤ 999.
    public init(
        frequency: PerChannel<Float> = 1, polarity: Polarity = .bipolar, dialect: Dialect = .standard
    ) throws(CodecError) {
        try require(frequency, Self.name, "frequency", "> 0 and <= 999") { $0 > 0 && $0 <= 999 }
        self.frequency = frequency
        self.polarity = polarity
        self.dialect = dialect
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            frequency: values.decode(PerChannel<Float>.self, forKey: .frequency),
            polarity: values.decode(Polarity.self, forKey: .polarity),
            dialect: values.decode(Dialect.self, forKey: .dialect))
    }

    public var codec: Codec { .pulseWidthModulation(self) }
    public var needsRange: Bool { true }
    public var startsFromValue: Bool { true }

    public func check(channelCount: Int) throws(CodecError) {
        try check([ParameterCount(Self.name, "frequency", frequency)], channelCount: channelCount)
    }
}

extension PulseWidthModulation: ChannelwiseCodec {
    func initialValue(forChannel channel: Int, first: Float, channelZero: ArraySlice<Float>) -> Float {
        guard dialect == .reference else { return first }
        return channelZero[channelZero.startIndex + (channel < channelZero.count ? channel : 0)]
    }

    func encoder(forChannel channel: Int, range: ValueRange?) -> Channel {
        Channel(carrier: carrier(frequency[channel]), scale: UnitScale(range!), polarity: polarity)
    }

    /// One period of the carrier.
    private func carrier(_ frequency: Float) -> [Float] {
        var period: [Float] = [0]
        while period.count < 1000 {
            let next = (frequency * Float(Double(period.count) * (1 / 999.0))).truncatingRemainder(dividingBy: 1)
            if next < period[period.count - 1] { break }
            period.append(next)
        }
        return period
    }

    func decode(
        channel: Int, _ spikes: UnsafeBufferPointer<Int8>, range: ValueRange?, initialValue: Float,
        into signal: UnsafeMutablePointer<Float>
    ) {
        guard !spikes.isEmpty else { return }
        let scale = UnitScale(range!)
        let carrier = carrier(frequency[channel])
        let last = spikes.count - 1
        var (lastTime, lastValue, n) = (0, initialValue, 0)
        signal[0] = initialValue
        for t in 1..<spikes.count {
            let spike = spikes[t]
            if spike != 0 || t == last {
                let value =
                    spike > 0
                    ? scale.inverse(carrier[n])
                    : spike < 0 || dialect == .reference ? scale.inverse(1 - carrier[n]) : lastValue
                drawLine(from: lastValue, to: value, length: t - lastTime, into: signal + lastTime)
                (lastTime, lastValue) = (t, value)
            }
            n = n + 1 == carrier.count ? 0 : n + 1
        }
    }

    struct Channel: ChannelEncoder {
        let carrier: [Float]
        let scale: UnitScale
        let polarity: Polarity
        private var n = 0
        private var level: Int8 = 0
        private var hasStarted = false

        init(carrier: [Float], scale: UnitScale, polarity: Polarity) {
            self.carrier = carrier
            self.scale = scale
            self.polarity = polarity
        }

        mutating func encode(_ samples: UnsafeBufferPointer<Float>, into spikes: UnsafeMutablePointer<Int8>) -> Int {
            guard !samples.isEmpty else { return 0 }
            var start = 0
            if !hasStarted {
                hasStarted = true
                spikes[0] = 0
                start = 1
            }
            var (n, level) = (n, level)
            let hasDown = polarity == .bipolar
            carrier.withUnsafeBufferPointer { carrier in
                for t in start..<samples.count {
                    let (x, c) = (scale(samples[t]), carrier[n])
                    let next: Int8 = hasDown && x > 1 - c ? -1 : x < c ? 1 : 0
                    spikes[t] = next == level ? 0 : next
                    level = next
                    n = n &+ 1 == carrier.count ? 0 : n &+ 1
                }
            }
            (self.n, self.level) = (n, level)
            return samples.count
        }
    }
}

/// `length` samples after the first, on a straight line that ends at `end`.
private func drawLine(from start: Float, to end: Float, length: Int, into signal: UnsafeMutablePointer<Float>) {
    let slope = (end - start) / Float(length)
    for index in 1..<max(1, length) { signal[index] = start + slope * Float(Int32(truncatingIfNeeded: index)) }
    signal[length] = end
}
