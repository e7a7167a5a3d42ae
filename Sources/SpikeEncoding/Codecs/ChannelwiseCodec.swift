import SpikeKernels

/// A codec that encodes every channel on its own, with one unit per channel and one step per sample.
///
/// A conforming type supplies the encoder and the decoder of one channel. Batches, threads, streams and checks are the
/// same for all such codecs.
protocol ChannelwiseCodec: SignalCodec {
    associatedtype Channel: ChannelEncoder where Channel.Spike: SpikeValue

    /// The encoder of one channel before its first sample.
    ///
    /// - Parameters:
    ///   - channel: The index of the channel, counted from 0.
    ///   - range: The range of the channel, if the codec needs it.
    func encoder(forChannel channel: Int, range: ValueRange?) -> Channel

    /// The channels that are encoded together, in order.
    func jobs(_ signal: Signal, threads: Int) -> [Range<Int>]

    /// Encodes the channels of one job; returns their ranges if the codec needs them.
    ///
    /// - Parameters:
    ///   - knownRanges: The ranges of all channels, if they are already known.
    ///   - spikes: Memory for the spikes of all channels, `channels × samples`.
    func encode(
        _ job: Range<Int>, of signal: Signal, knownRanges: [ValueRange]?,
        into spikes: UnsafeMutablePointer<Channel.Spike>
    ) throws(CodecError) -> [ValueRange]

    /// Whether decoding starts at the recording's 0 instead of the first sample.
    var startsAtZero: Bool { get }

    /// Whether decoding of channel k starts from sample k of channel 0 instead.
    var startsFromChannelZero: Bool { get }

    /// The value that decoding of a channel starts from, unless it starts at 0.
    ///
    /// - Parameters:
    ///   - first: The channel's first sample.
    ///   - channelZero: The first samples of channel 0, as many as there are channels if there are as many, less the
    ///     offset of `channel`.
    func initialValue(forChannel channel: Int, first: Float, channelZero: ArraySlice<Float>) -> Float

    /// The decoder of one channel before its first spike; `nil` if a channel can only be decoded as a whole.
    ///
    /// - Parameters:
    ///   - range: The range of the channel, if the codec needs it.
    ///   - initialValue: The value to start from, in the recording's unit minus the channel's offset.
    func decoder(forChannel channel: Int, range: ValueRange?, initialValue: Float)
        -> (any ChannelDecoder<Channel.Spike>)?

    /// Decodes one channel as a whole.
    ///
    /// - Parameters:
    ///   - initialValue: The value to start from, in the recording's unit minus the channel's offset, as all values
    ///     here.
    ///   - signal: Memory for one value per step.
    func decode(
        channel: Int, _ spikes: UnsafeBufferPointer<Channel.Spike>, range: ValueRange?, initialValue: Float,
        into signal: UnsafeMutablePointer<Float>)
}

/// The value of one step of a unit: a sign or an amplitude.
protocol SpikeValue: Sendable {
    static func train(_ values: [Self], unitCount: Int) -> SpikeTrain
    static func values(of train: SpikeTrain) -> [Self]
    static func append(_ values: [Self], to pending: inout PendingSpikes)
    /// The index of the first spike that is NaN or infinite; `nil` if there is none.
    static func firstNotFinite(_ values: UnsafeBufferPointer<Self>) -> Int?
}

extension Int8: SpikeValue {
    static func train(_ values: [Int8], unitCount: Int) -> SpikeTrain {
        SpikeTrain(unchecked: values, amplitudes: nil, unitCount: unitCount)
    }
    static func values(of train: SpikeTrain) -> [Int8] { train.signs }
    static func append(_ values: [Int8], to pending: inout PendingSpikes) { pending.signs[0] += values }
    static func firstNotFinite(_ values: UnsafeBufferPointer<Int8>) -> Int? { nil }
}

extension Float: SpikeValue {
    static func train(_ values: [Float], unitCount: Int) -> SpikeTrain {
        SpikeTrain(amplitudes: values, unitCount: unitCount)
    }
    static func values(of train: SpikeTrain) -> [Float] { train.amplitudes ?? train.signs.map(Float.init) }
    static func append(_ values: [Float], to pending: inout PendingSpikes) { pending.amplitudes[0] += values }
    static func firstNotFinite(_ values: UnsafeBufferPointer<Float>) -> Int? {
        areFinite(values) ? nil : values.firstIndex { !$0.isFinite }
    }
}

extension ChannelwiseCodec {
    var startsAtZero: Bool { false }
    var startsFromChannelZero: Bool { false }

    func initialValue(forChannel channel: Int, first: Float, channelZero: ArraySlice<Float>) -> Float { first }

