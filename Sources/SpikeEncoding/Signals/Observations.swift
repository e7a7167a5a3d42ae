/// Observations to be encoded each on its own: `rows × features`, in double precision.
public struct Observations: Sendable, Hashable {
    public let rowCount: Int
    public let featureCount: Int

    /// `rowCount * featureCount` values, row after row.
    public let values: [Double]

    /// Rows a second, in Hz, if they follow each other in time; nil if unknown.
    public var samplingRate: Double?

    /// When the first row was observed, in seconds.
    public var startTime: Double

    /// One name a feature, or empty.
    public let featureNames: [String]

    /// The unit of the values, such as `mV`.
    public var unit: String?

    /// Traps unless `values` divides into rows of `featureCount`, with a name for each feature or none.
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
        self.values = values
        self.featureCount = featureCount
        self.samplingRate = samplingRate
        self.startTime = startTime
        self.featureNames = featureNames
        self.unit = unit
        self.rowCount = values.count / featureCount
    }

    /// Each sample of a recording as an observation of its channels.
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
