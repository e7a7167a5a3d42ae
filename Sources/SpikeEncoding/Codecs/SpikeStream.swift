import SpikeKernels

/// An encoder of a recording that arrives in chunks, which takes constant memory. `SignalCodec.stream` makes it.
///
/// The spikes of all chunks, and those of `finish()`, joined are the spikes of the whole recording at once.
/// `finish(joining:)` joins them to an encoded recording that can be decoded.
///
/// ```swift
/// var stream = try StepForward(threshold: 0.2).stream(channelCount: 1)
/// let first = try stream.push([0, 0.3])
/// let second = try stream.push(Signal(channels: [[0.6, 0.1]]))
/// print(first.signs, second.signs)  // → [0, 1] [1, -1]
/// print(try stream.finish(joining: [first, second]).sampleCount)  // → 4
/// ```
public struct SpikeStream: Sendable {
    /// The codec that made the stream.
    public let codec: Codec

    /// The sampling rate of the recording in Hz; `nil` if it is unknown.
    ///
    /// Set it to a finite rate above 0; other values trap. If it is `nil`, the stream takes the rate of the first
    /// chunk.
    public var samplingRate: Double? { didSet { checkSamplingRate(samplingRate, of: "SpikeStream") } }

    /// The time of the first sample, in seconds; `nil` before the first chunk.
    ///
    /// Set it to a finite time; other values trap. If it is `nil`, the stream takes the start of the first chunk.
    public var startTime: Double? { didSet { checkStartTime(startTime ?? 0, of: "SpikeStream") } }

    /// One name per channel, or an empty array.
    ///
    /// Another number of names traps. If the array is empty, the stream takes the names of the first chunk.
    public var channelNames: [String] = [] {
        didSet { checkNames(channelNames, channelCount: channels.count, of: "SpikeStream") }
    }

    /// The unit of the recording's values, such as `mV`. If it is `nil`, the stream takes the unit of the first chunk.
    public var unit: String?

    private var channels: [any ChannelStreaming]
    private var pending: [PendingSpikes]
    /// The value that decoding of a channel starts from, and the offset that it adds.
    struct Start {
        let initialValue: Float
        let offset: Double
    }

    /// A channel's first sample.
    struct First {
        /// The sample in the recording's unit.
        let value: Double
        /// The sample minus the channel's offset.
        let difference: Float
        let offset: Double
    }

    /// The channel, its first sample, and the first samples of channel 0 less its offset, to where decoding starts.
    private let start: @Sendable (Int, First, ArraySlice<Float>) -> Start
    /// Whether decoding of channel k starts from sample k of channel 0.
    private let startsFromChannelZero: Bool
    private var firsts: [First] = []
    private var channelZero: [Float] = []
    /// The offsets of the channels of the first chunk.
    private var offsets: [Double] = []
    private var position = 0
    private var isFinished = false

    init(
        codec: Codec, channels: [any ChannelStreaming], startsFromChannelZero: Bool = false,
        start: @escaping @Sendable (Int, First, ArraySlice<Float>) -> Start
    ) {
        self.codec = codec
        self.channels = channels
        self.start = start
        self.startsFromChannelZero = startsFromChannelZero
        pending = channels.map { _ in
            PendingSpikes(unitCount: codec.base.unitsPerChannel, isGraded: codec.base.isGraded)
        }
    }

    /// The number of steps that the stream has returned. The first step of what it returns next has this number in the
    /// whole recording.
    public private(set) var stepCount = 0

    /// The number of values so far that lay outside of the codec's range and were clipped to it.
    public var clippedCount: Int { channels.reduce(0) { $0 + $1.clippedCount } }

