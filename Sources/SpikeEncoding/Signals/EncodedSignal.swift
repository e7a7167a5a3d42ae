/// An encoded recording: its spikes and everything that decoding needs.
///
/// ```swift
/// let recording = Signal(channels: [[1, 1.5, 2.5, 2]], samplingRate: 10, channelNames: ["pressure"])
/// let encoded = try StepForward(threshold: 0.4).encode(recording)
/// print(encoded.spikes.signs, encoded.name(ofUnit: 0))  // → [0, 1, 1, 0] pressure
/// print(try encoded.decode().samplingRate ?? 0)  // → 10.0
/// ```
public struct EncodedSignal: Sendable, Hashable, Codable {
    /// The codec with the parameters in force; those it took from the data are filled in.
    public let codec: Codec

    /// The spikes, `units × steps`. Most codecs have one unit per channel and one step per sample.
    public let spikes: SpikeTrain

    /// The information about each channel of the recording that decoding needs.
    public let channels: [EncodedChannel]

    /// The sampling rate of the recording in Hz; `nil` if it is unknown. The spikes have `stepsPerSample` times this
    /// rate.
    public let samplingRate: Double?

    /// The time of the recording's first sample, in seconds.
    public let startTime: Double

    /// The unit of the recording's values, such as `mV`.
    public let unit: String?

    /// The number of values that lay outside of the codec's range and were clipped to it.
    public let clippedCount: Int

    /// An encoded recording from its parts, such as those that another program stored.
    ///
    /// The initializer traps if spikes, codec and channels do not fit each other, and for a rate or a time that is not
    /// as described here.
    ///
    /// - Parameters:
    ///   - codec: The codec that made the spikes.
    ///   - spikes: The spikes, `units × steps`, with the units of each channel one after the other.
    ///   - channels: The information about each channel that decoding needs.
    ///   - samplingRate: The sampling rate of the recording in Hz, finite and above 0; `nil` if it is unknown.
    ///   - unit: The unit of the recording's values, such as `mV`.
    ///   - clippedCount: The number of values that were clipped to the range of the codec.
    ///   - startTime: The time of the recording's first sample, in seconds; finite.
    public init(
        codec: Codec, spikes: SpikeTrain, channels: [EncodedChannel], samplingRate: Double? = nil, unit: String? = nil,
        clippedCount: Int = 0, startTime: Double = 0
    ) {
        checkSamplingRate(samplingRate, of: "EncodedSignal")
        checkStartTime(startTime, of: "EncodedSignal")
        if let problem = Self.problem(codec: codec, spikes: spikes, channels: channels) {
            preconditionFailure("EncodedSignal: \(problem)")
        }
        self.init(
            encodedBy: codec, spikes: spikes, channels: channels, samplingRate: samplingRate, unit: unit,
            clippedCount: clippedCount, startTime: startTime)
    }

    /// What an encoder of this package made, which is not checked again: the checks take as long as encoding a thousand
    /// samples.
    init(
        encodedBy codec: Codec, spikes: SpikeTrain, channels: [EncodedChannel], samplingRate: Double?, unit: String?,
        clippedCount: Int = 0, startTime: Double
    ) {
        assert(Self.problem(codec: codec, spikes: spikes, channels: channels) == nil)
        self.codec = codec
        self.spikes = spikes
        self.channels = channels
        self.samplingRate = samplingRate
        self.startTime = startTime
        self.unit = unit
        self.clippedCount = clippedCount
    }

    /// Decodes the spikes to a recording, `channels × samples`.
    ///
    /// - Parameters:
    ///   - initialValues: The values that decoding starts from, in the recording's unit less each channel's offset;
    ///     `nil` for those that the encoding carries, which are usually the first samples.
    ///   - threads: The number of channels that are decoded at the same time; the result is the same for any number.
    /// - Throws: `CodecError` if the codec has no use for an initial value, or for a wrong number of them.
    public func decode(
        initialValues: PerChannel<Float>? = nil, threads: Int = defaultThreadCount
    ) throws(CodecError) -> Signal {
        try codec.decode(self, initialValues: initialValues, threads: threads)
    }

    /// Decodes the spikes to a recording, `channels × samples`, from given initial values.
    ///
    /// - Parameters:
    ///   - initialValues: The values that decoding starts from, in the recording's unit minus each channel's offset: a
    ///     number for all channels, or an array with one number per channel.
    ///   - threads: The number of channels that are decoded at the same time; the result is the same for any number.
    /// - Throws: `CodecError` if the codec has no use for an initial value, or for a wrong number of them.
    public func decode(
        initialValues: some PerChannelConvertible, threads: Int = defaultThreadCount
    ) throws(CodecError) -> Signal {
        // Without the type annotation, this method would call itself.
        let values: PerChannel<Float>? = PerChannel(converting: initialValues)
        return try decode(initialValues: values, threads: threads)
    }

