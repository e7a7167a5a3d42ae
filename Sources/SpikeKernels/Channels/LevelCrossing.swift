/// Encodes one channel by level crossing: a spike whenever the signal crosses the level above or below it.
///
///     r = x[0];  levels lie halfway between r and r ± δ;  e = (1 + h)·δ/2
///     x[t] > r + e: +1, r += δ;  x[t] < r − e: −1, r −= δ
///
/// `StepDecoder` decodes the spikes to r.
///
/// Source: Miskowicz, Sensors 6 (2006), doi:10.3390/s6010049; Guan, Kozat & Singer, EURASIP JASP (2008),
/// doi:10.1155/2008/513706.
public struct LevelCrossingEncoder: ChannelEncoder {
    let spacing: Float
    let edge: Float
    let down: Int8
    private var value: Float?

    /// Creates an encoder for one channel.
    ///
    /// - Parameters:
    ///   - spacing: δ, the distance between levels, in the signal's unit; above 0.
    ///   - hysteresis: h, the distance that the signal must go beyond a level, as a share of half the spacing; 0…1.
    ///   - down: The spike of a falling signal: −1, or 0 for no down spikes.
    public init(spacing: Float, hysteresis: Float, down: Int8 = -1) {
        self.spacing = spacing
        edge = (1 + hysteresis) * spacing * 0.5
        self.down = down
    }

    public mutating func encode(
        _ samples: UnsafeBufferPointer<Float>, into spikes: UnsafeMutablePointer<Int8>
    ) -> Int {
        guard let first = samples.first else { return 0 }
        var value = value ?? first
        for t in 0..<samples.count {
            let (rises, falls) = (samples[t] > value + edge, samples[t] < value - edge)
            value = rises ? value + spacing : falls ? value - spacing : value
            spikes[t] = rises ? 1 : falls ? down : 0
        }
        self.value = value
        return samples.count
    }
}

/// Encodes 16 channels at once by level crossing.
public struct LevelCrossingLanes: LaneEncoder {
    let spacing: SIMD16<Float>
    let edge: SIMD16<Float>
    public let down: Int8
    private var value: SIMD16<Float>

    /// Creates an encoder for 16 channels.
    ///
    /// - Parameters:
    ///   - spacing: δ of each channel, in the signal's unit; above 0.
    ///   - hysteresis: h of each channel; 0…1.
    ///   - down: The spike of a falling signal: −1, or 0 for no down spikes.
    ///   - first: The first sample of each channel, where decoding starts.
    public init(spacing: SIMD16<Float>, hysteresis: SIMD16<Float>, down: Int8 = -1, first: SIMD16<Float>) {
        self.spacing = spacing
        edge = (1 + hysteresis) * spacing * 0.5
        self.down = down
        value = first
    }

    @inline(__always)
    public mutating func step(_ x: SIMD16<Float>) -> (rises: SIMD16<UInt32>, falls: SIMD16<UInt32>) {
        // A lower edge of 0 is −(e − r), as −0 − 0 would count as negative.
        let (rises, falls) = (isNegative(value + edge - x), isNegative(x + (edge - value)))
        value = select(rises, value + spacing, select(falls, value - spacing, value))
        return (rises, falls)
    }

    public static func encode(
        _ groups: UnsafeMutableBufferPointer<Self>, rows: UnsafePointer<Float>, rowStride: Int, count: Int,
        into spikes: UnsafeMutablePointer<Int8>
    ) -> Bool { encodeBlocks(groups, rows: rows, rowStride: rowStride, count: count, into: spikes) }
}
