/// Turns recordings into spikes and back. A codec is an immutable value: encoding changes neither it nor its input.
///
/// ```swift
/// let codecs: [any SignalCodec] = [try StepForward(threshold: 0.3), try RateStepForward()]
/// for codec in codecs {
///     let encoded = try codec.encode(Signal(channels: [[1, 1.5, 2]]))
///     print(encoded.spikes.signs)  // → [0, 1, 1]
/// }
/// ```
public protocol SignalCodec: Sendable, Hashable, Codable {
    /// The name that the command-line program and files use.
    static var name: String { get }

    /// The description of the codec and its parameters. Options, files, searches and tables are derived from it.
    static var description: CodecDescription { get }

    /// This codec as a value that files can hold.
    var codec: Codec { get }

    /// The number of units of the spike train per channel of the recording.
    var unitsPerChannel: Int { get }

    /// The number of steps of the spike train per sample of the recording.
    var stepsPerSample: Int { get }

    /// Whether spikes are graded: they have amplitudes besides their signs.
    var isGraded: Bool { get }

    /// Whether the codec scales every channel by its own range. A stream of such a codec needs the ranges beforehand.
    var needsRange: Bool { get }

    /// Whether decoding starts from an initial value.
    var startsFromValue: Bool { get }

    /// Checks parameters that depend on each other.
    ///
    /// - Throws: `CodecError.parameter` for parameters that are within their bounds but do not go together.
    func checkTogether() throws(CodecError)

    /// Checks that the parameters fit a number of channels.
    ///
    /// - Parameter channelCount: The number of channels.
    /// - Throws: `CodecError.parameterCount` unless every parameter has one value, or one per channel.
    func check(channelCount: Int) throws(CodecError)

    /// Encodes a recording, `channels × samples`, its channels in parallel.
    ///
    /// - Parameters:
    ///   - signal: The recording.
    ///   - ranges: The range of each channel, for codecs that scale by it. Values outside are scaled like the others.
    ///     Pass nil to measure the ranges in the recording.
    ///   - threads: The number of channels that are encoded at the same time; the result is the same for any number.
    /// - Throws: `CodecError` for an empty recording, NaN, infinity, or parameters that do not fit its channels.
    func encode(_ signal: Signal, ranges: [ValueRange]?, threads: Int) throws(CodecError) -> EncodedSignal

    /// An encoder that takes a recording in chunks and keeps constant memory.
    ///
    /// - Parameters:
    ///   - channelCount: The number of channels of every chunk.
    ///   - ranges: The range of each channel, which codecs that scale by it need.
    /// - Throws: `CodecError` if ranges are missing, or if the number of ranges or parameters does not fit the
    ///   channels.
    func stream(channelCount: Int, ranges: [ValueRange]?) throws(CodecError) -> SpikeStream

    /// The recording that `encoded` stands for; see `EncodedSignal.decode`. Traps if another codec encoded it.
    ///
    /// - Parameters:
    ///   - encoded: A recording that this codec encoded.
    ///   - initialValues: The values that decoding starts from; `nil` for those that the encoding carries.
    ///   - threads: The number of channels that are decoded at the same time; the result is the same for any number.
    /// - Throws: `CodecError` if the codec has no use for an initial value, or for a wrong number of them.
    func decode(
        _ encoded: EncodedSignal, initialValues: PerChannel<Float>?, threads: Int
    ) throws(CodecError) -> Signal

    /// A decoder that takes spikes in chunks. Its values are those of decoding all spikes at once.
    ///
    /// - Parameters:
    ///   - channels: The information about each channel that decoding needs; `SpikeStream.encodedChannels` has it.
    ///     Traps if the channels do not fit the codec.
    ///   - samplingRate: The sampling rate of the recording in Hz, finite and above 0; `nil` if it is unknown.
    ///   - unit: The unit of the recording's values, such as `mV`.
    ///   - startTime: The time of the recording's first sample, in seconds; finite.
    /// - Throws: `CodecError.noDecodingStream` for a codec that decodes recordings only as a whole.
    func decodingStream(
        channels: [EncodedChannel], samplingRate: Double?, unit: String?, startTime: Double
    ) throws(CodecError) -> DecodingStream
}

extension SignalCodec {
    public var unitsPerChannel: Int { 1 }
    public var stepsPerSample: Int { 1 }
    public var isGraded: Bool { false }
    public var needsRange: Bool { false }
    public var startsFromValue: Bool { false }

    public func decodingStream(
        channels: [EncodedChannel], samplingRate: Double?, unit: String?, startTime: Double
    ) throws(CodecError) -> DecodingStream { throw .noDecodingStream(codec: Self.name) }

    /// A decoder that takes spikes in chunks, of a recording whose sampling rate is unknown.
    ///
    /// - Parameter channels: The information about each channel that decoding needs. Traps if the channels do not fit
    ///   the codec.
    /// - Throws: `CodecError.noDecodingStream` for a codec that decodes recordings only as a whole.
    public func decodingStream(channels: [EncodedChannel]) throws(CodecError) -> DecodingStream {
        try decodingStream(channels: channels, samplingRate: nil, unit: nil, startTime: 0)
    }

