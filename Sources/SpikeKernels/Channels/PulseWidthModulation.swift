/// The samples of one period of a sawtooth.
///
///     c(n) = fmod(f·n/999, 1), n from 0, restarting when c falls or n reaches 1000
struct Sawtooth: Sendable {
    let period: [Float]

    /// Samples a period.
    ///
    /// - Parameter frequency: f, in periods per thousand samples; above 0, up to 999.
    init(frequency: Float) {
        func value(_ n: Int) -> Float {
            let phase = frequency * Float(Double(n) * (1 / 999.0))
            // The phase is at most 999, so that its whole part fits into `Int`, and the difference is exact.
            return phase - Float(Int(phase))
        }
        var length = 1
        while length < 1000 && value(length) >= value(length - 1) { length += 1 }
        period = [Float](unsafeUninitializedCapacity: length) { buffer, count in
            for n in 0..<length { buffer[n] = value(n) }
            count = length
        }
    }
}

/// Encodes one channel by pulse-width modulation: a spike whenever the signal enters the region above or below a
/// sawtooth.
///
///     x scaled to 0…1;  level: up if x < c(n);  down if x > 1 − c(n) (down wins);  a spike is the entry into a level
///
/// Source: Arriandiaga et al., IEEE TNNLS 31 (2020), doi:10.1109/TNNLS.2019.2947380.
public struct PulseWidthEncoder: ChannelEncoder {
    private let carrier: [Float]
    let scale: UnitScale
    let hasDown: Bool
    private var n = 0
    private var level: Int8 = 0
    private var hasStarted = false

    /// Creates an encoder for one channel.
    ///
    /// - Parameters:
    ///   - frequency: f, in carrier periods per thousand samples; above 0, up to 999.
    ///   - scale: The scale from the channel's range to 0…1.
    ///   - hasDown: Whether there is a down level, and so down spikes.
    public init(frequency: Float, scale: UnitScale, hasDown: Bool = true) {
        carrier = Sawtooth(frequency: frequency).period
        self.scale = scale
        self.hasDown = hasDown
    }

    public mutating func encode(
        _ samples: UnsafeBufferPointer<Float>, into spikes: UnsafeMutablePointer<Int8>
    ) -> Int {
        guard !samples.isEmpty else { return 0 }
        var start = 0
        if !hasStarted {
            hasStarted = true
            spikes[0] = 0
            start = 1
        }
        var (n, level) = (n, level)
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

/// Decodes the spikes of pulse-width modulation on one channel.
///
///     c(n) at an up spike, 1 − c(n) at a down spike, straight lines between; scaled back
public struct PulseWidthDecoder: Sendable {
    private let carrier: [Float]
    let scale: UnitScale
    let initialValue: Float
    let variant: Variant

    /// Creates a decoder for one channel.
    ///
    /// - Parameters:
    ///   - frequency: The frequency that the channel was encoded with.
    ///   - scale: The scale that the channel was encoded with.
    ///   - initialValue: The value of the first sample, in the signal's unit.
    ///   - variant: The definition of the algorithm. If the last sample has no spike, `.reference` decodes it as 1 −
    ///     c(n).
    public init(frequency: Float, scale: UnitScale, initialValue: Float, variant: Variant = .standard) {
        carrier = Sawtooth(frequency: frequency).period
        self.scale = scale
        self.initialValue = initialValue
        self.variant = variant
    }

    /// Decodes all spikes of the channel.
    ///
    /// - Parameters:
    ///   - spikes: The spikes of the channel, −1, 0 or 1 for each sample.
    ///   - signal: Memory for one decoded value per spike, in the signal's unit.
    public func decode(_ spikes: UnsafeBufferPointer<Int8>, into signal: UnsafeMutablePointer<Float>) {
        guard !spikes.isEmpty else { return }
        let last = spikes.count - 1
        var (lastTime, lastValue, n) = (0, initialValue, 0)
        signal[0] = initialValue
        for t in 1..<spikes.count {
            let spike = spikes[t]
            if spike != 0 || t == last {
                let value =
                    spike > 0
                    ? scale.inverse(carrier[n])
                    : spike < 0 || variant == .reference ? scale.inverse(1 - carrier[n]) : lastValue
                drawLine(from: lastValue, to: value, length: t - lastTime, into: signal + lastTime)
                (lastTime, lastValue) = (t, value)
            }
            n = n + 1 == carrier.count ? 0 : n + 1
        }
    }

    /// Writes the `length` samples after the first of `signal`, on a straight line from `start` that ends at `end`.
    private func drawLine(
        from start: Float, to end: Float, length: Int, into signal: UnsafeMutablePointer<Float>
    ) {
        let slope = (end - start) / Float(length)
        for index in 1..<max(1, length) {
            signal[index] = start + slope * Float(Int(Int32(truncatingIfNeeded: index)))
        }
        signal[length] = end
    }
}
