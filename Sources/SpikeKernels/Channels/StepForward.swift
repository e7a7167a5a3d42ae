/// Encodes one channel by step-forward: a spike whenever the signal differs from a base by more than a threshold.
///
///     b = x[0];  x[t] > b + θ: +1, b += θ;  x[t] < b − θ: −1, b −= θ
///
/// Source: Kasabov et al., Neural Networks 78 (2016), doi:10.1016/j.neunet.2015.09.011.
public struct StepForwardEncoder: ChannelEncoder {
    let threshold: Float
    let down: Int8
    private var base: Float?

    /// Creates an encoder for one channel.
    ///
    /// - Parameters:
    ///   - threshold: θ, in the signal's unit; above 0.
    ///   - down: The spike of a falling signal: −1, or 0 for no down spikes.
    public init(threshold: Float, down: Int8 = -1) {
        self.threshold = threshold
        self.down = down
    }

    public mutating func encode(
        _ samples: UnsafeBufferPointer<Float>, into spikes: UnsafeMutablePointer<Int8>
    ) -> Int {
        guard let first = samples.first else { return 0 }
        var base = self.base ?? first
        let raw = UnsafeRawPointer(samples.baseAddress!)
        var index = 0
        // Most recordings have long parts without spikes, where 16 samples are checked and skipped at once.
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

/// Encodes 16 channels at once by step-forward.
public struct StepForwardLanes: LaneEncoder {
    let threshold: SIMD16<Float>
    public let down: Int8
    private var base: SIMD16<Float>

    /// Creates an encoder for 16 channels.
    ///
    /// - Parameters:
    ///   - threshold: θ of each channel, in the signal's unit; above 0.
    ///   - down: The spike of a falling signal: −1, or 0 for no down spikes.
    ///   - first: The first sample of each channel, where its base starts.
    public init(threshold: SIMD16<Float>, down: Int8 = -1, first: SIMD16<Float>) {
        self.threshold = threshold
        self.down = down
        base = first
    }

    @inline(__always)
    public mutating func step(_ x: SIMD16<Float>) -> (rises: SIMD16<UInt32>, falls: SIMD16<UInt32>) {
        // The lower border is −(θ − b). If it is 0 and x is −0, their difference must not be −0, which counts as
        // negative.
        let (up, negativeLow) = (base + threshold, threshold - base)
        let (rises, falls) = (isNegative(up - x), isNegative(x + negativeLow))
        base = select(rises, up, select(falls, -negativeLow, base))
        return (rises, falls)
    }

    public static func encode(
        _ groups: UnsafeMutableBufferPointer<Self>, rows: UnsafePointer<Float>, rowStride: Int, count: Int,
        into spikes: UnsafeMutablePointer<Int8>
    ) -> Bool { encodeBlocks(groups, rows: rows, rowStride: rowStride, count: count, into: spikes) }
}
