import SpikeEncoding

/// Encodes samples as they arrive, and turns their spikes into bytes. Memory is constant.
public struct SampleEncoding {
    private var stream: SpikeStream
    private let channelCount: Int
    private let offsets: [Double]
    private let marks: Bool
    private let format: EventStreamFormat
    private var writer: EventStreamWriter?
    /// Spikes that came before the header was known.
    private var held: [SpikeTrain] = []
    private var stepCount = 0
    private var sampleCount = 0
    /// The number of spikes so far.
    public private(set) var spikeCount = 0
    /// The number of values so far that were clipped to the codec's range.
    public var clippedCount: Int { stream.clippedCount }

    /// An encoding before the first sample.
    ///
    /// - Parameters:
    ///   - stream: The stream of a codec, with the sampling rate, the start and the names of the recording.
    ///   - channelCount: The number of channels.
    ///   - offsets: A number for each channel that is subtracted before values are rounded to Float32, or an empty array.
    ///   - format: How events are written.
    ///   - marks: Whether each chunk ends with a mark that says how many steps are decided.
    public init(
        _ stream: SpikeStream, channelCount: Int, offsets: [Double] = [], format: EventStreamFormat, marks: Bool = false
    ) {
        (self.stream, self.channelCount, self.offsets) = (stream, channelCount, offsets)
        (self.format, self.marks) = (format, marks)
    }

    /// Encodes the next samples.
    ///
    /// - Parameters:
    ///   - samples: The samples, interleaved, finite, and all channels of each.
    ///   - bytes: The bytes that the events are added to.
    /// - Throws: `CodecError` for values beyond Float32 after their offset, and for amplitudes beyond Float32, after the
    ///   events of the samples before were added.
    public mutating func encode(_ samples: [Double], to bytes: inout [UInt8]) throws {
        let base = stream.codec.base
        // Codecs of observations make many steps from one sample.
        let length = max(1, (1 << 20) / (base.stepsPerSample * base.unitsPerChannel * channelCount))
        let count = samples.count / channelCount
        for start in stride(from: 0, to: count, by: length) {
            try encode(samples, start..<min(count, start + length), to: &bytes)
        }
        if marks, let writer, count > 0 { writer.writeMark(steps: stepCount, to: &bytes) }
    }

    private mutating func encode(_ samples: [Double], _ rows: Range<Int>, to bytes: inout [UInt8]) throws {
        do {
            try write(stream.push(signal(samples, rows)), to: &bytes)
            sampleCount += rows.count
        } catch let error as CodecError {
            if let flaw = error.flaw?.sample, flaw > sampleCount {
                try encode(samples, rows.prefix(flaw - sampleCount), to: &bytes)
            }
            throw error
        }
    }

    /// Ends the recording.
    ///
    /// - Parameter bytes: The bytes that the last events and the last mark are added to.
    public mutating func finish(to bytes: inout [UInt8]) throws {
        try write(stream.finish(), isLast: true, to: &bytes)
        writer?.writeMark(steps: stepCount, to: &bytes)
    }

    private func signal(_ samples: [Double], _ rows: Range<Int>) -> Signal {
        let values = [Float](unsafeUninitializedCapacity: channelCount * rows.count) { output, count in
            for channel in 0..<channelCount {
                let offset = offsets.isEmpty ? 0 : offsets[channel]
                for row in rows {
                    let place = channel &* rows.count &+ row &- rows.lowerBound
                    output[place] = Float(samples[row &* channelCount &+ channel] - offset)
                }
            }
            count = channelCount * rows.count
        }
        // Codecs of observations scale in double precision.
        let isExact = !(stream.codec.base is any ObservationCodec)
        let exact =
            isExact ? nil : (0..<channelCount).flatMap { channel in rows.map { samples[$0 * channelCount + channel] } }
        return Signal(
            values: values, channelCount: channelCount, samplingRate: nil, channelNames: [], unit: nil,
            startTime: stream.startTime ?? 0, channelOffsets: offsets, exactValues: exact)
    }

    private mutating func write(_ spikes: SpikeTrain, isLast: Bool = false, to bytes: inout [UInt8]) throws {
        guard let writer else {
            held.append(spikes)
            guard stream.hasFinalChannels || isLast, let channels = stream.encodedChannels else { return }
            let base = stream.codec.base
            let unitCount = channelCount * base.unitsPerChannel
            let none =
                base.isGraded
                ? SpikeTrain(amplitudes: [], unitCount: unitCount) : SpikeTrain(signs: [], unitCount: unitCount)
            let encoded = EncodedSignal(
                codec: stream.codec, spikes: none, channels: channels, samplingRate: stream.samplingRate,
                unit: stream.unit, startTime: stream.startTime ?? 0)
            let made = EventStreamWriter(format, times: encoded.stepTimes, isGraded: base.isGraded)
            bytes += try made.header(encoded)
            writer = made
            for part in held { add(part, made, to: &bytes) }
            held = []
            return
        }
        add(spikes, writer, to: &bytes)
    }

    private mutating func add(_ spikes: SpikeTrain, _ writer: EventStreamWriter, to bytes: inout [UInt8]) {
        writer.write(spikes, firstStep: stepCount, to: &bytes)
        stepCount += spikes.stepCount
        spikeCount += spikes.spikeCount
    }
}
