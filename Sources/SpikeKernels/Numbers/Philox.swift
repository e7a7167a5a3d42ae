/// The counter-based random number generator Philox 4×32-10. A number depends only on the seed and its position.
///
/// Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011, doi:10.1145/2063384.2063405.
public struct Philox: Sendable {
    @usableFromInline let key: SIMD2<UInt32>

    /// Creates a generator.
    ///
    /// - Parameter seed: The seed of the random numbers.
    @inlinable
    public init(seed: UInt64) {
        key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    }

    /// The four random words at a position.
    ///
    /// - Parameter counter: The position, a counter of 128 bits with the lowest word first.
    @inlinable
    public func block(at counter: SIMD4<UInt32>) -> SIMD4<UInt32> {
        var (c, k) = (counter, key)
        for _ in 0..<10 {
            let low = UInt64(c[0]) &* 0xD251_1F53
            let high = UInt64(c[2]) &* 0xCD9E_8D57
            c = SIMD4(
                UInt32(truncatingIfNeeded: high >> 32) ^ c[1] ^ k[0], UInt32(truncatingIfNeeded: high),
                UInt32(truncatingIfNeeded: low >> 32) ^ c[3] ^ k[1], UInt32(truncatingIfNeeded: low))
            k &+= SIMD2(0x9E37_79B9, 0xBB67_AE85)
        }
        return c
    }

    /// The two random numbers at positions `2 * pair` and `2 * pair + 1`, in 0 ..< 1 with 53 random bits each.
    ///
    /// - Parameter pair: The number of the pair, counted from 0.
    @inlinable
    public func uniforms(pair: UInt64) -> (Double, Double) {
        let words = block(at: SIMD4(UInt32(truncatingIfNeeded: pair), UInt32(truncatingIfNeeded: pair >> 32), 0, 0))
        // The sum is exact, and it needs no 64-bit conversions, which not every processor has.
        func unit(_ high: UInt32, _ low: UInt32) -> Double {
            Double(high) * 0x1p-32 + Double(low >> 11) * 0x1p-53
        }
        return (unit(words[0], words[1]), unit(words[2], words[3]))
    }

    /// The random number at a position, in 0 ..< 1 with 53 random bits.
    ///
    /// - Parameter position: The position in the sequence, counted from 0.
    @inlinable
    public func uniform(at position: UInt64) -> Double {
        let pair = uniforms(pair: position / 2)
        return position % 2 == 0 ? pair.0 : pair.1
    }
}
