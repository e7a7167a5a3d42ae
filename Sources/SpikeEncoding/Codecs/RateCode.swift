/// A rate code: a value, scaled to 0…1, is the firing rate of one unit over T steps.
///
/// ```swift
/// let codec = try RateCode(steps: 8, minimum: 0, maximum: 10)
/// let encoded = try codec.encode(Observations(values: [2.5], featureCount: 1))
/// print(encoded.spikes.signs)  // → [0, 0, 0, 1, 0, 0, 0, 1]
/// print(try encoded.decode().values)  // → [1.875]
/// ```
///
/// Source: Adrian & Zotterman, J. Physiol. 61 (1926), doi:10.1113/jphysiol.1926.sp002281.
public struct RateCode: ObservationCodec {
    public static let name = "rate"
    public static let description = CodecDescription(
        try RateCode(), title: "Rate code",
        purpose: "The value is the firing rate of one unit.",
        source: "E. D. Adrian & Y. Zotterman, J. Physiol. 61 (1926), doi:10.1113/jphysiol.1926.sp002281",
        referenceDialect: ratesOfThePackage,
        parameters: [
            .steps(\RateCode.steps), .conversion(\RateCode.conversion), .seed(\RateCode.conversion.seed),
            CodecParameter(
                "maximumRate", \RateCode.maximumRate, unit: "spikes per step", bounds: .above(0, upTo: 1),
                help: "Rate of the largest value; below 1 to bound activity."),
            CodecParameter(
                "minimum", \RateCode.minimum, unit: "the value's", bounds: .finite,
                help: "The value of rate 0."),
            CodecParameter(
                "maximum", \RateCode.maximum, unit: "the value's", bounds: .finite,
                help: "The value of the maximum rate, above the minimum."),
            .dialect(\RateCode.dialect),
        ])

    /// T, the number of steps that each value is encoded over.
    public private(set) var steps: Int
    /// How rates become spikes.
    public private(set) var conversion: RateConversion
    /// The rate of the largest value, in spikes per step: above 0, up to 1.
    public private(set) var maximumRate: Double
    /// The value of rate 0.
    public private(set) var minimum: PerChannel<Double>
    /// The value of `maximumRate`.
    public private(set) var maximum: PerChannel<Double>
    /// The `.reference` dialect places and decodes deterministic spikes as the Python package `spike-encoding` does;
    /// see `RateConversion`.
    public private(set) var dialect: Dialect

    /// A rate code.
    ///
    /// - Parameters:
    ///   - steps: T, the number of steps that each value is encoded over, 1…1,000,000.
    ///   - conversion: How rates become spikes: evenly spread, or drawn at random.
    ///   - maximumRate: The rate of the largest value, in spikes per step, above 0, up to 1.
    ///   - minimum: The value of rate 0: a number, or an array with one number per feature. Values below are clipped
    ///     and counted.
    ///   - maximum: The value of `maximumRate`: a number, or an array with one number per feature. Values above are
    ///     clipped and counted.
    ///   - dialect: `.reference` for the deterministic spikes of the Python package `spike-encoding`.
    /// - Throws: `CodecError.parameter` for a value outside its range, and for Poisson spikes of the `.reference`
    ///   dialect, which cannot be reproduced.
    public init(
        steps: Int = 16, conversion: RateConversion = .deterministic, maximumRate: Double = 1,
        minimum: some PerChannelConvertible = 0, maximum: some PerChannelConvertible = 1, dialect: Dialect = .standard
    ) throws(CodecError) {
        self.steps = steps
        self.conversion = conversion
        self.maximumRate = maximumRate
        self.minimum = PerChannel(converting: minimum)
        self.maximum = PerChannel(converting: maximum)
        self.dialect = dialect
        try check()
    }

    public func rates(scaled value: Double, into rates: UnsafeMutableBufferPointer<Double>) {
        rates[0] = value * maximumRate
    }

    public func scaledValue(counts: [Int]) -> Double {
        let rate = conversion.rate(count: counts[0], steps: steps, maximumRate: maximumRate, dialect: dialect)
        return min(1, rate / maximumRate)
    }
}