    /// Encodes the next samples of every channel.
    ///
    /// - Parameter chunk: `channels × any number of samples`. The first chunk's channel offsets are the stream's;
    ///   values of a chunk with others are rounded to Float32 once more. The first chunk's sampling rate, start, names
    ///   and unit become those of the stream where it has none; those of later chunks are not looked at.
    /// - Returns: The steps that are now decided for every channel; possibly none.
    /// - Throws: `CodecError` for a stream that has finished, a wrong number of channels, NaN or infinity, counted from
    ///   the recording's first sample. The stream then is as it was before, and can go on with a mended chunk.
    public mutating func push(_ chunk: Signal) throws(CodecError) -> SpikeTrain {
        if isFinished { throw .streamFinished }
        guard chunk.channelCount == channels.count else {
            throw .channelCount(expected: channels.count, found: chunk.channelCount)
        }
        guard chunk.sampleCount > 0 else { return takeDecided() }
        // Only amplitudes can fail when the samples are right.
        let before = codec.base.isGraded ? self : nil
        let isFirst = position == 0
        let chunk = isFirst ? chunk : chunk.withOffsets(offsets)
        for channel in channels.indices {
            let problem: CodecError? = chunk.withChannel(channel) { samples in
                areFinite(samples)
                    ? nil : chunk.notFinite(samples, channel: channel, firstSample: 0, position: position)
            }
            if let problem { throw problem }
        }
        if isFirst {
            samplingRate = samplingRate ?? chunk.samplingRate
            startTime = startTime ?? chunk.startTime
            channelNames = channelNames.isEmpty ? chunk.channelNames : channelNames
            unit = unit ?? chunk.unit
            offsets = chunk.channelOffsets
            firsts = channels.indices.map {
                First(
                    value: chunk.value(ofChannel: $0, sample: 0), difference: chunk[$0, 0],
                    offset: chunk.offset(ofChannel: $0))
            }
        }
        for channel in channels.indices {
            let decided = pending[channel].stepCount
            channels[channel].push(chunk, channel: channel, into: &pending[channel])
            if let before, let place = pending[channel].firstNotFinite(from: decided) {
                self = before
                throw .amplitudeBeyondFloat32(channel: channel, sample: position + place)
            }
        }
        channelZero += chunk.channel(0).prefix(channels.count - channelZero.count)
        position += chunk.sampleCount
        return takeDecided()
    }

    /// Encodes the next samples, as a sensor or an audio driver delivers them.
    ///
    /// Chunks that hold one array per channel are pushed as `Signal(channels:)`.
    ///
    /// - Parameter samples: The first sample of every channel, then the second of every channel, and so on
    ///   (interleaved). With one channel these are its samples.
    /// - Returns: The steps that are now decided for every channel; possibly none.
    /// - Throws: `CodecError` as `push(_:)` of a signal, and for values that do not divide into samples of every
    ///   channel. The stream then is as it was before.
    public mutating func push(_ samples: [Float]) throws(CodecError) -> SpikeTrain {
        let (channelCount, sampleCount) = (channels.count, samples.count / channels.count)
        guard samples.count == channelCount * sampleCount else {
            throw .incompleteSample(values: samples.count, channels: channelCount)
        }
        let rows = (0..<channelCount).map { channel in
            stride(from: channel, to: samples.count, by: channelCount).map { samples[$0] }
        }
        return try push(Signal(channels: rows))
    }

    /// Ends the recording. The stream then takes no more chunks.
    ///
    /// - Returns: The steps that were still to come; none if the stream had finished before.
    public mutating func finish() -> SpikeTrain {
        if !isFinished {
            isFinished = true
            for channel in channels.indices { channels[channel].finish(into: &pending[channel]) }
        }
        return takeDecided()
    }

    /// Ends the recording and returns all of it, encoded, with its sampling rate, start, names and unit.
    ///
    /// - Parameter parts: What every `push` returned, in order, and what `finish()` returned if it was called before.
    /// - Returns: The same as encoding the whole recording at once, with the ranges that the stream was made with.
    /// - Throws: `CodecError` if the stream was given no samples, or if a part is missing; the stream then goes on. The
    ///   method traps for parts of another codec or another number of channels.
    public mutating func finish(joining parts: [SpikeTrain]) throws(CodecError) -> EncodedSignal {
        guard let encodedChannels else { throw .empty(channels: channels.count, samples: 0) }
        let steps = parts.reduce(0) { $0 + $1.stepCount }
        guard steps == stepCount else { throw .streamParts(expected: stepCount, found: steps) }
        return EncodedSignal(
            encodedBy: codec, spikes: SpikeTrain.joined(parts + [finish()]), channels: encodedChannels,
            samplingRate: samplingRate, unit: unit, clippedCount: clippedCount, startTime: startTime ?? 0)
    }

    /// Whether `encodedChannels` is final.
    package var hasFinalChannels: Bool { position >= (startsFromChannelZero ? channels.count : 1) }

