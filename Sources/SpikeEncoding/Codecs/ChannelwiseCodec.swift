/// A codec that gives every channel one unit and every sample one step, and knows nothing across channels.
///
/// It supplies one channel's encoder and decoder; batches, threads, streams and checks are the same for all.
protocol ChannelwiseCodec: SignalCodec {
    associatedtype Channel: ChannelEncoder
    associatedtype Lanes: LaneEncoder = NoLanes

    /// - Parameter range: The channel's, if the codec needs it.
    func encoder(forChannel channel: Int, range: ValueRange?) -> Channel

    /// Whether 16 channels can be encoded at once.
    var hasLanes: Bool { get }

    /// The encoder of 16 channels from `firstChannel` on, whose first samples are `first`.
    ///
    /// - Parameter ranges: Of these channels, if the codec needs them.
    func lanes(firstChannel: Int, ranges: [ValueRange], first: SIMD16<Float>) -> Lanes

    /// Where decoding starts for a channel.
    ///
    /// - Parameters:
    ///   - first: The channel's first sample.
    ///   - channelZero: The first samples of channel 0, as many as there are channels if there are as many, less the
    ///     offset of `channel`.
    func initialValue(forChannel channel: Int, first: Float, channelZero: ArraySlice<Float>) -> Float

    /// Decodes one channel.
    ///
    /// - Parameters:
    ///   - initialValue: In the recording's unit, less the channel's offset, as all values here.
    ///   - signal: Takes one value a step.
    func decode(
        channel: Int, _ spikes: UnsafeBufferPointer<Channel.Spike>, range: ValueRange?, initialValue: Float,
        into signal: UnsafeMutablePointer<Float>)
}

/// One channel's parameters and state. Chunks of any size give the spikes that one call would.
protocol ChannelEncoder: Sendable {
    /// `Int8` signs or `Float` amplitudes.
    associatedtype Spike: SpikeValue = Int8

    /// Called before the first samples.
    ///
    /// - Parameter zero: The recording's 0, less the channel's offset.
    mutating func start(zero: Float)

    /// Encodes finite samples; returns how many spikes it wrote, at most one a sample.
    mutating func encode(_ samples: UnsafeBufferPointer<Float>, into spikes: UnsafeMutablePointer<Spike>) -> Int

    /// Samples taken whose spikes are still to come.
    var lag: Int { get }

    /// Writes the spikes that were still to come, `lag` of them.
    mutating func finish(into spikes: UnsafeMutablePointer<Spike>)
}

extension ChannelEncoder {
    mutating func start(zero: Float) {}
    var lag: Int { 0 }
    mutating func finish(into spikes: UnsafeMutablePointer<Spike>) {}
}

/// What one step of a unit holds.
protocol SpikeValue: Sendable {
    static func train(_ values: [Self], unitCount: Int) -> SpikeTrain
    static func values(of train: SpikeTrain) -> [Self]
    static func append(_ values: [Self], to pending: inout PendingSpikes)
}

extension Int8: SpikeValue {
    static func train(_ values: [Int8], unitCount: Int) -> SpikeTrain {
        SpikeTrain(unchecked: values, amplitudes: nil, unitCount: unitCount)
    }
    static func values(of train: SpikeTrain) -> [Int8] { train.signs }
    static func append(_ values: [Int8], to pending: inout PendingSpikes) { pending.signs[0] += values }
}

extension Float: SpikeValue {
    static func train(_ values: [Float], unitCount: Int) -> SpikeTrain {
        SpikeTrain(amplitudes: values, unitCount: unitCount)
    }
    static func values(of train: SpikeTrain) -> [Float] { train.amplitudes ?? train.signs.map(Float.init) }
    static func append(_ values: [Float], to pending: inout PendingSpikes) { pending.amplitudes[0] += values }
}

