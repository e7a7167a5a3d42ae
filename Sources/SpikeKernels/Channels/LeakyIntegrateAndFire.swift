/// Encodes one channel with a leaky integrate-and-fire neuron: its membrane potential sums the scaled signal, leaks,
/// and fires in either direction.
///
///     x scaled to −1…1;  V = 0
///     t ≥ 1:  V += x[t];  V > θ: +1, V = 0;  V < −θ: −1, V = 0;  V ·= m
///
/// Source: Yarga, Rouat & Wood, ICONS 2022, doi:10.1145/3546790.3546803.
public struct LeakyIntegrateAndFireEncoder: ChannelEncoder {
    let scale: SignedUnitScale
    let threshold: Float
    let membraneConstant: Float
    let down: Int8
    let variant: Variant
    private var membrane: Float = 0
    /// The value that the `.reference` variant subtracts from the membrane potential; `nil` before t = 1.
    private var base: Float?
    private var hasStarted = false

    /// Creates an encoder for one channel.
    ///
    /// - Parameters:
    ///   - scale: The scale from the channel's range to −1…1.
    ///   - threshold: θ, of the scaled signal; above 0.
    ///   - membraneConstant: m, the share of the membrane potential that stays after a step; above 0, up to 1.
    ///   - down: The spike of a falling signal: −1, or 0 for no down spikes.
    ///   - variant: The definition of the algorithm; `.reference` subtracts the scaled x[1] from V in comparisons until
    ///     the first spike, and never fires at t = 1.
    public init(
        scale: SignedUnitScale, threshold: Float, membraneConstant: Float, down: Int8 = -1,
        variant: Variant = .standard
    ) {
        self.scale = scale
        self.threshold = threshold
        self.membraneConstant = membraneConstant
        self.down = down
        self.variant = variant
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
        switch variant {
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

/// Encodes 16 channels at once with leaky integrate-and-fire neurons.
public struct LeakyIntegrateAndFireLanes: LaneEncoder {
    public static let takesScannedSamples = true
    private var minimum = SIMD16<Float>.zero
    private var scale = SIMD16<Float>.zero
    private var one = SIMD16<Float>.zero
    let threshold: SIMD16<Float>
    let membraneConstant: SIMD16<Float>
    public let down: Int8
    private var membrane = SIMD16<Float>.zero

    /// Creates an encoder for 16 channels.
    ///
    /// - Parameters:
    ///   - scales: The scales from the ranges of the 16 channels to −1…1.
    ///   - threshold: θ of each channel, of the scaled signal; above 0.
    ///   - membraneConstant: m of each channel, the share of the membrane potential that stays after a step; above 0,
    ///     up to 1.
    ///   - down: The spike of a falling signal: −1, or 0 for no down spikes.
    ///   - first: The first sample of each channel, which adds nothing to the membrane potential.
    public init(
        scales: [SignedUnitScale], threshold: SIMD16<Float>, membraneConstant: SIMD16<Float>, down: Int8 = -1,
        first: SIMD16<Float>
    ) {
        self.threshold = threshold
        self.membraneConstant = membraneConstant
        self.down = down
        for lane in 0..<16 {
            minimum[lane] = scales[lane].unit.minimum
            scale[lane] = scales[lane].unit.scale
            one[lane] = scales[lane].one
        }
        membrane = -scaled(first)
    }

    @inline(__always)
    private func scaled(_ x: SIMD16<Float>) -> SIMD16<Float> { 2 * (scale * (x - minimum)) - one }

    @inline(__always)
    public mutating func step(_ x: SIMD16<Float>) -> (rises: SIMD16<UInt32>, falls: SIMD16<UInt32>) {
        let sum = membrane + scaled(x)
        let (rises, falls) = (isNegative(threshold - sum), isNegative(sum + threshold))
        membrane = select(rises | falls, .zero, sum * membraneConstant)
        return (rises, falls)
    }

    public static func encode(
        _ groups: UnsafeMutableBufferPointer<Self>, rows: UnsafePointer<Float>, rowStride: Int, count: Int,
        into spikes: UnsafeMutablePointer<Int8>
    ) -> Bool { encodeBlocks(groups, rows: rows, rowStride: rowStride, count: count, into: spikes) }
}

/// Decodes the spikes of a leaky integrate-and-fire neuron on one channel: a sum of the spikes that leaks as the
/// membrane potential did.
///
///     r[0] = 0;  r[t] = m·r[t−1] + θ·s[t], scaled back
public struct LeakyIntegrateAndFireDecoder: ChannelDecoder {
    let scale: SignedUnitScale
    let threshold: Float
    let membraneConstant: Float
    private var value: Float = 0
    private var hasStarted = false

    /// Creates a decoder for one channel.
    ///
    /// - Parameters:
    ///   - scale: The scale that the channel was encoded with.
    ///   - threshold: θ, the threshold that the channel was encoded with.
    ///   - membraneConstant: m, the membrane constant that the channel was encoded with.
    public init(scale: SignedUnitScale, threshold: Float, membraneConstant: Float) {
        self.scale = scale
        self.threshold = threshold
        self.membraneConstant = membraneConstant
    }

    /// Decodes all spikes of the channel.
    ///
    /// - Parameters:
    ///   - spikes: The spikes of the channel, −1, 0 or 1 for each sample.
    ///   - signal: Memory for one decoded value per spike, in the signal's unit.
    public func decode(_ spikes: UnsafeBufferPointer<Int8>, into signal: UnsafeMutablePointer<Float>) {
        var decoder = self
        _ = decoder.decode(next: spikes, into: signal)
    }

    public mutating func decode(
        next spikes: UnsafeBufferPointer<Int8>, into signal: UnsafeMutablePointer<Float>
    ) -> Int {
        guard !spikes.isEmpty else { return 0 }
        var value = value
        if !hasStarted { signal[0] = scale.inverse(0) }
        for t in (hasStarted ? 0 : 1)..<spikes.count {
            value = membraneConstant * value + threshold * Float(Int(spikes[t]))
            signal[t] = scale.inverse(value)
        }
        (self.value, hasStarted) = (value, true)
        return spikes.count
    }
}
