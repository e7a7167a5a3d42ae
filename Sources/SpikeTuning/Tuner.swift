import SpikeEncoding

/// Finds a codec's parameters for a recording, each channel on its own, channels in parallel.
///
/// A global search by NLopt (DIRECT-L for one parameter, CRS2 for several), then a local polish (Subplex), over ranges
/// that follow the recording's own scale. The codec's given parameters are the first trial, so tuning never makes a
/// codec worse. Equal seeds give equal results, whatever the number of threads; a time limit can end that.
///
/// Sources: Gablonsky & Kelley, J. Global Optim. 21 (2001), doi:10.1023/A:1017930332101 (DIRECT-L); Kaelo & Ali,
/// J. Optim. Theory Appl. 130 (2006), doi:10.1007/s10957-006-9101-0 (CRS2); Rowan, thesis, Univ. of Texas (1990)
/// (Subplex).
public struct Tuner: Sendable {
    public let objective: Objective
    /// Trials for each channel, at least 1.
    public let evaluations: Int
    /// In seconds, for the whole recording; nil for no limit.
    public let timeLimit: Double?
    public let seed: UInt64
    /// Channels tuned at a time.
    public let threads: Int

    /// - Parameters:
    ///   - evaluations: Trials for each channel; traps unless at least 1.
    ///   - timeLimit: In seconds; traps unless above 0.
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
    public static let tunableCodecs = [
        StepForward.name, BensSpiker.name, PulseWidthModulation.name, LeakyIntegrateAndFire.name, DeltaModulation.name,
    ]

    /// Tunes a codec for a recording.
    ///
    /// - Parameters:
    ///   - codec: Its options, such as polarity and dialect, stay; its parameters are the first trial.
    ///   - signal: `channels × samples`.
    ///   - progress: Called after every trial, from the thread that tunes the channel.
    /// - Throws: `TuningError`; or what the objective throws.
    public func tune(
        _ codec: Codec, for signal: Signal, progress: @escaping @Sendable (TuningProgress) -> Void = { _ in }
    ) throws -> TuningResult {
        let ranges = try wrappingCodecErrors { () throws(CodecError) in
            try codec.base.check(channelCount: signal.channelCount)
            return try signal.ranges()
        }
        guard Tuner.tunableCodecs.contains(codec.name) else { throw TuningError.notTunable(codec: codec.name) }
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
