/// Encodes 16 channels at once, a channel a lane; bit for bit what each channel's own encoder does.
protocol LaneEncoder: Sendable {
    /// The next sample of every channel to the next spike of every channel.
    mutating func step(_ samples: SIMD16<Float>) -> SIMD16<Int8>
}

/// For codecs whose channels are not encoded in lanes.
struct NoLanes: LaneEncoder {
    mutating func step(_ samples: SIMD16<Float>) -> SIMD16<Int8> { .zero }
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
        withUnsafeTemporaryAllocation(byteCount: 1024 + 2 * 256, alignment: 64) { scratch in
            let columns = scratch.baseAddress!
            let signs = columns + 1024
            for start in stride(from: 0, to: count, by: 16) {
                let length = min(16, count &- start)
                if length == 16 {
                    transposeSamples(rows + start, rowStride, into: columns)
                } else {
                    for sample in 0..<length {
                        for row in 0..<16 {
                            let x = rows[row &* rowStride &+ start &+ sample]
                            columns.storeBytes(of: x, toByteOffset: sample &* 64 &+ row &* 4, as: Float.self)
                        }
                    }
                }
                for sample in 0..<length {
                    let spike = step(columns.load(fromByteOffset: sample &* 64, as: SIMD16<Float>.self))
                    signs.storeBytes(of: spike, toByteOffset: sample &* 16, as: SIMD16<Int8>.self)
                }
                if length == 16 {
                    transposeSigns(signs, scratch: signs + 256)
                    for row in 0..<16 {
                        UnsafeMutableRawPointer(spikes + (row &* rowStride &+ start)).storeBytes(
                            of: signs.load(fromByteOffset: row &* 16, as: SIMD16<Int8>.self), as: SIMD16<Int8>.self)
                    }
                } else {
                    for sample in 0..<length {
                        for row in 0..<16 {
                            spikes[row &* rowStride &+ start &+ sample] =
                                signs.load(fromByteOffset: sample &* 16 &+ row, as: Int8.self)
                        }
                    }
                }
            }
        }
    }
}

/// A 16 × 16 block of floats, rows `rowStride` apart, to 16 columns of 64 bytes, in 4 × 4 pieces.
///
/// The even, then the odd elements of two vectors, taken log₂ 4 times over all of a piece, transpose it.
@inline(__always)
private func transposeSamples(
    _ rows: UnsafePointer<Float>, _ rowStride: Int, into columns: UnsafeMutableRawPointer
) {
    for row in stride(from: 0, to: 16, by: 4) {
        let first = UnsafeRawPointer(rows + row &* rowStride)
        for column in stride(from: 0, to: 64, by: 16) {
            let rowBytes = rowStride &* 4
            let r0 = first.loadUnaligned(fromByteOffset: column, as: SIMD4<Float>.self)
            let r1 = first.loadUnaligned(fromByteOffset: column &+ rowBytes, as: SIMD4<Float>.self)
            let r2 = first.loadUnaligned(fromByteOffset: column &+ 2 &* rowBytes, as: SIMD4<Float>.self)
            let r3 = first.loadUnaligned(fromByteOffset: column &+ 3 &* rowBytes, as: SIMD4<Float>.self)
            let (r01, r23) = (SIMD8(lowHalf: r0, highHalf: r1), SIMD8(lowHalf: r2, highHalf: r3))
            let even = SIMD8(lowHalf: r01.evenHalf, highHalf: r23.evenHalf)
            let odd = SIMD8(lowHalf: r01.oddHalf, highHalf: r23.oddHalf)
            let target = columns + (column &* 16 &+ row &* 4)
            target.storeBytes(of: even.evenHalf, toByteOffset: 0, as: SIMD4<Float>.self)
            target.storeBytes(of: odd.evenHalf, toByteOffset: 64, as: SIMD4<Float>.self)
            target.storeBytes(of: even.oddHalf, toByteOffset: 128, as: SIMD4<Float>.self)
            target.storeBytes(of: odd.oddHalf, toByteOffset: 192, as: SIMD4<Float>.self)
        }
    }
}

/// Transposes a 16 × 16 block of bytes in place, as `transposeSamples` does with log₂ 16 rounds.
@inline(__always)
private func transposeSigns(_ signs: UnsafeMutableRawPointer, scratch: UnsafeMutableRawPointer) {
    var (source, target) = (signs, scratch)
    for _ in 0..<4 {
        for pair in 0..<8 {
            let both = source.load(fromByteOffset: pair &* 32, as: SIMD32<Int8>.self)
            target.storeBytes(of: both.evenHalf, toByteOffset: pair &* 16, as: SIMD16<Int8>.self)
            target.storeBytes(of: both.oddHalf, toByteOffset: 128 &+ pair &* 16, as: SIMD16<Int8>.self)
        }
        swap(&source, &target)
    }
}

/// +1 where a lane rises, `down` where it falls, else 0.
@inline(__always)
func signs(
    _ rises: SIMDMask<SIMD16<Int32>>, _ falls: SIMDMask<SIMD16<Int32>>, _ down: SIMD16<Int8>
) -> SIMD16<Int8> {
    let up = SIMD16<Int32>.zero.replacing(with: SIMD16(repeating: 1), where: rises)
    let low = SIMD16<Int32>.zero.replacing(with: SIMD16(repeating: -1), where: falls)
    return SIMD16<Int8>(truncatingIfNeeded: up) | (SIMD16<Int8>(truncatingIfNeeded: low) & down)
}
