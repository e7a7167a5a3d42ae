import SpikeKernels

/// A decoder of spikes that arrive in chunks. `SignalCodec.decodingStream` makes it.
///
/// The samples of all chunks, and those of `finish()`, are those of decoding all spikes at once.
///
/// ```swift
/// var encoder = try StepForward(threshold: 0.5).stream(channelCount: 1)
/// let spikes = try encoder.push([0, 0.6, 1.2])
/// var decoder = try encoder.codec.base.decodingStream(channels: encoder.encodedChannels ?? [])
/// print(try decoder.push(spikes).values)  // → [0.0, 0.5, 1.0]
/// ```
///
/// Memory is constant, except for pulse-width modulation: its values lie on a straight line to the next spike of their
/// channel, and samples of other channels wait for them.
public struct DecodingStream: Sendable {
    /// The codec that made the spikes.
    public let codec: Codec
    /// The information about each channel that decoding needs.
    public let channels: [EncodedChannel]
    /// The sampling rate of the recording in Hz; `nil` if it is unknown.
    public let samplingRate: Double?
    /// The unit of the recording's values; `nil` if it is unknown.
    public let unit: String?
    /// The time of the recording's first sample, in seconds.
    public let startTime: Double
    /// The number of samples per channel that the stream has returned.
    public private(set) var sampleCount = 0

    private var decoders: [any ChannelDecoding]
    private let offsets: [Double]
    private var pending: [[Float]]
    private var isFinished = false

    init(
        codec: Codec, decoders: [any ChannelDecoding], channels: [EncodedChannel], hasOffsets: Bool,
        samplingRate: Double?, unit: String?, startTime: Double
    ) {
        checkSamplingRate(samplingRate, of: "DecodingStream")
        checkStartTime(startTime, of: "DecodingStream")
        let isGraded = codec.base.isGraded
        let unitCount = channels.count * codec.base.unitsPerChannel
        let none =
            isGraded ? SpikeTrain(amplitudes: [], unitCount: unitCount) : SpikeTrain(signs: [], unitCount: unitCount)
        if let problem = EncodedSignal.problem(codec: codec, spikes: none, channels: channels) {
            preconditionFailure("DecodingStream: \(problem)")
        }
        (self.codec, self.decoders, self.channels) = (codec, decoders, channels)
        (self.samplingRate, self.unit, self.startTime) = (samplingRate, unit, startTime)
        offsets = hasOffsets ? channels.map(\.offset) : []
        pending = channels.map { _ in [] }
    }

    /// Decodes the next spikes of every unit.
    ///
    /// - Parameter spikes: `units × any number of steps`, such as `SpikeStream.push` returned. Traps for another number
    ///   of units, and for spikes that are graded if the codec is not, or the other way round.
    /// - Returns: The samples that are now decided for every channel, possibly none. Their start is the time of the first
    ///   of them, if the sampling rate is known.
    /// - Throws: `CodecError` for a stream that has finished, and for values beyond Float32.
    public mutating func push(_ spikes: SpikeTrain) throws(CodecError) -> Signal {
        if isFinished { throw .streamFinished }
        precondition(
            spikes.unitCount == channels.count * codec.base.unitsPerChannel,
            "DecodingStream: \(spikes.unitCount) units for \(channels.count) channels of \(codec.name)")
        precondition(
            (spikes.amplitudes != nil) == codec.base.isGraded, "DecodingStream: \(codec.name) has other spikes")
        for channel in channels.indices {
            try decoders[channel].push(spikes, channel: channel, into: &pending[channel])
        }
        return takeDecided()
    }

    /// Ends the recording. The stream then takes no more spikes.
    ///
    /// - Returns: The samples that were still to come; none if the stream had finished before. Steps that are not enough
    ///   for a sample are dropped.
    public mutating func finish() -> Signal {
        if !isFinished {
            isFinished = true
            for channel in channels.indices { decoders[channel].finish(into: &pending[channel]) }
        }
        return takeDecided()
    }

    /// The largest number of values of a channel that wait for a spike, or for other channels.
    package var heldCount: Int {
        channels.indices.map { pending[$0].count + decoders[$0].heldCount }.max() ?? 0
    }

    private mutating func takeDecided() -> Signal {
        let count = pending.map(\.count).min() ?? 0
        var values: [Float] = []
        values.reserveCapacity(count * channels.count)
        for channel in channels.indices {
            values += pending[channel].prefix(count)
            pending[channel].removeFirst(count)
        }
        let start = samplingRate.map { StepTimes(start: startTime, rate: $0).time(ofStep: sampleCount) }
        sampleCount += count
        let names = channels.compactMap(\.name)
        return Signal(
            values: values, channelCount: channels.count, samplingRate: samplingRate,
            channelNames: names.count == channels.count ? names : [], unit: unit, startTime: start ?? startTime,
            channelOffsets: offsets)
    }
}

/// One channel of a decoding stream.
protocol ChannelDecoding: Sendable {
    /// Decodes the next steps of one channel, and appends the decided values.
    ///
    /// - Parameter spikes: The next steps of all units.
    mutating func push(_ spikes: SpikeTrain, channel: Int, into values: inout [Float]) throws(CodecError)
    mutating func finish(into values: inout [Float])
    /// The number of values that wait for a spike.
    var heldCount: Int { get }
}

extension ChannelDecoding {
    var heldCount: Int { 0 }
}

/// A channel of a codec whose channels have one unit and one step per sample.
struct ChannelDecoderStream<Spike: SpikeValue>: ChannelDecoding {
    var decoder: any ChannelDecoder<Spike>

    var heldCount: Int { decoder.lag }

    mutating func push(_ spikes: SpikeTrain, channel: Int, into values: inout [Float]) {
        let row = Spike.values(of: spikes)[channel * spikes.stepCount..<(channel + 1) * spikes.stepCount]
        guard !row.isEmpty else { return }
        values += [Float](unsafeUninitializedCapacity: row.count + decoder.lag) { output, count in
            row.withUnsafeBufferPointer { count = decoder.decode(next: $0, into: output.baseAddress!) }
        }
    }

    mutating func finish(into values: inout [Float]) {
        let lag = decoder.lag
        guard lag > 0 else { return }
        values += [Float](unsafeUninitializedCapacity: lag) { output, count in
            decoder.finish(into: output.baseAddress!)
            count = lag
        }
    }
}
