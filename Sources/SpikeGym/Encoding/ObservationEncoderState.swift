/// What an encoder remembers between observations: each row's last one, for changes, and how much was drawn and
/// clipped.
public struct ObservationEncoderState: Sendable, Hashable {
    /// B
    public let batch: Int
    public let featureCount: Int
    /// How many values lay outside the scaler's bounds so far; one count a feature.
    public internal(set) var clippedCounts: [Int]
    /// Observations so far; decides which random numbers come next.
    public internal(set) var encodedCount = 0

    /// The scaled values of each row's last observation.
    private var bases: [Double]
    private var hasBase: [Bool]

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

    /// A state for an encoder's observations.
    public init(batch: Int, of encoder: ObservationEncoder) {
        self.init(batch: batch, featureCount: encoder.scaler.featureCount)
    }

    public var clippedCount: Int { clippedCounts.reduce(0, +) }

    /// Begins an episode in a row: its next observation is compared with itself.
    public mutating func beginEpisode(row: Int) { hasBase[row] = false }

    /// Begins an episode in every row.
    public mutating func beginEpisodes() {
        for row in 0..<batch { hasBase[row] = false }
    }

    /// Takes over what another state's observations were, but not what it counted.
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
        // Counts far beyond any use would overflow.
        guard batch > 0, featureCount > 0, hasBase.count == batch, clippedCounts.count == featureCount,
            bases.count == batch.multipliedReportingOverflow(by: featureCount).partialValue,
            clippedCounts.allSatisfy({ 0...1 << 60 ~= $0 }), 0...1 << 31 ~= encodedCount
        else {
            throw DecodingError.dataCorruptedError(
                forKey: .batch, in: values, debugDescription: "the state of an encoder is damaged")
        }
    }
}
