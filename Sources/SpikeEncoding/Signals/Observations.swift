/// Observations to be encoded each on its own: `rows × features`, in double precision.
///
/// ```swift
/// let observations = Observations(values: [0.25, 1, 0.5, 0], featureCount: 2)
/// let encoded = try RateCode(steps: 4).encode(observations)
/// print(Array(encoded.spikes.unit(0)))  // → [0, 0, 0, 1, 0, 1, 0, 1]
/// ```
public struct Observations: Sendable, Hashable {
    /// The number of observations.
    public let rowCount: Int

    /// The number of values of each observation.
    public let featureCount: Int

    /// `rowCount * featureCount` values, row after row.
    public let values: [Double]

    /// Rows per second, in Hz; `nil` if it is unknown. Setting a rate that is not finite and above 0 traps.
    public var samplingRate: Double? { didSet { checkSamplingRate(samplingRate, of: "Observations") } }

    /// The time of the first row, in seconds. Setting a time that is not finite traps.
    public var startTime: Double { didSet { checkStartTime(startTime, of: "Observations") } }

    /// One name per feature, or an empty array.
    public let featureNames: [String]

    /// The unit of the values, such as `mV`.
    public var unit: String?

    /// Observations from their values in one array, row after row.
    ///
    /// The initializer traps for values that do not divide into rows, and for a rate, a time or names that are not as
    /// described here.
    ///
    /// - Parameters:
    ///   - values: The values, `rows × features`, row after row.
    ///   - featureCount: The number of values of each observation, at least 1.
    ///   - samplingRate: Rows per second, in Hz, finite and above 0; `nil` if it is unknown.
    ///   - featureNames: One name per feature, or an empty array.
    ///   - unit: The unit of the values, such as `mV`.
    ///   - startTime: The time of the first row, in seconds; finite.
    public init(
        values: [Double], featureCount: Int, samplingRate: Double? = nil, featureNames: [String] = [],
        unit: String? = nil, startTime: Double = 0
    ) {
        precondition(
            featureCount > 0 && values.count % featureCount == 0,
            "Observations: \(values.count) values do not divide into rows of \(featureCount) features")
        precondition(
            featureNames.isEmpty || featureNames.count == featureCount,
            "Observations: \(featureNames.count) names for \(featureCount) features")
        checkSamplingRate(samplingRate, of: "Observations")
        checkStartTime(startTime, of: "Observations")
        self.values = values
        self.featureCount = featureCount
        self.samplingRate = samplingRate
        self.startTime = startTime
        self.featureNames = featureNames
        self.unit = unit
        self.rowCount = values.count / featureCount
    }

    /// Each sample of a recording as an observation of its channels.
    ///
    /// - Parameter signal: The recording, `channels × samples`. Its channels become features, its samples rows.
    public init(_ signal: Signal) {
        var values: [Double] = []
        values.reserveCapacity(signal.values.count)
        for sample in 0..<signal.sampleCount {
            for channel in 0..<signal.channelCount {
                values.append(signal.value(ofChannel: channel, sample: sample))
            }
        }
        self.init(
            values: values, featureCount: max(1, signal.channelCount), samplingRate: signal.samplingRate,
            featureNames: signal.channelNames, unit: signal.unit, startTime: signal.startTime)
    }
}
