/// Encodes 16 channels at once, one per SIMD lane. The spikes are bit for bit those of the encoder of each single
/// channel.
public protocol LaneEncoder: Sendable {
    /// Whether samples are known to be finite, because the ranges of their channels were measured before.
    static var takesScannedSamples: Bool { get }

    /// The spike of a falling signal: −1, or 0 for no down spikes.
    var down: Int8 { get }

    /// Encodes the next sample of every channel.
    ///
    /// - Parameter samples: One sample per channel.
    /// - Returns: Two masks. All bits of a lane are set in `rises` if its channel spikes up, and in `falls` if it
    ///   spikes down.
    mutating func step(_ samples: SIMD16<Float>) -> (rises: SIMD16<UInt32>, falls: SIMD16<UInt32>)

    /// Encodes the samples of several groups of 16 channels. Each channel is a row of samples.
    ///
    /// - Parameters:
    ///   - groups: The encoders, each for 16 channels.
    ///   - rows: The samples. Row `r` starts at `r * rowStride`.
    ///   - rowStride: The distance between the starts of two rows, in samples. It holds for `spikes` as well.
    ///   - count: The number of samples of each row.
    ///   - spikes: Memory for one sign per sample, laid out as `rows`.
    /// - Returns: False if a sample is NaN or infinite; the spikes are then invalid. Encoders with
    ///   `takesScannedSamples` do not check every sample.
    static func encode(
        _ groups: UnsafeMutableBufferPointer<Self>, rows: UnsafePointer<Float>, rowStride: Int, count: Int,
        into spikes: UnsafeMutablePointer<Int8>
    ) -> Bool
}

extension LaneEncoder {
    public static var takesScannedSamples: Bool { false }
}

extension LaneEncoder {
    /// The implementation of `encode` for every conforming type. Each type calls it, so that it is specialized here.
    ///
    /// A step depends on the one before, so the processor computes a second group while it waits for the first.
    static func encodeBlocks(
        _ groups: UnsafeMutableBufferPointer<Self>, rows: UnsafePointer<Float>, rowStride: Int, count: Int,
        into spikes: UnsafeMutablePointer<Int8>
    ) -> Bool {
        let whole = count & ~63
        let rowCount = 16 &* groups.count
        let columnBytes = 64 &* groups.count
        var flaw = SIMD16<UInt32>.zero
        withUnsafeTemporaryAllocation(byteCount: (64 + 16) * columnBytes, alignment: 64) { scratch in
            // With 64 samples at a time, columns are read long after they were written. Loads that are wider than the
            // preceding stores would otherwise be slow.
            let columns = scratch.baseAddress!
            let words = columns + 64 * columnBytes
            for start in stride(from: 0, to: whole, by: 64) {
                for row in stride(from: 0, to: rowCount, by: 4) {
                    for sample in stride(from: 0, to: 64, by: 4) {
                        transpose(
                            UnsafeRawPointer(rows + (row &* rowStride &+ start &+ sample)), rowStride &* 4,
                            to: columns + (sample &* columnBytes &+ row &* 4), columnBytes)
                    }
                }
                for four in 0..<16 {
                    for group in groups.indices {
                        let steps = columns + (four &* 4 &* columnBytes &+ group &* 64)
                        words.storeBytes(
                            of: groups[group].fourSteps(steps, stride: columnBytes, &flaw),
                            toByteOffset: four &* columnBytes &+ group &* 64, as: SIMD16<UInt32>.self)
                    }
                }
                for row in stride(from: 0, to: rowCount, by: 4) {
                    for four in stride(from: 0, to: 16, by: 4) {
                        transpose(
                            UnsafeRawPointer(words + (four &* columnBytes &+ row &* 4)), columnBytes,
                            to: UnsafeMutableRawPointer(spikes + (row &* rowStride &+ start &+ four &* 4)), rowStride)
                    }
                }
            }
        }
        for group in groups.indices {
            let first = 16 &* group &* rowStride
            for sample in whole..<count {
                var column = SIMD16<Float>.zero
                for row in 0..<16 { column[row] = rows[first &+ row &* rowStride &+ sample] }
                flaw |= exponentOverflow(column)
                let (rises, falls) = groups[group].step(column)
                for row in 0..<16 {
                    spikes[first &+ row &* rowStride &+ sample] =
                        rises[row] != 0 ? 1 : falls[row] != 0 ? groups[group].down : 0
                }
            }
        }
        return flaw & 0x8000_0000 == .zero
    }

    /// Encodes four steps of every channel. Each word of the result holds the four signs of a channel, one per byte,
    /// with the first step in the lowest byte.
    @inline(__always)
    private mutating func fourSteps(
        _ columns: UnsafeMutableRawPointer, stride: Int, _ flaw: inout SIMD16<UInt32>
    ) -> SIMD16<UInt32> {
        let down = UInt32(UInt8(bitPattern: down))
        var words = SIMD16<UInt32>.zero
        for index in 0..<4 {
            let x = columns.load(fromByteOffset: index &* stride, as: SIMD16<Float>.self)
            if !Self.takesScannedSamples { flaw |= exponentOverflow(x) }
            let (rises, falls) = step(x)
            let shift = UInt32(8 &* index)
            words |= rises & (1 &<< shift) | falls & (down &<< shift)
        }
        return words
    }
}
