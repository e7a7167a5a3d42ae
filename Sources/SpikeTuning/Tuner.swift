import SpikeEncoding

/// Finds the best parameters of a codec for each channel of a recording, with several channels at the same time.
///
/// A global search by NLopt (DIRECT-L for one parameter, CRS2 for several) is followed by local searches (Subplex). The
/// ranges that are searched depend on the scale of the recording. The first trial has the codec's own parameters, so
/// tuning never makes a codec worse. Equal seeds give equal results, whatever the number of threads, unless a time
/// limit ends the search.
///
/// ```swift
/// import SpikeEncoding
///
/// let recording = Signal(channels: [[0, 1, 0.5, 2, 1.5, 3]], samplingRate: 10)
/// let result = try Tuner(evaluations: 50).tune(StepForward().codec, for: recording)
/// print(result.channels[0].trials.count)  // → 50
/// ```
///
/// Sources: Gablonsky & Kelley, J. Global Optim. 21 (2001), doi:10.1023/A:1017930332101 (DIRECT-L); Kaelo & Ali,
/// J. Optim. Theory Appl. 130 (2006), doi:10.1007/s10957-006-9101-0 (CRS2); Rowan, thesis, Univ. of Texas (1990)
/// (Subplex).
public struct Tuner: Sendable {
    /// The measure that is made as small as possible.
    public let objective: Objective

    /// The number of trials for each channel, at least 1.
    public let evaluations: Int

    /// The time limit for the whole recording, in seconds; `nil` for no limit.
    public let timeLimit: Double?

    /// The seed of the random numbers of the search.
    public let seed: UInt64

    /// The number of channels that are tuned at the same time.
    public let threads: Int

    /// Creates a tuner.
    ///
    /// - Parameters:
    ///   - objective: The measure to make as small as possible.
    ///   - evaluations: The number of trials for each channel; traps unless it is at least 1.
    ///   - timeLimit: The time for the whole recording, in seconds; traps unless it is above 0. Nil sets no limit.
    ///   - seed: The seed of the random numbers of the search.
    ///   - threads: The number of channels that are tuned at the same time; traps unless it is at least 1.
    public init(
        objective: Objective = .meanSquaredError, evaluations: Int = 1000, timeLimit: Double? = nil, seed: UInt64 = 0,
        threads: Int = defaultThreadCount
    ) {
        precondition(evaluations >= 1, "Tuner: evaluations must be >= 1, got \(evaluations)")
        precondition(timeLimit ?? 1 > 0, "Tuner: timeLimit must be > 0, got \(timeLimit!)")
        precondition(threads >= 1, "Tuner: threads must be >= 1, got \(threads)")
        self.objective = objective
        self.evaluations = evaluations
        self.timeLimit = timeLimit
        self.seed = seed
        self.threads = threads
    }

    /// The names of the codecs that have parameters to tune.
    public static let tunableCodecs = Codec.all.map { $0.description }.filter(\.isTunable).map(\.name)

    /// Tunes a codec for a recording.
    ///
    /// - Parameters:
    ///   - codec: The codec. Its options, such as polarity and dialect, stay, and its parameters are the first trial.
    ///   - signal: The recording, `channels × samples`.
    ///   - progress: A function that is called after every trial, on the thread that tunes the channel.
    /// - Returns: The codec with the best parameters of each channel, and all trials.
    /// - Throws: `TuningError` for a codec without parameters, for a recording that cannot be encoded, and for a limit
    ///   on spikes that cannot be kept; or what the objective throws.
    public func tune(
        _ codec: Codec, for signal: Signal, progress: @escaping @Sendable (TuningProgress) -> Void = { _ in }
    ) throws -> TuningResult {
        let ranges = try wrappingCodecErrors { () throws(CodecError) in
            try codec.base.check(channelCount: signal.channelCount)
            return try signal.ranges()
        }
        guard type(of: codec.base).description.isTunable else { throw TuningError.notTunable(codec: codec.name) }
        try objective.check(signal)
        let deadline = timeLimit.map { ContinuousClock.now + .seconds($0) }
        let channels = try mapIndices(below: signal.channelCount, threads: threads) { (channel) throws in
            let search = ChannelSearch(
                codec: codec, channel: channel, signal: signal.singleChannel(channel), range: ranges[channel],
                tuner: self, deadline: deadline, progress: progress)
            return try search.run()
        }
        return TuningResult(
            codec: codec.replacingParameters(with: channels.map { $0.best.parameters.map(\.value) }),
            channels: channels)
    }
}

func wrappingCodecErrors<Output>(_ body: () throws(CodecError) -> Output) throws(TuningError) -> Output {
    do throws(CodecError) { return try body() } catch { throw .codec(error) }
}
