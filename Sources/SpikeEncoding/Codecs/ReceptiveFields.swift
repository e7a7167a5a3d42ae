#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Gaussian receptive fields (population code): each unit of a feature answers to values near its centre.
///
///     x scaled to 0…1;  µ = linspace(0, 1, n)
///     rate = maximum rate · exp(−(x − µ)²/2σ²) / Σ over the feature's units, then a rate code over T steps
///     decoding: the mean of the centres, weighted by spike counts
///
/// Units are feature-major. Source: Bohte, La Poutré & Kok, IEEE TNN 13 (2002), doi:10.1109/72.991428; normalised over
/// the units as in the Python package `spike-encoding`.
public struct ReceptiveFields: ObservationCodec {
    public static let name = "receptive-fields"

    /// n, units a feature; 2…65,536.
    public let bins: Int
    /// σ, of the value scaled to 0…1; above 0.
    public let sigma: Double
    /// T, above 0.
    public let steps: Int
    public let conversion: RateConversion
    /// In spikes a step; above 0, up to 1.
    public let maximumRate: Double
    public let minimum: PerChannel<Double>
    public let maximum: PerChannel<Double>
    /// The `.reference` dialect places deterministic spikes as the Python package `spike-encoding` does; see
    /// `RateConversion`.
    public let dialect: Dialect

    /// - Parameters:
    ///   - minimum: The value at the first unit's centre; values below are clipped and counted.
    ///   - maximum: The value at the last unit's centre; values above are clipped and counted.
    /// - Throws: `CodecError.parameter` for a value outside its range, and for Poisson spikes of the `.reference`
    ///   dialect, which cannot be reproduced.
    public init(
        bins: Int = 10, sigma: Double = 0.1, steps: Int = 16, conversion: RateConversion = .poisson(seed: 0),
        maximumRate: Double = 1, minimum: PerChannel<Double> = 0, maximum: PerChannel<Double> = 1,
        dialect: Dialect = .standard
    ) throws(CodecError) {
        try require(PerChannel(bins), Self.name, "bins", ">= 2 and <= 65536") { (2...65536).contains($0) }
        try require(PerChannel(sigma), Self.name, "sigma", "finite and > 0") { $0.isFinite && $0 > 0 }
        try requireObservationParameters(
            Self.name, steps: steps, conversion: conversion, maximumRate: maximumRate, minimum: minimum,
            maximum: maximum, dialect: dialect)
        self.bins = bins
        self.sigma = sigma
        self.steps = steps
        self.conversion = conversion
        self.maximumRate = maximumRate
        self.minimum = minimum
        self.maximum = maximum
        self.dialect = dialect
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        let conversion = try values.decode(RateConversion.self, forKey: .conversion)
        try self.init(
            bins: values.decode(Int.self, forKey: .bins), sigma: values.decode(Double.self, forKey: .sigma),
            steps: values.decode(Int.self, forKey: .steps), conversion: conversion,
            maximumRate: values.decode(Double.self, forKey: .maximumRate),
            minimum: values.decode(PerChannel<Double>.self, forKey: .minimum),
            maximum: values.decode(PerChannel<Double>.self, forKey: .maximum),
            dialect: values.decodeIfPresent(Dialect.self, forKey: .dialect) ?? conversion.dialectOfOldFiles)
    }

    public var codec: Codec { .receptiveFields(self) }
    public var unitsPerChannel: Int { bins }

    private func center(_ unit: Int) -> Double { unit == bins - 1 ? 1 : Double(unit) * (1 / Double(bins - 1)) }

    public func rates(scaled value: Double, into rates: UnsafeMutableBufferPointer<Double>) {
        // Where sigma is so narrow that every response vanishes, the nearest centre's share is what counts.
        let nearest = value - center(Int((value * Double(bins - 1)).rounded()))
        let narrowest = nearest * nearest / (2 * sigma * sigma)
        let offset = narrowest < 600 ? 0 : narrowest
        for unit in 0..<bins {
            let distance = value - center(unit)
            rates[unit] = exp(offset - distance * distance / (2 * (sigma * sigma)))
        }
        let sum = pairwiseSum(UnsafeBufferPointer(rates))
        for unit in 0..<bins { rates[unit] = rates[unit] / sum * maximumRate }
    }

    public func scaledValue(counts: [Int]) -> Double {
        // The deterministic code gives every unit with any rate at all one spike, which says nothing of the value.
        let silent = conversion == .deterministic && counts.contains { $0 > 1 } ? 1 : 0
        var (sum, weighted) = (0.0, 0.0)
        for (unit, count) in counts.enumerated() where count > silent {
            sum += Double(count - silent)
            weighted += Double(count - silent) * center(unit)
        }
        return sum > 0 ? weighted / sum : 0.5
    }
}

/// Eight running sums, joined in pairs, then the rest: NumPy's order for up to 128 values, so that rates on the border
/// between two steps fall on the same side as the reference's.
private func pairwiseSum(_ values: UnsafeBufferPointer<Double>) -> Double {
    guard values.count >= 8 else { return values.reduce(0, +) }
    var sums = SIMD8<Double>.zero
    let whole = values.count & ~7
    for index in stride(from: 0, to: whole, by: 8) {
        for lane in 0..<8 { sums[lane] += values[index + lane] }
    }
    let joined = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]))
    return values[whole...].reduce(joined, +)
}
