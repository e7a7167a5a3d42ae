// Draws the bits of a stream, sixteen numbers at a time and on all threads.

extension RandomStream {
    /// The number of values that are drawn before they are used. They fit into the nearest cache.
    private static let runLength = 1024

    /// The number of values in one part of the work for a thread.
    private static let grain = 16 * runLength

    /// Calls `use` with the index and the bits of each of `count` numbers, on LibTorch's threads.
    ///
    /// - Parameter prepare: Changes pairs of numbers in place before they are used. A pair begins at an even place of
    ///   the sequence, so that a changed number does not depend on the place where the draw begins.
    @inline(__always)
    func forEachBits(
        _ count: Int, prepare: @Sendable (UnsafeMutableBufferPointer<UInt64>) -> Void = { _ in },
        _ use: @Sendable (_ index: Int, _ bits: UInt64) -> Void
    ) throws(TensorError) {
        try parallelFor(count, grain: Self.grain) { part in
            withUnsafeTemporaryAllocation(of: UInt64.self, capacity: Self.runLength + PhiloxLanes.numberCount) {
                buffer in
                var start = part.lowerBound
                while start < part.upperBound {
                    let end = min(start + Self.runLength, part.upperBound)
                    let place = position + start
                    let skipped = place % 2
                    let drawn = PhiloxLanes.roundedUp(skipped + end - start)
                    let run = UnsafeMutableBufferPointer(rebasing: buffer[..<drawn])
                    PhiloxLanes.fill(run, seed: seed, stream: stream, pair: UInt64(place / 2))
                    prepare(run)
                    for offset in 0..<end - start { use(start + offset, run[skipped + offset]) }
                    start = end
                }
            }
        }
    }
}

/// Philox 4×32-10 for eight counters at once, one per SIMD lane. Each 32-bit word occupies a 64-bit lane, which can
/// hold the product of two words.
enum PhiloxLanes {
    typealias Lanes = SIMD8<UInt64>

    /// The number of 64-bit numbers that one step produces.
    static let numberCount = 2 * Lanes.scalarCount

    static func roundedUp(_ count: Int) -> Int { (count + numberCount - 1) / numberCount * numberCount }

    /// Fills a buffer with random numbers.
    ///
    /// - Parameters:
    ///   - numbers: The buffer. Its length is a multiple of `numberCount`.
    ///   - pair: The low half of the first counter.
    static func fill(_ numbers: UnsafeMutableBufferPointer<UInt64>, seed: UInt64, stream: UInt64, pair: UInt64) {
        var counters = Lanes(0, 1, 2, 3, 4, 5, 6, 7) &+ pair
        for start in stride(from: 0, to: numbers.count, by: numberCount) {
            let (first, second) = numbersAt(counters, seed: seed, stream: stream)
            for lane in 0..<Lanes.scalarCount {
                numbers[start &+ 2 &* lane] = first[lane]
                numbers[start &+ 2 &* lane &+ 1] = second[lane]
            }
            counters &+= Lanes(repeating: UInt64(Lanes.scalarCount))
        }
    }

    @inline(__always)
    private static func numbersAt(_ counters: Lanes, seed: UInt64, stream: UInt64) -> (Lanes, Lanes) {
        let low = Lanes(repeating: 0xFFFF_FFFF)
        let upper = Lanes(repeating: 32)
        var (c0, c1) = (counters & low, counters &>> upper)
        var (c2, c3) = (Lanes(repeating: stream) & low, Lanes(repeating: stream >> 32))
        var (k0, k1) = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
        for _ in 0..<10 {
            // The masks do not change the values. They tell the compiler that a 32-bit by 32-bit product suffices.
            let a = (c0 & low) &* Lanes(repeating: 0xD251_1F53)
            let b = (c2 & low) &* Lanes(repeating: 0xCD9E_8D57)
            c0 = (b &>> upper) ^ c1 ^ Lanes(repeating: UInt64(k0))
            c1 = b & low
            c2 = (a &>> upper) ^ c3 ^ Lanes(repeating: UInt64(k1))
            c3 = a & low
            k0 &+= 0x9E37_79B9
            k1 &+= 0xBB67_AE85
        }
        return (c0 &<< upper | c1, c2 &<< upper | c3)
    }
}
