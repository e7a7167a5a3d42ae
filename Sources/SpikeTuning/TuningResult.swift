import SpikeEncoding

/// A codec tuned for a recording, and the trials that found it.
public struct TuningResult: Sendable, Codable, Hashable {
    /// The tuned codec, which has one value of every tuned parameter for each channel.
    public let codec: Codec

    /// The trials of each channel.
    public let channels: [ChannelTuning]
}

/// The trials of one channel.
public struct ChannelTuning: Sendable, Codable, Hashable {
    /// All trials in the order they were made. The first is the codec as it was given.
    public let trials: [Trial]

    /// The position of the best trial in `trials`.
    public let bestIndex: Int

    /// The trial with the least objective.
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

/// One choice of parameters for one channel, and its results.
public struct Trial: Sendable, Codable, Hashable {
    /// A parameter and its value.
    public struct Parameter: Sendable, Codable, Hashable {
        /// The name of the parameter, such as `threshold`.
        public let name: String

        /// The value that was tried.
        public let value: Double
    }

    /// The parameters that were tried.
    public let parameters: [Parameter]

    /// The value of the objective; infinite if there were too many spikes, or if the objective was not a number.
    public let objective: Double

    /// The mean squared difference between the channel and its decoded spikes, in the recording's unit squared.
    public let meanSquaredError: Double

    /// The number of spikes of the channel.
    public let spikeCount: Int

    private enum CodingKeys: CodingKey { case parameters, objective, meanSquaredError, spikeCount }

    /// Creates a trial from its parameters and results.
    ///
    /// - Parameters:
    ///   - parameters: The parameters that were tried.
    ///   - objective: The value of the objective.
    ///   - meanSquaredError: The mean squared difference between the channel and its decoded spikes, in the recording's
    ///     unit squared.
    ///   - spikeCount: The number of spikes of the channel.
    public init(parameters: [Parameter], objective: Double, meanSquaredError: Double, spikeCount: Int) {
        self.parameters = parameters
        self.objective = objective
        self.meanSquaredError = meanSquaredError
        self.spikeCount = spikeCount
    }

    /// Encodes the trial. An objective or an error that is not finite becomes `null`.
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

/// The progress of tuning after a trial.
public struct TuningProgress: Sendable {
    /// The channel of the trial, counted from 0.
    public let channel: Int

    /// The number of trials that were made for this channel.
    public let trial: Int

    /// The number of trials that are allowed for each channel.
    public let evaluations: Int

    /// The least objective of this channel so far.
    public let best: Double
}
