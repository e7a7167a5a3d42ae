/// Turns recordings into spikes and back. A codec is an immutable value: encoding changes neither it nor its input.
public protocol SignalCodec: Sendable, Hashable, Codable {
    /// The name that the program and files use.
    static var name: String { get }

    /// This codec as a value that files can hold.
    var codec: Codec { get }

    /// Units of the spike train for one channel of the recording.
    var unitsPerChannel: Int { get }

    /// Steps of the spike train for one sample of the recording.
    var stepsPerSample: Int { get }

    /// Whether spikes have sizes beside their signs.
    var isGraded: Bool { get }

    /// Whether the codec scales every channel by its own range; a stream must be told it.
    var needsRange: Bool { get }

    /// Whether decoding starts from a value.
    var startsFromValue: Bool { get }

    /// Throws `CodecError.parameterCount` unless every parameter has one value, or one a channel.
    func check(channelCount: Int) throws(CodecError)

    /// Encodes a recording, its channels in parallel.
    ///
    /// - Parameters:
    ///   - ranges: Each channel's range, for codecs that scale by it, if it is known before; nil to take it from the
    ///     recording. Values outside are scaled like the others.
    ///   - threads: Channels encoded at a time; the result is the same.
    /// - Throws: `CodecError` for an empty recording, NaN, infinity, or parameters that do not fit its channels.
    func encode(_ signal: Signal, ranges: [ValueRange]?, threads: Int) throws(CodecError) -> EncodedSignal

    /// An encoder that takes a recording in chunks and keeps constant memory.
    ///
    /// - Parameters:
    ///   - channelCount: How many channels every chunk has.
    ///   - ranges: Each channel's range, for codecs that scale by it.
    /// - Throws: `CodecError` if the ranges are missing or their count, or the parameters', does not fit.
    func stream(channelCount: Int, ranges: [ValueRange]?) throws(CodecError) -> SpikeStream

    /// The recording that `encoded` stands for; see `EncodedSignal.decode`. Traps if another codec encoded it.
    func decode(
        _ encoded: EncodedSignal, initialValues: PerChannel<Float>?, threads: Int
    ) throws(CodecError) -> Signal
}

extension SignalCodec {
    public var unitsPerChannel: Int { 1 }
    public var stepsPerSample: Int { 1 }
    public var isGraded: Bool { false }
    public var needsRange: Bool { false }
    public var startsFromValue: Bool { false }

    public func encode(_ signal: Signal, threads: Int = defaultThreadCount) throws(CodecError) -> EncodedSignal {
        try encode(signal, ranges: nil, threads: threads)
    }

    /// Encodes several recordings, which may differ in shape; results are those of encoding them one by one.
    public func encode(
        _ batch: [Signal], threads: Int = defaultThreadCount
    ) throws(CodecError) -> [EncodedSignal] {
        let inner = batch.count >= threads ? 1 : threads
        return try mapIndices(below: batch.count, threads: batch.count >= threads ? threads : 1) {
            (index) throws(CodecError) in try encode(batch[index], threads: inner)
        }
    }

    /// Encodes the recordings of a tensor `[B, F, T]`; results are those of encoding them one by one.
    public func encode(
        _ batch: SignalBatch, threads: Int = defaultThreadCount
    ) throws(CodecError) -> [EncodedSignal] {
        try encode(batch.signals, threads: threads)
    }

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

    func check(_ counts: [ParameterCount], channelCount: Int) throws(CodecError) {
        for count in counts {
            if let problem = count.problem(channelCount: channelCount) { throw problem }
        }
    }

    /// The values that decoding starts from, one a channel.
    func startingValues(
        _ encoded: EncodedSignal, _ initialValues: PerChannel<Float>?
    ) throws(CodecError) -> [Float] {
        precondition(encoded.codec == codec, "\(Self.name): decode was given the result of another codec")
        guard let initialValues else { return encoded.channels.map(\.initialValue) }
        guard startsFromValue else { throw .noInitialValue(codec: Self.name) }
        try check([ParameterCount(Self.name, "initial value", initialValues)], channelCount: encoded.channels.count)
        if let flaw = initialValues.values.first(where: { !$0.isFinite }) { throw .initialValue(flaw) }
        return encoded.channels.indices.map { initialValues[$0] }
    }
}

/// Throws a `CodecError.parameter` unless every value passes.
func require<Value>(
    _ values: PerChannel<Value>, _ codec: String, _ name: String, _ requirement: String, _ passes: (Value) -> Bool
) throws(CodecError) {
    for value in values.values where !passes(value) {
        throw .parameter(codec: codec, name: name, value: "\(value)", requirement: requirement)
    }
}
