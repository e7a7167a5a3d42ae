/// An encoded recording: its spikes and everything that decoding needs.
public struct EncodedSignal: Sendable, Hashable, Codable {
    /// The codec with the parameters in force; those it took from the data are filled in.
    public let codec: Codec

    /// `units × steps`. Most codecs have one unit a channel and one step a sample.
    public let spikes: SpikeTrain

    /// One a channel of the recording.
    public let channels: [EncodedChannel]

    /// Of the recording, in Hz; nil if it did not say. The spikes have `stepsPerSample` times this rate.
    public let samplingRate: Double?

    /// When the recording's first sample was taken, in seconds.
    public let startTime: Double

    /// The unit of the recording's values, such as `mV`.
    public let unit: String?

    /// How many values lay outside the range that the codec was given, and were clipped to it.
    public let clippedCount: Int

    /// Traps if the spikes' units do not fit the codec and the channels, or unless `startTime` is finite.
    public init(
        codec: Codec, spikes: SpikeTrain, channels: [EncodedChannel], samplingRate: Double? = nil, unit: String? = nil,
        clippedCount: Int = 0, startTime: Double = 0
    ) {
        precondition(startTime.isFinite, "EncodedSignal: startTime must be finite, got \(startTime)")
        if let problem = Self.problem(codec: codec, spikes: spikes, channels: channels) {
            preconditionFailure("EncodedSignal: \(problem)")
        }
        self.codec = codec
        self.spikes = spikes
        self.channels = channels
        self.samplingRate = samplingRate
        self.startTime = startTime
        self.unit = unit
        self.clippedCount = clippedCount
    }

    /// The recording that the spikes stand for.
    ///
    /// - Parameters:
    ///   - initialValues: Where decoding starts, in the recording's unit less each channel's offset, instead of the
    ///     first samples that the result carries.
    ///   - threads: Channels decoded at a time; the result is the same.
    /// - Throws: `CodecError` if the codec has no use for an initial value, or for a wrong count of them.
    public func decode(
        initialValues: PerChannel<Float>? = nil, threads: Int = defaultThreadCount
    ) throws(CodecError) -> Signal {
        try codec.base.decode(self, initialValues: initialValues, threads: threads)
    }

    /// Steps of the spike train for one sample of the recording.
    public var stepsPerSample: Int { codec.base.stepsPerSample }

    /// Units of the spike train for one channel of the recording.
    public var unitsPerChannel: Int { codec.base.unitsPerChannel }

    public var sampleCount: Int { spikes.stepCount / stepsPerSample }

    /// Steps a second of the spike train; nil if the recording's rate is unknown.
    public var stepRate: Double? { samplingRate.map { $0 * Double(stepsPerSample) } }

    /// When each step of the spike train happens; nil if the recording's rate is unknown.
    public var stepTimes: StepTimes? { stepRate.map { StepTimes(start: startTime, rate: $0) } }

    /// The name of a unit: its channel's, followed by the unit's number where a channel has several.
    public func name(ofUnit unit: Int) -> String {
        let channel = unit / unitsPerChannel
        let name = channels[channel].name ?? "channel \(channel)"
        return unitsPerChannel == 1 ? name : "\(name) [\(unit % unitsPerChannel)]"
    }

    static func problem(codec: Codec, spikes: SpikeTrain, channels: [EncodedChannel]) -> String? {
        let base = codec.base
        if spikes.unitCount != channels.count * base.unitsPerChannel {
            return "\(spikes.unitCount) units for \(channels.count) channels of \(codec.name) with "
                + "\(base.unitsPerChannel) units each"
        }
        if spikes.stepCount % base.stepsPerSample != 0 {
            return "\(spikes.stepCount) steps are no multiple of \(base.stepsPerSample)"
        }
        if (spikes.amplitudes != nil) != base.isGraded {
            return base.isGraded ? "\(codec.name) needs graded spikes" : "\(codec.name) has no graded spikes"
        }
        if base.needsRange, let channel = channels.firstIndex(where: { $0.range == nil }) {
            return "channel \(channel) has no range, which \(codec.name) decodes with"
        }
        if case .rateStepForward(let codec) = codec, codec.threshold == nil {
            return "\(RateStepForward.name) has no threshold to decode with"
        }
        do throws(CodecError) {
            try base.check(channelCount: channels.count)
        } catch {
            return "\(error)"
        }
        return nil
    }

    enum CodingKeys: CodingKey { case codec, spikes, channels, samplingRate, unit, clippedCount, startTime }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        codec = try values.decode(Codec.self, forKey: .codec)
        spikes = try values.decode(SpikeTrain.self, forKey: .spikes)
        channels = try values.decode([EncodedChannel].self, forKey: .channels)
        samplingRate = try values.decodeIfPresent(Double.self, forKey: .samplingRate)
        unit = try values.decodeIfPresent(String.self, forKey: .unit)
        clippedCount = try values.decode(Int.self, forKey: .clippedCount)
        startTime = try values.decodeIfPresent(Double.self, forKey: .startTime) ?? 0
        guard startTime.isFinite else {
            throw DecodingError.dataCorruptedError(
                forKey: .startTime, in: values, debugDescription: "the recording starts at \(startTime) s")
        }
        if let problem = Self.problem(codec: codec, spikes: spikes, channels: channels) {
            throw DecodingError.dataCorruptedError(forKey: .spikes, in: values, debugDescription: problem)
        }
    }
}

/// What decoding needs to know of one channel.
public struct EncodedChannel: Sendable, Hashable, Codable {
    public let name: String?

    /// Where decoding starts, in the recording's unit less the offset; usually the first sample.
    public let initialValue: Float

    /// The channel's range less the offset, for codecs that scale by it.
    public let range: ValueRange?

    /// What decoding adds to every value, in the recording's unit; see `Signal.channelOffsets`.
    public let offset: Double

    /// Traps unless `offset` is finite.
    public init(name: String? = nil, initialValue: Float, range: ValueRange? = nil, offset: Double = 0) {
        precondition(offset.isFinite, "EncodedChannel: offset must be finite, got \(offset)")
        self.name = name
        self.initialValue = initialValue
        self.range = range
        self.offset = offset
    }

    enum CodingKeys: CodingKey { case name, initialValue, range, offset }

    /// An offset of 0 is left out.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encodeIfPresent(name, forKey: .name)
        try values.encode(initialValue, forKey: .initialValue)
        try values.encodeIfPresent(range, forKey: .range)
        if offset != 0 { try values.encode(offset, forKey: .offset) }
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        name = try values.decodeIfPresent(String.self, forKey: .name)
        initialValue = try values.decode(Float.self, forKey: .initialValue)
        range = try values.decodeIfPresent(ValueRange.self, forKey: .range)
        offset = try values.decodeIfPresent(Double.self, forKey: .offset) ?? 0
        guard offset.isFinite else {
            throw DecodingError.dataCorruptedError(
                forKey: .offset, in: values, debugDescription: "the offset is \(offset)")
        }
    }
}