    /// The number of steps of the spike train per sample of the recording.
    public var stepsPerSample: Int { codec.base.stepsPerSample }

    /// The number of units of the spike train per channel of the recording.
    public var unitsPerChannel: Int { codec.base.unitsPerChannel }

    /// The number of samples of each channel of the recording.
    public var sampleCount: Int { spikes.stepCount / stepsPerSample }

    /// The number of steps of the spike train per second; `nil` if the recording's sampling rate is unknown.
    public var stepRate: Double? { samplingRate.map { $0 * Double(stepsPerSample) } }

    /// The times of the steps of the spike train; `nil` if the recording's sampling rate is unknown.
    public var stepTimes: StepTimes? { stepRate.map { StepTimes(start: startTime, rate: $0) } }

    /// The name of a unit: the name of its channel, followed by the number of the unit if a channel has several.
    ///
    /// - Parameter unit: The index of the unit, counted from 0.
    public func name(ofUnit unit: Int) -> String {
        let channel = unit / unitsPerChannel
        let name = channels[channel].name ?? "channel \(channel)"
        return unitsPerChannel == 1 ? name : "\(name) [\(unit % unitsPerChannel)]"
    }

    static func problem(codec: Codec, spikes: SpikeTrain, channels: [EncodedChannel]) -> String? {
        let base = codec.base
        if spikes.unitCount != channels.count * base.unitsPerChannel {
            return
                "\(counted(spikes.unitCount, "unit")) for \(counted(channels.count, "channel")) of \(codec.name) with "
                + "\(counted(base.unitsPerChannel, "unit")) each"
        }
        if spikes.stepCount % base.stepsPerSample != 0 {
            return "the number of steps, \(spikes.stepCount), is no multiple of \(base.stepsPerSample)"
        }
        if (spikes.amplitudes != nil) != base.isGraded {
            return base.isGraded ? "\(codec.name) needs graded spikes" : "\(codec.name) has no graded spikes"
        }
        if base.needsRange, let channel = channels.firstIndex(where: { $0.range == nil }) {
            return "channel \(channel) has no range, which \(codec.name) decodes with"
        }
        let parameters = type(of: base).parameters
        if let missing = parameters.first(where: { $0.fromData != nil && base.text(of: $0) == nil }) {
            return "\(codec.name) has no \(missing.name) to decode with"
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
        if let samplingRate, !(samplingRate.isFinite && samplingRate > 0) {
            throw DecodingError.dataCorruptedError(
                forKey: .samplingRate, in: values, debugDescription: "the sampling rate is \(samplingRate) Hz")
        }
        if let problem = Self.problem(codec: codec, spikes: spikes, channels: channels) {
            throw DecodingError.dataCorruptedError(forKey: .spikes, in: values, debugDescription: problem)
        }
    }
}

/// The information about one channel that decoding needs.
///
/// ```swift
/// let encoded = try StepForward(threshold: 0.4).encode(Signal(channels: [[1, 1.5]], channelNames: ["pressure"]))
/// print(encoded.channels[0].name ?? "", encoded.channels[0].initialValue)  // → pressure 1.0
/// ```
public struct EncodedChannel: Sendable, Hashable, Codable {
    /// The name of the channel; `nil` if it has none.
    public let name: String?

    /// The value that decoding starts from, in the recording's unit less the offset; usually the first sample.
    public let initialValue: Float

    /// The range of the channel less the offset, for codecs that scale by it; `nil` for others.
    public let range: ValueRange?

    /// The offset that decoding adds to every value, in the recording's unit; see `Signal.channelOffsets`.
    public let offset: Double

    /// Creates the information about one channel.
    ///
    /// - Parameters:
    ///   - name: The name of the channel; `nil` if it has none.
    ///   - initialValue: The value that decoding starts from, in the recording's unit less the offset.
    ///   - range: The range of the channel less the offset, for codecs that scale by it.
    ///   - offset: The offset that decoding adds to every value, in the recording's unit; traps unless it is finite.
    public init(name: String? = nil, initialValue: Float, range: ValueRange? = nil, offset: Double = 0) {
        precondition(offset.isFinite, "EncodedChannel: offset must be finite, got \(offset)")
        self.name = name
        self.initialValue = initialValue
        self.range = range
        self.offset = offset
    }

    enum CodingKeys: CodingKey { case name, initialValue, range, offset }

    /// Encodes the channel. An offset of 0 is left out.
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