    /// Encodes a recording, `channels × samples`, its channels in parallel.
    ///
    /// - Parameters:
    ///   - signal: The recording. Codecs that scale by a channel's range measure it.
    ///   - threads: The number of channels that are encoded at the same time; the result is the same for any number.
    /// - Throws: `CodecError` for an empty recording, NaN, infinity, or parameters that do not fit its channels.
    public func encode(_ signal: Signal, threads: Int = defaultThreadCount) throws(CodecError) -> EncodedSignal {
        try encode(signal, ranges: nil, threads: threads)
    }

    /// Encodes several recordings, which may differ in shape; results are those of encoding them one by one.
    ///
    /// - Parameters:
    ///   - batch: The recordings, each `channels × samples`.
    ///   - threads: The number of threads to use; the result is the same for any number.
    /// - Returns: One encoded recording for each recording, in the same order.
    /// - Throws: `CodecError`, as for a single recording; the error of the first recording that has one.
    public func encode(
        _ batch: [Signal], threads: Int = defaultThreadCount
    ) throws(CodecError) -> [EncodedSignal] {
        let inner = batch.count >= threads ? 1 : threads
        return try mapIndices(below: batch.count, threads: batch.count >= threads ? threads : 1) {
            (index) throws(CodecError) in try encode(batch[index], threads: inner)
        }
    }

    /// Encodes the recordings of a tensor `[B, F, T]`; results are those of encoding them one by one.
    ///
    /// - Parameters:
    ///   - batch: The recordings, `[B, F, T]`: recordings × channels × samples.
    ///   - threads: The number of threads to use; the result is the same for any number.
    /// - Returns: One encoded recording for each recording, in the same order.
    /// - Throws: `CodecError`, as for a single recording; the error of the first recording that has one.
    public func encode(
        _ batch: SignalBatch, threads: Int = defaultThreadCount
    ) throws(CodecError) -> [EncodedSignal] {
        try encode(batch.signals, threads: threads)
    }

    /// Encodes a recording, `channels × samples`, its channels in parallel on all processors.
    ///
    /// - Parameters:
    ///   - signal: The recording.
    ///   - ranges: The range of each channel, for codecs that scale by it; `nil` measures them in the recording.
    /// - Throws: `CodecError` for an empty recording, NaN, infinity, or parameters that do not fit its channels.
    public func encode(_ signal: Signal, ranges: [ValueRange]?) throws(CodecError) -> EncodedSignal {
        try encode(signal, ranges: ranges, threads: defaultThreadCount)
    }

    /// The recording that `encoded` stands for, decoded on all processors; see `EncodedSignal.decode`.
    ///
    /// The method traps if another codec encoded it.
    ///
    /// - Parameters:
    ///   - encoded: A recording that this codec encoded.
    ///   - initialValues: The values that decoding starts from; `nil` for those that the encoding carries.
    /// - Throws: `CodecError` if the codec has no use for an initial value, or for a wrong number of them.
    public func decode(
        _ encoded: EncodedSignal, initialValues: PerChannel<Float>? = nil
    ) throws(CodecError) -> Signal {
        try decode(encoded, initialValues: initialValues, threads: defaultThreadCount)
    }

    /// An encoder that takes a recording in chunks and keeps constant memory.
    ///
    /// - Parameter channelCount: The number of channels of every chunk.
    /// - Throws: `CodecError` for a codec that needs ranges, and if the number of parameters does not fit the channels.
    public func stream(channelCount: Int) throws(CodecError) -> SpikeStream {
        try stream(channelCount: channelCount, ranges: nil)
    }

    func check(ranges: [ValueRange]?, channelCount: Int) throws(CodecError) {
        guard needsRange, let ranges else { return }
        guard ranges.count == channelCount else {
            throw .parameterCount(codec: Self.name, parameter: "range", count: ranges.count, channels: channelCount)
        }
        for (channel, range) in ranges.enumerated() where !range.width.isFinite {
            throw .rangeTooWide(channel: channel, range: range)
        }
    }

    /// The values that decoding starts from, one per channel.
    func startingValues(
        _ encoded: EncodedSignal, _ initialValues: PerChannel<Float>?
    ) throws(CodecError) -> [Float] {
        precondition(encoded.codec == codec, "\(Self.name): decode was given the result of another codec")
        guard let initialValues else { return encoded.channels.map(\.initialValue) }
        guard startsFromValue else { throw .noInitialValue(codec: Self.name) }
        let (count, channels) = (initialValues.values.count, encoded.channels.count)
        guard count == 1 || count == channels else {
            throw .parameterCount(codec: Self.name, parameter: "initial value", count: count, channels: channels)
        }
        if let flaw = initialValues.values.first(where: { !$0.isFinite }) { throw .initialValue(flaw) }
        return encoded.channels.indices.map { initialValues[$0] }
    }
}
