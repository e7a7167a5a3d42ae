/// Observations to be encoded each on its own: `rows × features`, in double precision.
public struct Observations: Sendable, Hashable {
    public let rowCount: Int
    public let featureCount: Int

    /// `rowCount * featureCount` values, row after row.
    public let values: [Double]

    /// Traps unless `values` divides into rows of `featureCount`.
    public init(values: [Double], featureCount: Int) {
        precondition(
            featureCount > 0 && values.count % featureCount == 0,
            "Observations: \(values.count) values do not divide into rows of \(featureCount) features")
        self.values = values
        self.featureCount = featureCount
        self.rowCount = values.count / featureCount
    }

    /// Each sample of a recording as an observation of its channels.
    public init(_ signal: Signal) {
        var values: [Double] = []
        values.reserveCapacity(signal.values.count)
        for sample in 0..<signal.sampleCount {
            for channel in 0..<signal.channelCount {
                values.append(Double(signal.values[channel * signal.sampleCount + sample]))
            }
        }
        self.init(values: values, featureCount: max(1, signal.channelCount))
    }

    /// The observations as a recording, `features × rows`, rounded to Float32.
    public var signal: Signal {
        Signal(
            values: (0..<featureCount).flatMap { feature in
                (0..<rowCount).map { Float(values[$0 * featureCount + feature]) }
            }, channelCount: featureCount)
    }
}