    public func encode(
        _ signal: Signal, ranges: [ValueRange]?, threads: Int
    ) throws(CodecError) -> EncodedSignal {
        try encodeChannels(signal, ranges: ranges, threads: threads)
    }

    public func stream(channelCount: Int, ranges: [ValueRange]?) throws(CodecError) -> SpikeStream {
        try streamChannels(channelCount: channelCount, ranges: ranges)
    }

    func encodeChannels(
        _ signal: Signal, ranges: [ValueRange]?, threads: Int
    ) throws(CodecError) -> EncodedSignal {
        try signal.requireContent()
        try check(channelCount: signal.channelCount)
        try check(ranges: ranges, channelCount: signal.channelCount)
        let spikes = try encodeRows(signal, knownRanges: needsRange ? ranges : nil, threads: threads)
        return EncodedSignal(
            encodedBy: codec, spikes: Channel.Spike.train(spikes.values, unitCount: signal.channelCount),
            channels: (0..<signal.channelCount).map { channel in
                EncodedChannel(
                    name: signal.channelNames.isEmpty ? nil : signal.channelNames[channel],
                    initialValue: startsAtZero
                        ? zero(lessOffset: signal.offset(ofChannel: channel))
                        : initialValue(
                            forChannel: channel, first: signal[channel, 0],
                            channelZero: moved(
                                signal.channel(0).prefix(signal.channelCount),
                                by: signal.offset(ofChannel: 0) - signal.offset(ofChannel: channel))),
                    range: needsRange ? spikes.ranges[channel] : nil, offset: signal.offset(ofChannel: channel))
            }, samplingRate: signal.samplingRate, unit: signal.unit, startTime: signal.startTime)
    }

    /// The spikes of all channels, and each channel's range where the codec needs it.
    private func encodeRows(
        _ signal: Signal, knownRanges: [ValueRange]?, threads: Int
    ) throws(CodecError) -> (values: [Channel.Spike], ranges: [ValueRange]) {
        let (channels, samples) = (signal.channelCount, signal.sampleCount)
        let jobs = jobs(signal, threads: threads)
        var ranges: Result<[[ValueRange]], CodecError> = .success([])
        let values = [Channel.Spike](unsafeUninitializedCapacity: channels * samples) { output, count in
            nonisolated(unsafe) let start = output.baseAddress!
            do throws(CodecError) {
                ranges = .success(
                    try mapIndices(below: jobs.count, threads: threads) { (job) throws(CodecError) in
                        try encode(jobs[job], of: signal, knownRanges: knownRanges, into: start)
                    })
                count = channels * samples
            } catch {
                ranges = .failure(error)
            }
        }
        return (values, Array(try ranges.get().joined()))
    }

    func jobs(_ signal: Signal, threads: Int) -> [Range<Int>] { (0..<signal.channelCount).map { $0..<$0 + 1 } }

    func encode(
        _ job: Range<Int>, of signal: Signal, knownRanges: [ValueRange]?,
        into spikes: UnsafeMutablePointer<Channel.Spike>
    ) throws(CodecError) -> [ValueRange] {
        try encodeChannel(job.lowerBound, of: signal, knownRanges: knownRanges, into: spikes)
    }

    /// The range that a channel is encoded with, if the codec needs it. The channel is checked for NaN and infinity in
    /// any case.
    func range(
        ofChannel channel: Int, in signal: Signal, known: [ValueRange]?
    ) throws(CodecError) -> ValueRange? {
        if !needsRange { return nil }
        let range = try signal.range(ofChannel: channel)
        return known?[channel] ?? range
    }

    func encodeChannel(
        _ channel: Int, of signal: Signal, knownRanges: [ValueRange]?,
        into spikes: UnsafeMutablePointer<Channel.Spike>
    ) throws(CodecError) -> [ValueRange] {
        let range = try range(ofChannel: channel, in: signal, known: knownRanges)
        var encoder = encoder(forChannel: channel, range: range)
        encoder.start(zero: Float(-signal.offset(ofChannel: channel)))
        let failure: CodecError? = signal.withChannel(channel) { samples in
            var next = spikes + channel * samples.count
            for start in stride(from: 0, to: samples.count, by: blockLength) {
                let block = UnsafeBufferPointer(rebasing: samples[start..<min(start + blockLength, samples.count)])
                guard range != nil || areFinite(block) else {
                    return signal.notFinite(block, channel: channel, firstSample: start)
                }
                let count = encoder.encode(block, into: next)
                if let place = Channel.Spike.firstNotFinite(UnsafeBufferPointer(start: next, count: count)) {
                    return .amplitudeBeyondFloat32(channel: channel, sample: start + place)
                }
                next += count
            }
            encoder.finish(into: next)
            return nil
        }
        if let failure { throw failure }
        return range.map { [$0] } ?? []
    }

