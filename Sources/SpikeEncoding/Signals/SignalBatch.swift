/// Recordings of one shape in one block of memory: `[B, F, T]`, recordings × channels × samples.
///
/// ```swift
/// let batch = SignalBatch(values: [0, 1, 2, 5, 5, 4], recordingCount: 2, channelCount: 1)
/// let encoded = try StepForward(threshold: 0.5).encode(batch)
/// print(encoded.map(\.spikes.signs))  // → [[0, 1, 1], [0, 0, -1]]
/// ```
public struct SignalBatch: Sendable, Hashable {
    /// B, the number of recordings.
    public let recordingCount: Int

    /// F, the number of channels of each recording.
    public let channelCount: Int

    /// T, the number of samples of each channel.
    public let sampleCount: Int

    /// The samples of all recordings, `[B, F, T]`, samples innermost.
    public let values: [Float]

    /// The sampling rate of all recordings in Hz; `nil` if it is unknown.
    public let samplingRate: Double?

    /// Recordings from their samples in one array.
    ///
    /// - Parameters:
    ///   - values: The samples, `[B, F, T]`, samples innermost; traps unless it divides into the channels of all
    ///     recordings.
    ///   - recordingCount: B, the number of recordings, at least 1.
    ///   - channelCount: F, the number of channels of each recording, at least 1.
    ///   - samplingRate: The sampling rate in Hz; traps unless it is finite and above 0. Pass `nil` if it is unknown.
    public init(values: [Float], recordingCount: Int, channelCount: Int, samplingRate: Double? = nil) {
        let rows = recordingCount * channelCount
        precondition(
            rows > 0 && values.count % rows == 0,
            "SignalBatch: \(values.count) values do not divide into \(recordingCount) × \(channelCount) channels")
        checkSamplingRate(samplingRate, of: "SignalBatch")
        self.recordingCount = recordingCount
        self.channelCount = channelCount
        self.sampleCount = values.count / rows
        self.values = values
        self.samplingRate = samplingRate
    }

    /// The recordings one by one, each of them `[F, T]`.
    public var signals: [Signal] {
        let size = channelCount * sampleCount
        return (0..<recordingCount).map { index in
            Signal(
                values: Array(values[index * size..<(index + 1) * size]), channelCount: channelCount,
                samplingRate: samplingRate)
        }
    }
}