    /// The information about each channel that decoding needs; `nil` before the first sample.
    public var encodedChannels: [EncodedChannel]? {
        position == 0
            ? nil
            : channels.indices.map { channel in
                let beside = moved(channelZero[...], by: firsts[0].offset - firsts[channel].offset)
                let start = start(channel, firsts[channel], beside)
                return EncodedChannel(
                    name: channelNames.isEmpty ? nil : channelNames[channel], initialValue: start.initialValue,
                    range: channels[channel].range, offset: start.offset)
            }
    }

    private mutating func takeDecided() -> SpikeTrain {
        let count = pending.map(\.stepCount).min() ?? 0
        stepCount += count
        let unitCount = channels.count * codec.base.unitsPerChannel
        if codec.base.isGraded {
            var amplitudes: [Float] = []
            for channel in pending.indices { amplitudes += pending[channel].takeAmplitudes(count) }
            return SpikeTrain(amplitudes: amplitudes, unitCount: unitCount)
        }
        var signs: [Int8] = []
        for channel in pending.indices { signs += pending[channel].takeSigns(count) }
        return SpikeTrain(unchecked: signs, amplitudes: nil, unitCount: unitCount)
    }
}

/// One channel of a stream.
protocol ChannelStreaming: Sendable {
    /// Encodes the next samples of one channel.
    ///
    /// - Parameters:
    ///   - chunk: The next samples of all channels.
    ///   - channel: The index of the channel to encode.
    ///   - pending: The decided steps of the channel, which the new ones are appended to.
    mutating func push(_ chunk: Signal, channel: Int, into pending: inout PendingSpikes)
    mutating func finish(into pending: inout PendingSpikes)
    var range: ValueRange? { get }
    var clippedCount: Int { get }
}

/// Decided steps of one channel that wait until the other channels reach them.
struct PendingSpikes: Sendable {
    /// `signs[unit]`; empty rows if the spikes are graded.
    var signs: [[Int8]]
    /// `amplitudes[unit]`; empty rows unless the spikes are graded.
    var amplitudes: [[Float]]
    private let isGraded: Bool

    init(unitCount: Int, isGraded: Bool) {
        signs = Array(repeating: [], count: unitCount)
        amplitudes = Array(repeating: [], count: unitCount)
        self.isGraded = isGraded
    }

    var stepCount: Int { isGraded ? amplitudes[0].count : signs[0].count }

    /// The index, counted from `start`, of the first amplitude that is NaN or infinite; `nil` if there is none.
    func firstNotFinite(from start: Int) -> Int? {
        amplitudes[0][start...].firstIndex { !$0.isFinite }.map { $0 - start }
    }

    mutating func takeSigns(_ count: Int) -> [Int8] { Self.take(count, &signs) }
    mutating func takeAmplitudes(_ count: Int) -> [Float] { Self.take(count, &amplitudes) }

    private static func take<Value>(_ count: Int, _ rows: inout [[Value]]) -> [Value] {
        var taken: [Value] = []
        taken.reserveCapacity(count * rows.count)
        for row in rows.indices {
            taken += rows[row].prefix(count)
            rows[row].removeFirst(count)
        }
        return taken
    }
}

/// A stream of one channel of a `ChannelwiseCodec`.
struct ChannelStream<Encoder: ChannelEncoder>: ChannelStreaming where Encoder.Spike: SpikeValue {
    var encoder: Encoder
    let range: ValueRange?
    private var hasStarted = false

    init(encoder: Encoder, range: ValueRange?) {
        self.encoder = encoder
        self.range = range
    }

    var clippedCount: Int { 0 }

    mutating func push(_ chunk: Signal, channel: Int, into pending: inout PendingSpikes) {
        if !hasStarted { encoder.start(zero: Float(-chunk.offset(ofChannel: channel))) }
        hasStarted = true
        chunk.withChannel(channel) { samples in
            append(capacity: samples.count, to: &pending) { encoder, spikes in encoder.encode(samples, into: spikes) }
        }
    }

    mutating func finish(into pending: inout PendingSpikes) {
        append(capacity: encoder.lag, to: &pending) { encoder, spikes in
            let count = encoder.lag
            encoder.finish(into: spikes)
            return count
        }
    }

    private mutating func append(
        capacity: Int, to pending: inout PendingSpikes,
        _ body: (inout Encoder, UnsafeMutablePointer<Encoder.Spike>) -> Int
    ) {
        guard capacity > 0 else { return }
        let spikes = [Encoder.Spike](unsafeUninitializedCapacity: capacity) { output, count in
            count = body(&encoder, output.baseAddress!)
        }
        Encoder.Spike.append(spikes, to: &pending)
    }
}
