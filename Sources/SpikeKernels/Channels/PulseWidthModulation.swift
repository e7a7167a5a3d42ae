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
        var (length, last) = (1, value(0))
        while length < 1000 {
            let next = value(length)
            if next < last { break }
            last = next
            length += 1
        }
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
public struct PulseWidthDecoder: ChannelDecoder {
    private let carrier: [Float]
    let scale: UnitScale
    let variant: Variant
    /// The value of the last spike, or of the first sample before there was one.
    private var lastValue: Float
    /// The number of steps since then.
    public private(set) var lag = 0
    private var n = 0
    private var hasStarted = false

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
        lastValue = initialValue
        self.variant = variant
    }

    /// Decodes all spikes of the channel.
    ///
    /// - Parameters:
    ///   - spikes: The spikes of the channel, −1, 0 or 1 for each sample.
    ///   - signal: Memory for one decoded value per spike, in the signal's unit.
    public func decode(_ spikes: UnsafeBufferPointer<Int8>, into signal: UnsafeMutablePointer<Float>) {
        var decoder = self
        let count = decoder.decode(next: spikes, into: signal)
        decoder.finish(into: signal + count)
    }

    /// Decodes the next spikes of the channel. Values wait for the next spike, to which a straight line leads.
    public mutating func decode(
        next spikes: UnsafeBufferPointer<Int8>, into signal: UnsafeMutablePointer<Float>
    ) -> Int {
        guard !spikes.isEmpty else { return 0 }
        var count = 0
        if !hasStarted {
            signal[0] = lastValue
            count = 1
        }
        for t in (hasStarted ? 0 : 1)..<spikes.count {
            let spike = spikes[t]
            lag += 1
            if spike != 0 {
                let value = spike > 0 ? scale.inverse(carrier[n]) : scale.inverse(1 - carrier[n])
                drawLine(from: lastValue, to: value, length: lag, into: signal + count)
                count += lag
                (lag, lastValue) = (0, value)
            }
            n = n + 1 == carrier.count ? 0 : n + 1
        }
        hasStarted = true
        return count
    }

    public mutating func finish(into signal: UnsafeMutablePointer<Float>) {
        guard lag > 0 else { return }
        let last = n == 0 ? carrier.count - 1 : n - 1
        let value = variant == .reference ? scale.inverse(1 - carrier[last]) : lastValue
        drawLine(from: lastValue, to: value, length: lag, into: signal)
        (lag, lastValue) = (0, value)
    }

    /// Writes `length` samples on the straight line that begins one sample before them at `start`, and ends at `end`.
    private func drawLine(
        from start: Float, to end: Float, length: Int, into signal: UnsafeMutablePointer<Float>
    ) {
        let slope = (end - start) / Float(length)
        for index in 1..<max(1, length) {
            signal[index - 1] = start + slope * Float(Int(Int32(truncatingIfNeeded: index)))
        }
        signal[length - 1] = end
    }
}
