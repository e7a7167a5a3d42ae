/// A mask with all bits set in the lanes whose sign bit is set. The difference of two floats has this sign exactly if
/// the first is smaller, except that −0 − 0 is −0.
@inline(__always)
func isNegative(_ x: SIMD16<Float>) -> SIMD16<UInt32> {
    unsafeBitCast(unsafeBitCast(x, to: SIMD16<Int32>.self) &>> 31, to: SIMD16<UInt32>.self)
}

/// Words whose highest bit is set in the lanes that are NaN or infinite, because adding 1 to their exponent carries
/// into that bit.
@inline(__always)
func exponentOverflow(_ x: SIMD16<Float>) -> SIMD16<UInt32> {
    unsafeBitCast(x, to: SIMD16<UInt32>.self) & 0x7fff_ffff &+ 0x0080_0000
}

/// The lanes of `a` where the mask is set, and of `b` elsewhere.
@inline(__always)
func select(_ mask: SIMD16<UInt32>, _ a: SIMD16<Float>, _ b: SIMD16<Float>) -> SIMD16<Float> {
    let (a, b) = (unsafeBitCast(a, to: SIMD16<UInt32>.self), unsafeBitCast(b, to: SIMD16<UInt32>.self))
    return unsafeBitCast(a & mask | b & ~mask, to: SIMD16<Float>.self)
}

/// Transposes 4 × 4 words of 4 bytes. Strides are in bytes.
///
/// Separating the even from the odd elements of pairs of vectors, log₂ 4 = 2 times, transposes the words.
@inline(__always)
func transpose(
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
