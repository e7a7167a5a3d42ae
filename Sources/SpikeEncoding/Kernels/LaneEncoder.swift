/// A comparison of 16 channels.
typealias LaneMask = SIMDMask<SIMD16<Int32>>

/// Encodes 16 channels at once, a channel a lane; bit for bit what each channel's own encoder does.
protocol LaneEncoder: Sendable {
    /// What a falling channel puts out, −1 or 0.
    var down: Int8 { get }

    /// Takes the next sample of every channel; says which channels spike up, and which down.
    mutating func step(_ samples: SIMD16<Float>) -> (rises: LaneMask, falls: LaneMask)
}

/// For codecs whose channels are not encoded in lanes.
struct NoLanes: LaneEncoder {
    var down: Int8 { 0 }
    mutating func step(_ samples: SIMD16<Float>) -> (rises: LaneMask, falls: LaneMask) {
        (LaneMask(repeating: false), LaneMask(repeating: false))
    }
}

extension ChannelwiseCodec where Lanes == NoLanes {
    var hasLanes: Bool { false }
    func lanes(firstChannel: Int, ranges: [ValueRange], first: SIMD16<Float>) -> NoLanes { NoLanes() }
}

extension LaneEncoder {
    /// Encodes `count` samples of 16 rows.
    ///
    /// - Parameters:
    ///   - rows: Row 0; row `r` starts `r * rowStride` further, in `rows` as in `spikes`.
    mutating func encode(
        rows: UnsafePointer<Float>, rowStride: Int, count: Int, into spikes: UnsafeMutablePointer<Int8>
    ) {
        let whole = count & ~15
        withUnsafeTemporaryAllocation(byteCount: 1024 + 256, alignment: 64) { scratch in
            let columns = scratch.baseAddress!
            let words = columns + 1024
            for start in stride(from: 0, to: whole, by: 16) {
                for row in stride(from: 0, to: 16, by: 4) {
                    for column in stride(from: 0, to: 16, by: 4) {
                        transpose(
                            UnsafeRawPointer(rows + (row &* rowStride &+ start &+ column)), rowStride &* 4,
                            to: columns + (column &* 64 &+ row &* 4), 64)
                    }
                }
                for quarter in 0..<4 {
                    words.storeBytes(
                        of: fourSteps(columns + quarter &* 256), toByteOffset: quarter &* 64, as: SIMD16<UInt32>.self)
                }
                for row in stride(from: 0, to: 16, by: 4) {
                    transpose(
                        UnsafeRawPointer(words + row &* 4), 64,
                        to: UnsafeMutableRawPointer(spikes + (row &* rowStride &+ start)), rowStride)
                }
            }
        }
        for sample in whole..<count {
            var column = SIMD16<Float>.zero
            for row in 0..<16 { column[row] = rows[row &* rowStride &+ sample] }
            let (rises, falls) = step(column)
            for row in 0..<16 { spikes[row &* rowStride &+ sample] = rises[row] ? 1 : falls[row] ? down : 0 }
        }
    }

    /// Four steps of every channel: the signs are the four bytes of the channel's word, first step lowest.
    @inline(__always)
    private mutating func fourSteps(_ columns: UnsafeMutableRawPointer) -> SIMD16<UInt32> {
        let down = UInt32(UInt8(bitPattern: down))
        var words = SIMD16<UInt32>.zero
        for index in 0..<4 {
            let (rises, falls) = step(columns.load(fromByteOffset: index &* 64, as: SIMD16<Float>.self))
            let shift = UInt32(8 &* index)
            words |= unsafeBitCast(rises, to: SIMD16<UInt32>.self) & (1 &<< shift)
            words |= unsafeBitCast(falls, to: SIMD16<UInt32>.self) & (down &<< shift)
        }
        return words
    }
}

/// Transposes 4 × 4 words of 4 bytes; strides in bytes.
///
/// The even, then the odd elements of two vectors, taken log₂ 4 times over all of them, transpose them.
@inline(__always)
private func transpose(
    _ source: UnsafeRawPointer, _ sourceStride: Int, to target: UnsafeMutableRawPointer, _ targetStride: Int
) {
    let r0 = source.loadUnaligned(as: SIMD4<Float>.self)
    let r1 = source.loadUnaligned(fromByteOffset: sourceStride, as: SIMD4<Float>.self)
    let r2 = source.loadUnaligned(fromByteOffset: 2 &* sourceStride, as: SIMD4<Float>.self)
    let r3 = source.loadUnaligned(fromByteOffset: 3 &* sourceStride, as: SIMD4<Float>.self)
    let (r01, r23) = (SIMD8(lowHalf: r0, highHalf: r1), SIMD8(lowHalf: r2, highHalf: r3))
    let even = SIMD8(lowHalf: r01.evenHalf, highHalf: r23.evenHalf)
    let odd = SIMD8(lowHalf: r01.oddHalf, highHalf: r23.oddHalf)
    target.storeBytes(of: even.evenHalf, as: SIMD4<Float>.self)
    target.storeBytes(of: odd.evenHalf, toByteOffset: targetStride, as: SIMD4<Float>.self)
    target.storeBytes(of: even.oddHalf, toByteOffset: 2 &* targetStride, as: SIMD4<Float>.self)
    target.storeBytes(of: odd.oddHalf, toByteOffset: 3 &* targetStride, as: SIMD4<Float>.self)
}
