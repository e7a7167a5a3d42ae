import SpikeEncoding

/// A codec tuned for a recording, and how it was found.
public struct TuningResult: Sendable, Codable, Hashable {
    /// With one value of every tuned parameter for each channel.
    public let codec: Codec
    public let channels: [ChannelTuning]
}

/// The trials of one channel.
public struct ChannelTuning: Sendable, Codable, Hashable {
    /// In the order they were made; the first is the codec as it was given.
    public let trials: [Trial]
    /// Position of the best in `trials`.
    public let bestIndex: Int

    public var best: Trial { trials[bestIndex] }

    init(trials: [Trial], bestIndex: Int) {
        self.trials = trials
        self.bestIndex = bestIndex
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        trials = try values.decode([Trial].self, forKey: .trials)
        bestIndex = try values.decode(Int.self, forKey: .bestIndex)
        guard trials.indices.contains(bestIndex) else {
            throw DecodingError.dataCorruptedError(
                forKey: .bestIndex, in: values, debugDescription: "\(bestIndex) of \(trials.count) trials")
        }
    }

    private enum CodingKeys: CodingKey { case trials, bestIndex }
}

/// One choice of parameters for one channel, and what came of it.
public struct Trial: Sendable, Codable, Hashable {
    public struct Parameter: Sendable, Codable, Hashable {
        public let name: String
        public let value: Double
    }

    public let parameters: [Parameter]
    /// What was to become small; infinite if the spikes were too many or the objective was not a number.
    public let objective: Double
    public let meanSquaredError: Double
    public let spikeCount: Int

    private enum CodingKeys: CodingKey { case parameters, objective, meanSquaredError, spikeCount }

    public init(parameters: [Parameter], objective: Double, meanSquaredError: Double, spikeCount: Int) {
        self.parameters = parameters
        self.objective = objective
        self.meanSquaredError = meanSquaredError
        self.spikeCount = spikeCount
    }

    /// An objective that is not finite is null.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(parameters, forKey: .parameters)
        try values.encode(objective.isFinite ? objective : nil, forKey: .objective)
        try values.encode(meanSquaredError.isFinite ? meanSquaredError : nil, forKey: .meanSquaredError)
        try values.encode(spikeCount, forKey: .spikeCount)
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        parameters = try values.decode([Parameter].self, forKey: .parameters)
        objective = try values.decode(Double?.self, forKey: .objective) ?? .infinity
        meanSquaredError = try values.decode(Double?.self, forKey: .meanSquaredError) ?? .infinity
        spikeCount = try values.decode(Int.self, forKey: .spikeCount)
    }
}

/// How far tuning is.
public struct TuningProgress: Sendable {
    public let channel: Int
    /// Trials made for this channel.
    public let trial: Int
    /// Trials allowed for each channel.
    public let evaluations: Int
    /// The least objective of this channel so far.
    public let best: Double
}
