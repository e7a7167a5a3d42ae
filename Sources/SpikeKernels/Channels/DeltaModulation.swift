/// Encodes one channel by delta modulation: a spike whenever a sample differs from the one before by at least a
/// threshold.
///
///     d = x[t] − x[t−1];  d ≥ θ: +1;  d ≤ −θ: −1
///
/// `StepDecoder` decodes the spikes.
public struct DeltaModulationEncoder: ChannelEncoder {
    let threshold: Float
    let down: Int8
    private var previous: Float?

    /// Creates an encoder for one channel.
    ///
    /// - Parameters:
    ///   - threshold: θ, in the signal's unit; above 0.
    ///   - down: The spike of a falling signal: −1, or 0 for no down spikes.
    ///   - startsFromZero: True to compare the first sample with 0, or with the `zero` given to `start(zero:)`; false
    ///     to compare it with itself.
    public init(threshold: Float, down: Int8 = -1, startsFromZero: Bool) {
        self.threshold = threshold
        self.down = down
        previous = startsFromZero ? 0 : nil
    }

    public mutating func start(zero: Float) {
        if previous != nil { previous = zero }
    }

    public mutating func encode(
        _ samples: UnsafeBufferPointer<Float>, into spikes: UnsafeMutablePointer<Int8>
    ) -> Int {
        guard let first = samples.first else { return 0 }
        let raw = UnsafeRawPointer(samples.baseAddress!)
        spikes[0] = sign(first - (previous ?? first))
        var t = 1
        while t &+ 16 <= samples.count {
            let x = raw.loadUnaligned(fromByteOffset: t &* 4, as: SIMD16<Float>.self)
            let change = x - raw.loadUnaligned(fromByteOffset: t &* 4 &- 4, as: SIMD16<Float>.self)
            UnsafeMutableRawPointer(spikes + t).storeBytes(of: signs(change), as: SIMD16<Int8>.self)
            t &+= 16
        }
        while t < samples.count {
            spikes[t] = sign(samples[t] - samples[t &- 1])
            t &+= 1
        }
        previous = samples[samples.count &- 1]
        return samples.count
    }

    private func sign(_ change: Float) -> Int8 { change >= threshold ? 1 : change <= -threshold ? down : 0 }

    @inline(__always)
    private func signs(_ change: SIMD16<Float>) -> SIMD16<Int8> {
        let up = SIMD16<Int8>(truncatingIfNeeded: ~isNegative(change - threshold)) & 1
        return up | SIMD16<Int8>(truncatingIfNeeded: ~isNegative(-threshold - change)) & down
    }
}

/// Encodes 16 channels at once by delta modulation.
public struct DeltaModulationLanes: LaneEncoder {
    let threshold: SIMD16<Float>
    public let down: Int8
    private var previous: SIMD16<Float>

    /// Creates an encoder for 16 channels.
    ///
    /// - Parameters:
    ///   - threshold: θ of each channel, in the signal's unit; above 0.
    ///   - down: The spike of a falling signal: −1, or 0 for no down spikes.
    ///   - previous: The value that the first sample of each channel is compared with.
    public init(threshold: SIMD16<Float>, down: Int8 = -1, previous: SIMD16<Float>) {
        self.threshold = threshold
        self.down = down
        self.previous = previous
    }

    @inline(__always)
    public mutating func step(_ x: SIMD16<Float>) -> (rises: SIMD16<UInt32>, falls: SIMD16<UInt32>) {
        let change = x - previous
        previous = x
        return (~isNegative(change - threshold), ~isNegative(-threshold - change))
    }

    public static func encode(
        _ groups: UnsafeMutableBufferPointer<Self>, rows: UnsafePointer<Float>, rowStride: Int, count: Int,
        into spikes: UnsafeMutablePointer<Int8>
    ) -> Bool { encodeBlocks(groups, rows: rows, rowStride: rowStride, count: count, into: spikes) }
}
