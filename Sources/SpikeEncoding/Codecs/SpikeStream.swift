/// Encodes a recording that arrives in chunks, in constant memory; made by `SignalCodec.stream`.
///
/// The spikes of all chunks, and those of `finish()`, joined are the spikes of the whole recording at once.
public struct SpikeStream: Sendable {
    public let codec: Codec
    private var channels: [any ChannelStreaming]
    private var pending: [PendingSpikes]
    /// What decoding starts from, and adds.
    struct Start {
        let initialValue: Float
        let offset: Double
    }

    /// A channel's first sample.
    struct First {
        /// In the recording's unit.
        let value: Double
        /// Less the channel's offset.
        let difference: Float
        let offset: Double
    }

    /// The channel, its first sample, and the first samples of channel 0 less its offset, to where decoding starts.
    private let start: @Sendable (Int, First, ArraySlice<Float>) -> Start
    private var firsts: [First] = []
    private var channelZero: [Float] = []
    /// Of the first chunk's channels.
    private var offsets: [Double] = []
    private var position = 0
    private var isFinished = false

    init(
        codec: Codec, channels: [any ChannelStreaming],
        start: @escaping @Sendable (Int, First, ArraySlice<Float>) -> Start
    ) {
        self.codec = codec
        self.channels = channels
        self.start = start
        pending = channels.map { _ in
            PendingSpikes(unitCount: codec.base.unitsPerChannel, isGraded: codec.base.isGraded)
        }
    }

    /// How many values lay outside the range that the codec was given so far.
    public var clippedCount: Int { channels.reduce(0) { $0 + $1.clippedCount } }

    /// Encodes the next samples of every channel.
    ///
    /// - Parameter chunk: `channels × any number of samples`. The first chunk's channel offsets are the stream's; values
    ///   of a chunk with others are rounded to Float32 once more.
    /// - Returns: The steps that are now decided for every channel; possibly none.
    /// - Throws: `CodecError` for a wrong number of channels, NaN or infinity, counted from the recording's first
    ///   sample. The stream then is as it was before, and can go on with a mended chunk.
    public mutating func push(_ chunk: Signal) throws(CodecError) -> SpikeTrain {
        precondition(!isFinished, "SpikeStream: push after finish")
        guard chunk.channelCount == channels.count else {
            throw .channelCount(expected: channels.count, found: chunk.channelCount)
        }
        guard chunk.sampleCount > 0 else { return takeDecided() }
        let isFirst = position == 0
        let chunk = isFirst ? chunk : chunk.withOffsets(offsets)
        for channel in channels.indices {
            let problem: CodecError? = chunk.withChannel(channel) { samples in
                isFinite(samples) ? nil : chunk.notFinite(samples, channel: channel, firstSample: 0, position: position)
            }
            if let problem { throw problem }
        }
        if isFirst {
            offsets = chunk.channelOffsets
            firsts = channels.indices.map {
                First(
                    value: chunk.value(ofChannel: $0, sample: 0), difference: chunk[$0, 0],
                    offset: chunk.offset(ofChannel: $0))
            }
        }
        for channel in channels.indices { channels[channel].push(chunk, channel: channel, into: &pending[channel]) }
        channelZero += chunk.channel(0).prefix(channels.count - channelZero.count)
        position += chunk.sampleCount
        return takeDecided()
    }

    /// The steps that were still to come. The stream takes no more chunks.
    public mutating func finish() -> SpikeTrain {
        precondition(!isFinished, "SpikeStream: finished twice")
        isFinished = true
        for channel in channels.indices { channels[channel].finish(into: &pending[channel]) }
        return takeDecided()
    }

    /// What decoding needs to know of each channel; nil before the first sample.
    public var encodedChannels: [EncodedChannel]? {
        position == 0
            ? nil
            : channels.indices.map { channel in
                let beside = moved(channelZero[...], by: firsts[0].offset - firsts[channel].offset)
                let start = start(channel, firsts[channel], beside)
                return EncodedChannel(
                    initialValue: start.initialValue, range: channels[channel].range, offset: start.offset)
            }
    }

    private mutating func takeDecided() -> SpikeTrain {
        let count = pending.map(\.stepCount).min() ?? 0
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
    /// - Parameter chunk: The next samples of all channels.
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
struct ChannelStream<Encoder: ChannelEncoder>: ChannelStreaming {
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
