/// An encoder's state between observations: the last observation of each row, from which changes are taken, and counts
/// of encoded observations and clipped values.
public struct ObservationEncoderState: Sendable, Hashable {
    /// The number B of rows.
    public let batch: Int
    /// The number of features of an observation.
    public let featureCount: Int
    /// The number of values outside the scaler's bounds so far, one count per feature.
    public internal(set) var clippedCounts: [Int]
    /// The number of observations encoded so far, which determines the next random numbers.
    public internal(set) var encodedCount = 0

    /// The scaled values of each row's last observation.
    private var bases: [Double]
    private var hasBase: [Bool]

    /// Creates a state before any observation. Traps unless both numbers are above 0.
    ///
    /// - Parameters:
    ///   - batch: The number B of rows.
    ///   - featureCount: The number of features of an observation.
    public init(batch: Int, featureCount: Int) {
        precondition(
            batch > 0 && featureCount > 0,
            "ObservationEncoderState: batch and featureCount must be > 0, got \(batch), \(featureCount)")
        self.batch = batch
        self.featureCount = featureCount
        clippedCounts = Array(repeating: 0, count: featureCount)
        bases = Array(repeating: 0, count: batch * featureCount)
        hasBase = Array(repeating: false, count: batch)
    }

    /// Creates a state that fits an encoder. Traps unless `batch` is above 0.
    ///
    /// - Parameters:
    ///   - batch: The number B of rows.
    ///   - encoder: The encoder that will use the state.
    public init(batch: Int, of encoder: ObservationEncoder) {
        self.init(batch: batch, featureCount: encoder.scaler.featureCount)
    }

    /// The number of values outside the scaler's bounds so far, over all features.
    public var clippedCount: Int { clippedCounts.reduce(0, +) }

    /// Begins an episode in a row: its next observation has no change.
    public mutating func beginEpisode(row: Int) { hasBase[row] = false }

    /// Begins an episode in every row.
    public mutating func beginEpisodes() {
        for row in 0..<batch { hasBase[row] = false }
    }

    /// Takes over the last observations of another state, but not its counts. Traps if the other state's shape differs.
    public mutating func continueEpisodes(of other: ObservationEncoderState) {
        precondition(
            other.batch == batch && other.featureCount == featureCount,
            "ObservationEncoderState: [\(other.batch), \(other.featureCount)] for [\(batch), \(featureCount)]")
        bases = other.bases
        hasBase = other.hasBase
    }

    func base(_ row: Int, _ feature: Int, else value: Double) -> Double {
        hasBase[row] ? bases[row * featureCount + feature] : value
    }

    mutating func keep(_ scaled: [Double], row: Int) {
        bases.replaceSubrange(row * featureCount..<(row + 1) * featureCount, with: scaled)
        hasBase[row] = true
    }
}

extension ObservationEncoderState: Codable {
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        batch = try values.decode(Int.self, forKey: .batch)
        featureCount = try values.decode(Int.self, forKey: .featureCount)
        clippedCounts = try values.decode([Int].self, forKey: .clippedCounts)
        encodedCount = try values.decode(Int.self, forKey: .encodedCount)
        bases = try values.decode([Double].self, forKey: .bases)
        hasBase = try values.decode([Bool].self, forKey: .hasBase)
        // Larger counts would overflow.
        guard batch > 0, featureCount > 0, hasBase.count == batch, clippedCounts.count == featureCount,
            bases.count == batch.multipliedReportingOverflow(by: featureCount).partialValue,
            clippedCounts.allSatisfy({ 0...1 << 60 ~= $0 }), 0...1 << 31 ~= encodedCount
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .batch, in: values, debugDescription: "the state of an encoder is damaged")
        }
    }
}