    func decode(
        channel: Int, _ spikes: UnsafeBufferPointer<Channel.Spike>, range: ValueRange?, initialValue: Float,
        into signal: UnsafeMutablePointer<Float>
    ) {
        guard var decoder = decoder(forChannel: channel, range: range, initialValue: initialValue) else {
            preconditionFailure("\(Self.name): a codec without a decoder of channels must decode them as a whole")
        }
        let count = decoder.decode(next: spikes, into: signal)
        decoder.finish(into: signal + count)
    }

    public func decodingStream(
        channels: [EncodedChannel], samplingRate: Double?, unit: String?, startTime: Double
    ) throws(CodecError) -> DecodingStream {
        var decoders: [any ChannelDecoding] = []
        for (index, channel) in channels.enumerated() {
            guard
                let decoder = decoder(
                    forChannel: index, range: channel.range, initialValue: startsAtZero ? 0 : channel.initialValue)
            else { throw .noDecodingStream(codec: Self.name) }
            decoders.append(ChannelDecoderStream(decoder: decoder))
        }
        return DecodingStream(
            codec: codec, decoders: decoders, channels: channels, hasOffsets: !startsAtZero,
            samplingRate: samplingRate, unit: unit, startTime: startTime)
    }

    func streamChannels(channelCount: Int, ranges: [ValueRange]?) throws(CodecError) -> SpikeStream {
        guard channelCount > 0 else { throw .empty(channels: channelCount, samples: 0) }
        try check(channelCount: channelCount)
        if needsRange && ranges == nil { throw .streamNeeds(codec: Self.name, what: "the range of every channel") }
        try check(ranges: ranges, channelCount: channelCount)
        let encoders = (0..<channelCount).map { channel in
            let range = needsRange ? ranges?[channel] : nil
            return ChannelStream(encoder: encoder(forChannel: channel, range: range), range: range)
        }
        return SpikeStream(codec: codec, channels: encoders, startsFromChannelZero: startsFromChannelZero) {
            channel, first, channelZero in
            SpikeStream.Start(
                initialValue: startsAtZero
                    ? zero(lessOffset: first.offset)
                    : initialValue(forChannel: channel, first: first.difference, channelZero: channelZero),
                offset: first.offset)
        }
    }

    public func decode(
        _ encoded: EncodedSignal, initialValues: PerChannel<Float>?, threads: Int
    ) throws(CodecError) -> Signal {
        // Steps near 0 are exact only without the offset.
        let isFromZero = startsAtZero && initialValues == nil
        let starts = try isFromZero ? encoded.channels.map { _ in 0 } : startingValues(encoded, initialValues)
        let (channels, samples) = (encoded.channels, encoded.spikes.stepCount)
        let spikes = Channel.Spike.values(of: encoded.spikes)
        let values = [Float](unsafeUninitializedCapacity: spikes.count) { output, count in
            nonisolated(unsafe) let start = output
            spikes.withUnsafeBufferPointer { all in
                nonisolated(unsafe) let all = all
                forEachIndex(below: samples == 0 ? 0 : channels.count, threads: threads) { channel in
                    decode(
                        channel: channel,
                        UnsafeBufferPointer(rebasing: all[channel * samples..<(channel + 1) * samples]),
                        range: channels[channel].range, initialValue: starts[channel],
                        into: start.baseAddress! + channel * samples)
                }
            }
            count = spikes.count
        }
        return encoded.signal(values, offsets: isFromZero ? [] : channels.map(\.offset))
    }
}

extension EncodedSignal {
    /// Decoded values with the recording's rate, names, unit and start.
    ///
    /// - Parameter offsets: The offsets to add to the values, one per channel, or empty for none; `nil` for the
    ///   channels' own offsets.
    func signal(_ values: [Float], offsets: [Double]? = nil) -> Signal {
        let names = channels.compactMap(\.name)
        return Signal(
            values: values, channelCount: channels.count, samplingRate: samplingRate,
            channelNames: names.count == channels.count ? names : [], unit: unit, startTime: startTime,
            channelOffsets: offsets ?? channels.map(\.offset))
    }
}

/// The recording's 0 minus the offset of a channel, rounded to Float32.
private func zero(lessOffset offset: Double) -> Float {
    let largest = Double(Float.greatestFiniteMagnitude)
    return Float(max(-largest, min(0 - offset, largest)))
}

/// The samples of a channel relative to another offset.
func moved(_ samples: ArraySlice<Float>, by difference: Double) -> ArraySlice<Float> {
    difference == 0 ? samples : samples.map { Float(Double($0) + difference) }[...]
}

/// The number of samples of a channel that are checked and encoded at a time: few enough to be in the processor's cache
/// for the second pass, even of 16 channels, and many enough for it to fetch them ahead.
let blockLength = 4096
