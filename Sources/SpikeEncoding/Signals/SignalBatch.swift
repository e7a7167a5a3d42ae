/// Recordings of one shape in one block of memory: `[B, F, T]`, recordings × channels × samples.
public struct SignalBatch: Sendable, Hashable {
    public let recordingCount: Int
    public let channelCount: Int
    public let sampleCount: Int
    public let values: [Float]

    /// In Hz; nil if unknown.
    public let samplingRate: Double?

    /// - Parameter values: `[B, F, T]`, samples innermost; traps unless it holds exactly that many.
    public init(values: [Float], recordingCount: Int, channelCount: Int, samplingRate: Double? = nil) {
        let rows = recordingCount * channelCount
        precondition(
            rows > 0 && values.count % rows == 0,
            "SignalBatch: \(values.count) values do not divide into \(recordingCount) × \(channelCount) channels")
        self.recordingCount = recordingCount
        self.channelCount = channelCount
        self.sampleCount = values.count / rows
        self.values = values
        self.samplingRate = samplingRate
    }

    /// The recordings one by one, each `[F, T]`.
    public var signals: [Signal] {
        let size = channelCount * sampleCount
        return (0..<recordingCount).map { index in
            Signal(
                values: Array(values[index * size..<(index + 1) * size]), channelCount: channelCount,
                samplingRate: samplingRate)
        }
    }
}
