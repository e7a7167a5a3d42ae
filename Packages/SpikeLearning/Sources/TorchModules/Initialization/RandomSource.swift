import SpikeEncoding

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Random numbers for initial values: the same for the same seed and the same order of `split`s.
///
/// Pass one source through the construction of a network; each tensor draws from a stream of its own.
public struct RandomSource: Sendable {
    private let generator: Philox
    private var splits: UInt64 = 0

    public init(seed: UInt64) { generator = Philox(seed: seed) }

    /// An independent stream, another one with each call.
    public mutating func split() -> RandomSource {
        defer { splits += 1 }
        // The last word keeps these counters apart from those of `uniforms`.
        let words = generator.block(
            at: SIMD4(UInt32(truncatingIfNeeded: splits), UInt32(truncatingIfNeeded: splits >> 32), 0, 1))
        return RandomSource(seed: UInt64(words[1]) << 32 | UInt64(words[0]))
    }

    /// Numbers of this stream at positions 0 ..< count, uniform between −bound and bound.
    func uniforms(_ count: Int, bound: Double) -> [Float] {
        var values = Array(repeating: Float(0), count: count)
        for pair in 0..<(count + 1) / 2 {
            let (first, second) = generator.uniforms(pair: UInt64(pair))
            values[2 * pair] = Float((2 * first - 1) * bound)
            if 2 * pair + 1 < count { values[2 * pair + 1] = Float((2 * second - 1) * bound) }
        }
        return values
    }

    /// Numbers of this stream from the normal distribution around 0, by Box and Muller's method; those beyond ±limit
    /// are left out.
    func normals(_ count: Int, standardDeviation: Double, limit: Double = .infinity) -> [Float] {
        var values: [Float] = []
        values.reserveCapacity(count + 1)
        var pair: UInt64 = 0
        while values.count < count {
            let (first, second) = generator.uniforms(pair: pair)
            let radius = standardDeviation * (-2 * log(1 - first)).squareRoot()
            for value in [radius * cos(2 * .pi * second), radius * sin(2 * .pi * second)] where abs(value) <= limit {
                values.append(Float(value))
            }
            pair += 1
        }
        if values.count > count { values.removeLast() }
        return values
    }
}
