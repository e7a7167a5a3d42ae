/// Encodes 16 channels at once, a channel a lane; bit for bit what each channel's own encoder does.
protocol LaneEncoder: Sendable {
    /// Whether samples come from channels whose range was scanned, and so are finite.
    static var takesScannedSamples: Bool { get }

    /// What a falling channel puts out, −1 or 0.
    var down: Int8 { get }

    /// Takes the next sample of every channel; all bits are set of the channels that spike up, and of those that spike
    /// down.
    mutating func step(_ samples: SIMD16<Float>) -> (rises: SIMD16<UInt32>, falls: SIMD16<UInt32>)
}

extension LaneEncoder {
    static var takesScannedSamples: Bool { false }
}

/// For codecs whose channels are not encoded in lanes.
struct NoLanes: LaneEncoder {
    var down: Int8 { 0 }
    mutating func step(_ samples: SIMD16<Float>) -> (rises: SIMD16<UInt32>, falls: SIMD16<UInt32>) { (.zero, .zero) }
}

extension ChannelwiseCodec where Lanes == NoLanes {
    var hasLanes: Bool { false }
    func lanes(firstChannel: Int, ranges: [ValueRange], first: SIMD16<Float>) -> NoLanes { NoLanes() }
}

/// All bits of the lanes that are below 0. A difference of floats is below 0 exactly if its first term is the smaller.
@inline(__always)
func isNegative(_ x: SIMD16<Float>) -> SIMD16<UInt32> {
    unsafeBitCast(unsafeBitCast(x, to: SIMD16<Int32>.self) &>> 31, to: SIMD16<UInt32>.self)
}

/// The highest bit is set of the lanes that are NaN or infinite: adding one to the exponent carries into it.
@inline(__always)
private func exponentOverflow(_ x: SIMD16<Float>) -> SIMD16<UInt32> {
    unsafeBitCast(x, to: SIMD16<UInt32>.self) & 0x7fff_ffff &+ 0x0080_0000
}

/// `a` in the lanes whose bits are set, `b` in the others.
@inline(__always)
func select(_ mask: SIMD16<UInt32>, _ a: SIMD16<Float>, _ b: SIMD16<Float>) -> SIMD16<Float> {
    let (a, b) = (unsafeBitCast(a, to: SIMD16<UInt32>.self), unsafeBitCast(b, to: SIMD16<UInt32>.self))
    return unsafeBitCast(a & mask | b & ~mask, to: SIMD16<Float>.self)
}

extension LaneEncoder {
    /// Encodes `count` samples of 16 rows for each of `groups`; returns false, and the spikes are void, if a sample is
    /// NaN or infinite.
    ///
    /// A step waits for the one before, so a second group runs in the waits of the first.
    ///
    /// - Parameters:
    ///   - rows: Row 0; row `r` starts `r * rowStride` further, in `rows` as in `spikes`.
    static func encode(
        _ groups: UnsafeMutableBufferPointer<Self>, rows: UnsafePointer<Float>, rowStride: Int, count: Int,
        into spikes: UnsafeMutablePointer<Int8>
    ) -> Bool {
        let whole = count & ~63
        let rowCount = 16 &* groups.count
        let columnBytes = 64 &* groups.count
        var flaw = SIMD16<UInt32>.zero
        withUnsafeTemporaryAllocation(byteCount: (64 + 16) * columnBytes, alignment: 64) { scratch in
            // 64 samples at a time: columns are long written when they are read, which stores and loads of unequal width
            // need to be fast.
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

    /// Four steps of every channel: the signs are the four bytes of the channel's word, first step lowest.
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
