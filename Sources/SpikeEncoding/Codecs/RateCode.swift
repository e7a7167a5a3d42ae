/// A rate code: a value, scaled to 0…1, is the firing rate of one unit over T steps.
///
/// Source: Adrian & Zotterman, J. Physiol. 61 (1926), doi:10.1113/jphysiol.1926.sp002281.
public struct RateCode: ObservationCodec {
    public static let name = "rate"

    /// T, above 0.
    public let steps: Int
    public let conversion: RateConversion
    /// The rate of the value 1, in spikes a step; above 0, up to 1.
    public let maximumRate: Double
    public let minimum: PerChannel<Double>
    public let maximum: PerChannel<Double>
    /// The `.reference` dialect places and decodes deterministic spikes as the Python package `spike-encoding` does; see
    /// `RateConversion`.
    public let dialect: Dialect

    /// - Parameters:
    ///   - minimum: The value of rate 0; values below are clipped and counted.
    ///   - maximum: The value of `maximumRate`; values above are clipped and counted.
    /// - Throws: `CodecError.parameter` for a value outside its range, and for Poisson spikes of the `.reference`
    ///   dialect, which cannot be reproduced.
    public init(
        steps: Int = 16, conversion: RateConversion = .deterministic, maximumRate: Double = 1,
        minimum: PerChannel<Double> = 0, maximum: PerChannel<Double> = 1, dialect: Dialect = .standard
    ) throws(CodecError) {
        try requireObservationParameters(
            Self.name, steps: steps, conversion: conversion, maximumRate: maximumRate, minimum: minimum,
            maximum: maximum, dialect: dialect)
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
            steps: values.decode(Int.self, forKey: .steps), conversion: conversion,
            maximumRate: values.decode(Double.self, forKey: .maximumRate),
            minimum: values.decode(PerChannel<Double>.self, forKey: .minimum),
            maximum: values.decode(PerChannel<Double>.self, forKey: .maximum),
            dialect: values.decodeIfPresent(Dialect.self, forKey: .dialect) ?? conversion.dialectOfOldFiles)
    }

    public var codec: Codec { .rate(self) }

    public func rates(scaled value: Double, into rates: UnsafeMutableBufferPointer<Double>) {
        rates[0] = value * maximumRate
    }

    public func scaledValue(counts: [Int]) -> Double {
        let rate = conversion.rate(count: counts[0], steps: steps, maximumRate: maximumRate, dialect: dialect)
        return min(1, rate / maximumRate)
    }
}
