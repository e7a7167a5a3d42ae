#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

#if canImport(Darwin) || canImport(Glibc) || canImport(Musl)
    func sine(_ x: Double) -> Double { sin(x) }
    func cosine(_ x: Double) -> Double { cos(x) }
    func exponential(_ x: Double) -> Double { exp(x) }
#else
    func sine(_ x: Double) -> Double { Elementary.sine(x) }
    func cosine(_ x: Double) -> Double { Elementary.cosine(x) }
    func exponential(_ x: Double) -> Double { Elementary.exponential(x) }
#endif

/// Sine, cosine and exponential for machines without a C library, within one unit in the last place.
///
/// An argument is reduced to a short interval around 0 and kept in two parts, of which the second holds the rounding
/// error of the first. The significant terms of the Taylor series are then summed, from the least to the largest. The
/// first term is more than twice as large as all others together, so that their rounding errors are less than half a
/// unit in the last place of the result, and the last addition adds at most another half.
enum Elementary {
    /// The sine of `x`, for |x| up to 2¹⁹.
    static func sine(_ x: Double) -> Double {
        let (quarter, y) = quarterTurns(x)
        switch quarter & 3 {
        case 0: return sineNearZero(y)
        case 1: return cosineNearZero(y)
        case 2: return -sineNearZero(y)
        default: return -cosineNearZero(y)
        }
    }

    /// The cosine of `x`, for |x| up to 2¹⁹.
    static func cosine(_ x: Double) -> Double {
        let (quarter, y) = quarterTurns(x)
        switch quarter & 3 {
        case 0: return cosineNearZero(y)
        case 1: return -sineNearZero(y)
        case 2: return -cosineNearZero(y)
        default: return sineNearZero(y)
        }
    }

    /// The exponential of `x`, computed as `eˣ = 2ⁿ eʳ` with |r| up to half of ln 2.
    static func exponential(_ x: Double) -> Double {
        // Beyond these limits, the result is infinite or rounds to 0. NaN stays NaN.
        guard x <= 709.79 else { return x.isNaN ? x : .infinity }
        guard x >= -745.14 else { return 0 }
        let n = nearest(x * 0x1.71547652b82fep0)
        // The first part of ln 2 has 32 bits, so that its product with n is exact.
        let high = x - Double(n) * 0x1.62e42feep-1
        let low = Double(n) * 0x1.a39ef35793c76p-33
        let r = high - low
        let rest = (high - r) - low
        // r²/2 · (1 + r/3 · (1 + r/4 · …))
        var sum = 1.0
        for k in stride(from: 14, to: 2, by: -1) { sum = 1 + r / Double(k) * sum }
        let y = 1 + (r + (r * r / 2 * sum + rest * (1 + r)))
        // 2ⁿ can be outside of the normal numbers, so half of its exponent is applied at a time.
        let half = n / 2
        return y * powerOfTwo(half) * powerOfTwo(n - half)
    }

    /// Splits `x = quarter · π/2 + high + low`, with |high + low| up to about π/4 and `low` below the last place of
    /// `high`.
    private static func quarterTurns(_ x: Double) -> (quarter: Int, (high: Double, low: Double)) {
        let n = nearest(x * 0x1.45f306dc9c883p-1)
        let turns = Double(n)
        // π/2 in three parts of 33 bits, whose products with n are exact, and the rest.
        var high = x - turns * 0x1.921fb544p0
        var low = 0.0
        subtract(turns * 0x1.0b4611a6p-34, from: &high, &low)
        subtract(turns * 0x1.3198a2ep-69, from: &high, &low)
        low -= turns * 0x1.b839a252049c1p-104
        let sum = high + low
        return (n, (sum, (high - sum) + low))
    }

    /// Subtracts `y` from `high` and adds the rounding error of the difference to `low`.
    private static func subtract(_ y: Double, from high: inout Double, _ low: inout Double) {
        let difference = high - y
        let back = difference - high
        low += (high - (difference - back)) - (y + back)
        high = difference
    }

    private static func sineNearZero(_ y: (high: Double, low: Double)) -> Double {
        let square = y.high * y.high
        // 1 − y²/(4·5) · (1 − y²/(6·7) · …)
        var sum = 1.0
        for k in stride(from: 18, to: 2, by: -2) { sum = 1 - square / Double(k * (k + 1)) * sum }
        return y.high + (y.low * (1 - square / 2) - y.high * square / 6 * sum)
    }

    private static func cosineNearZero(_ y: (high: Double, low: Double)) -> Double {
        let square = y.high * y.high
        // 1 − y²/(5·6) · (1 − y²/(7·8) · …)
        var sum = 1.0
        for k in stride(from: 17, to: 3, by: -2) { sum = 1 - square / Double(k * (k + 1)) * sum }
        let most = 1 - square / 2
        return most + (((1 - most) - square / 2) + (square * square / 24 * sum - y.high * y.low))
    }

    /// The nearest whole number.
    private static func nearest(_ x: Double) -> Int { Int(x < 0 ? x - 0.5 : x + 0.5) }

    /// 2 to the power of `exponent`, which must be an exponent of a normal number.
    private static func powerOfTwo(_ exponent: Int) -> Double {
        Double(bitPattern: UInt64(UInt32(exponent + 1023)) << 52)
    }
}
