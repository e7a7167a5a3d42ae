/// A rate code: a value, scaled to 0…1, is the firing rate of one unit over T steps.
///
/// Source: Adrian & Zotterman, J. Physiol. 61 (1926), doi:10.1113/jphysiol.1926.sp002281; the deterministic placement is
/// that of the Python package `spike-encoding`.
public struct RateCode: ObservationCodec {
    public static let name = "rate"

    /// T, above 0.
    public let steps: Int
    public let conversion: RateConversion
    /// The rate of the value 1, in spikes a step; above 0, up to 1.
    public let maximumRate: Double
    public let minimum: PerChannel<Double>
    public let maximum: PerChannel<Double>

    /// - Parameters:
    ///   - minimum: The value of rate 0; values below are clipped and counted.
    ///   - maximum: The value of `maximumRate`; values above are clipped and counted.
    /// - Throws: `CodecError.parameter` for a value outside its range.
    public init(
        steps: Int = 16, conversion: RateConversion = .deterministic, maximumRate: Double = 1,
        minimum: PerChannel<Double> = 0, maximum: PerChannel<Double> = 1
    ) throws(CodecError) {
        try requireObservationParameters(
            Self.name, steps: steps, maximumRate: maximumRate, minimum: minimum, maximum: maximum)
        self.steps = steps
        self.conversion = conversion
        self.maximumRate = maximumRate
        self.minimum = minimum
        self.maximum = maximum
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            steps: values.decode(Int.self, forKey: .steps),
            conversion: values.decode(RateConversion.self, forKey: .conversion),
            maximumRate: values.decode(Double.self, forKey: .maximumRate),
            minimum: values.decode(PerChannel<Double>.self, forKey: .minimum),
            maximum: values.decode(PerChannel<Double>.self, forKey: .maximum))
    }

    public var codec: Codec { .rate(self) }

    public func rates(scaled value: Double, into rates: UnsafeMutableBufferPointer<Double>) {
        rates[0] = value * maximumRate
    }

    public func scaledValue(counts: [Int]) -> Double {
        min(1, conversion.rate(count: counts[0], steps: steps) / maximumRate)
    }
}