extension ChannelwiseCodec {
    var hasLanes: Bool { true }

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
            codec: codec, spikes: Channel.Spike.train(spikes.values, unitCount: signal.channelCount),
            channels: (0..<signal.channelCount).map { channel in
                EncodedChannel(
                    name: signal.channelNames.isEmpty ? nil : signal.channelNames[channel],
                    initialValue: initialValue(
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
        // Lanes take the recording's zero for 0.
        let jobs = jobs(
            channelCount: channels, inLanes: hasLanes && signal.channelOffsets.isEmpty, threads: threads)
        var ranges: Result<[[ValueRange]], CodecError> = .success([])
        let values = [Channel.Spike](unsafeUninitializedCapacity: channels * samples) { output, count in
            nonisolated(unsafe) let start = output.baseAddress!
            do throws(CodecError) {
                ranges = .success(
                    try mapIndices(below: jobs.count, threads: threads) { (job) throws(CodecError) in
                        let channels = jobs[job]
                        if channels.count > 1 { return try encodeLanes(signal, channels, knownRanges, into: start) }
                        let target = start + channels.lowerBound * samples
                        return try encodeChannel(signal, channels.lowerBound, knownRanges, into: target)
                    })
                count = channels * samples
            } catch {
                ranges = .failure(error)
            }
        }
        return (values, Array(try ranges.get().joined()))
    }

    /// Channels that are encoded together: 32 in lanes if that leaves work for every thread, or 16, the rest one by one.
    private func jobs(channelCount: Int, inLanes: Bool, threads: Int) -> [Range<Int>] {
        let widest = channelCount < 32 * threads ? 16 : 32
        var jobs: [Range<Int>] = []
        var channel = 0
        while channel < channelCount {
            let left = channelCount - channel
            let size = !inLanes || left < 16 ? 1 : left < 32 ? 16 : widest
            jobs.append(channel..<channel + size)
            channel += size
        }
        return jobs
    }

    private func range(
        _ signal: Signal, _ channel: Int, _ known: [ValueRange]?
    ) throws(CodecError) -> ValueRange? {
        if !needsRange { return nil }
        let range = try signal.range(ofChannel: channel)
        return known?[channel] ?? range
    }

    private func encodeChannel(
        _ signal: Signal, _ channel: Int, _ knownRanges: [ValueRange]?,
        into spikes: UnsafeMutablePointer<Channel.Spike>
    ) throws(CodecError) -> [ValueRange] {
        let range = try range(signal, channel, knownRanges)
        var encoder = encoder(forChannel: channel, range: range)
        encoder.start(zero: Float(-signal.offset(ofChannel: channel)))
        let failure: CodecError? = signal.withChannel(channel) { samples in
            var next = spikes
            for start in stride(from: 0, to: samples.count, by: blockLength) {
                let block = UnsafeBufferPointer(rebasing: samples[start..<min(start + blockLength, samples.count)])
                guard range != nil || isFinite(block) else {
                    return signal.notFinite(block, channel: channel, firstSample: start)
                }
                next += encoder.encode(block, into: next)
            }
            encoder.finish(into: next)
            return nil
        }
        if let failure { throw failure }
        return range.map { [$0] } ?? []
    }

    private func encodeLanes(
        _ signal: Signal, _ channels: Range<Int>, _ knownRanges: [ValueRange]?,
        into spikes: UnsafeMutablePointer<Channel.Spike>
    ) throws(CodecError) -> [ValueRange] {
        let samples = signal.sampleCount
        var ranges: [ValueRange] = []
        for channel in channels {
            if let range = try range(signal, channel, knownRanges) { ranges.append(range) }
        }
        var groups = stride(from: 0, to: channels.count, by: 16).map { offset in
            var first = SIMD16<Float>.zero
            for lane in 0..<16 { first[lane] = signal.values[(channels.lowerBound + offset + lane) * samples] }
            return lanes(
                firstChannel: channels.lowerBound + offset, ranges: Array(ranges.dropFirst(offset).prefix(16)),
                first: first)
        }
        let signs = UnsafeMutableRawPointer(spikes + channels.lowerBound * samples).assumingMemoryBound(to: Int8.self)
        let failure: CodecError? = signal.values.withUnsafeBufferPointer { all in
            let rows = all.baseAddress! + channels.lowerBound * samples
            for start in stride(from: 0, to: samples, by: blockLength) {
                let length = min(blockLength, samples - start)
                let areFinite = groups.withUnsafeMutableBufferPointer { groups in
                    Lanes.encode(groups, rows: rows + start, rowStride: samples, count: length, into: signs + start)
                }
                if !areFinite { return signal.firstNotFinite(channels, start..<start + length) }
            }
            return nil
        }
        if let failure { throw failure }
        return ranges
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
        return SpikeStream(codec: codec, channels: encoders) { channel, first, channelZero in
            SpikeStream.Start(
                initialValue: initialValue(
                    forChannel: channel, first: first.difference, channelZero: channelZero), offset: first.offset)
        }
    }

    public func decode(
        _ encoded: EncodedSignal, initialValues: PerChannel<Float>?, threads: Int
    ) throws(CodecError) -> Signal {
        let starts = try startingValues(encoded, initialValues)
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
        return encoded.signal(values)
    }
}

extension EncodedSignal {
    /// Decoded values, less the channels' offsets, with the recording's rate, names, unit and start.
    func signal(_ values: [Float]) -> Signal {
        let names = channels.compactMap(\.name)
        return Signal(
            values: values, channelCount: channels.count, samplingRate: samplingRate,
            channelNames: names.count == channels.count ? names : [], unit: unit, startTime: startTime,
            channelOffsets: channels.map(\.offset))
    }
}

/// A channel's samples as they are less another offset.
func moved(_ samples: ArraySlice<Float>, by difference: Double) -> ArraySlice<Float> {
    difference == 0 ? samples : samples.map { Float(Double($0) + difference) }[...]
}

/// Samples of a channel checked and encoded at a time: few enough to be in the processor's cache for the second look,
/// even of 16 channels, and many enough for it to fetch them ahead.
private let blockLength = 4096
