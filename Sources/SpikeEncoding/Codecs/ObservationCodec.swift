/// A codec that encodes every value on its own, over several steps and by one or more units.
///
/// A recording's sample becomes `stepsPerSample` steps; a channel becomes `unitsPerChannel` units. An observation is a
/// sample of a recording whose channels are the features.
public protocol ObservationCodec: SignalCodec {
    /// T, the number of steps that each value is encoded over.
    var steps: Int { get }
    /// How rates become spikes.
    var conversion: RateConversion { get }
    /// The definition by which deterministic spikes are placed and decoded.
    var dialect: Dialect { get }
    /// The value that is scaled to 0.
    var minimum: PerChannel<Double> { get }
    /// The value that is scaled to 1.
    var maximum: PerChannel<Double> { get }

    /// The firing rates of the units of one channel, or feature.
    ///
    /// - Parameters:
    ///   - value: The value scaled to 0…1.
    ///   - rates: Memory for the rate of each unit, in spikes per step, 0…1.
    func rates(scaled value: Double, into rates: UnsafeMutableBufferPointer<Double>)

    /// The value that the spikes of one channel, or feature, stand for.
    ///
    /// - Parameter counts: The number of spikes of each unit in T steps.
    /// - Returns: The value scaled to 0…1.
    func scaledValue(counts: [Int]) -> Double
}

extension ObservationCodec {
    public var stepsPerSample: Int { steps }

    public func checkTogether() throws(CodecError) {
        if conversion != .deterministic && dialect == .reference {
            throw .parameter(
                codec: Self.name, name: "dialect", value: dialect.rawValue,
                requirement: "standard, or the conversion deterministic (the package's Poisson spikes cannot be "
                    + "reproduced)")
        }
        for index in 0..<max(minimum.values.count, maximum.values.count) {
            guard minimum.values.count == 1 || index < minimum.values.count,
                maximum.values.count == 1 || index < maximum.values.count
            else { continue }
            if minimum[index] >= maximum[index] {
                throw .parameter(
                    codec: Self.name, name: "maximum", value: "\(maximum[index])",
                    requirement: "above minimum \(minimum[index])")
            }
        }
    }

    /// Encodes each sample of a recording as an observation of its channels.
    ///
    /// - Parameters:
    ///   - signal: The recording, `channels × samples`.
    ///   - ranges: The parameter is not used, because the codec scales by its own `minimum` and `maximum`.
    ///   - threads: The number of threads to use; the result is the same for any number.
    /// - Throws: `CodecError` for an empty recording, NaN, infinity, or parameters that do not fit its channels.
    public func encode(
        _ signal: Signal, ranges: [ValueRange]?, threads: Int
    ) throws(CodecError) -> EncodedSignal {
        try signal.requireContent()
        do throws(CodecError) {
            return try encode(Observations(signal), threads: threads)
        } catch {
            // A recording has channels and samples.
            guard case .notFiniteFeature(let row, let feature, let value) = error else { throw error }
            throw .notFinite(channel: feature, sample: row, value: Float(value))
        }
    }

    /// Encodes observations, `rows × features`. The spikes are `features·units × rows·T`, with one row after the other
    /// in time.
    ///
    /// - Parameters:
    ///   - observations: The observations, `rows × features`.
    ///   - threads: The number of threads to use; the result is the same for any number.
    /// - Throws: `CodecError` if there are no observations, for NaN or infinity, and for parameters that do not fit the
    ///   features.
    public func encode(
        _ observations: Observations, threads: Int = defaultThreadCount
    ) throws(CodecError) -> EncodedSignal {
        let (rows, features) = (observations.rowCount, observations.featureCount)
        guard rows > 0 else { throw .empty(channels: features, samples: 0) }
        try check(channelCount: features)
        if let flaw = observations.values.firstIndex(where: { !$0.isFinite }) {
            throw .notFiniteFeature(row: flaw / features, feature: flaw % features, value: observations.values[flaw])
        }
        // Steps and units are at most a million and 65,536: only their product with the observations can be too large.
        let (units, rowLength) = (unitsPerChannel, rows * steps)
        guard Double(features * units) * Double(rowLength) <= 0x1p32 else {
            throw .tooManySteps(codec: Self.name, units: features * units, steps: rowLength)
        }
        var clipped = [Int](repeating: 0, count: features)
        let signs = [Int8](unsafeUninitializedCapacity: features * units * rowLength) { output, count in
            nonisolated(unsafe) let start = output.baseAddress!
            clipped.withUnsafeMutableBufferPointer { clipped in
                nonisolated(unsafe) let clipped = clipped
                forEachIndex(below: features, threads: threads) { feature in
                    let scale = ObservationScale(minimum: minimum[feature], maximum: maximum[feature], dialect: dialect)
                    for row in 0..<rows {
                        let isClipped = encode(
                            scale, observations.values[row * features + feature],
                            firstIndex: (row * features + feature) * units,
                            into: start + feature * units * rowLength + row * steps, unitStride: rowLength)
                        if isClipped { clipped[feature] += 1 }
                    }
                }
            }
            count = features * units * rowLength
        }
        return EncodedSignal(
            encodedBy: codec, spikes: SpikeTrain(unchecked: signs, amplitudes: nil, unitCount: features * units),
            channels: (0..<features).map { feature in
                let start = start(ofChannel: feature, at: observations.values[feature])
                return EncodedChannel(
                    name: observations.featureNames.isEmpty ? nil : observations.featureNames[feature],
                    initialValue: start.initialValue, offset: start.offset)
            }, samplingRate: observations.samplingRate, unit: observations.unit, clippedCount: clipped.reduce(0, +),
            startTime: observations.startTime)
    }

    /// The first value, kept though decoding does without, and the minimum as offset where Float32 alone could lose
    /// more than 2⁻¹⁸ of the range.
    private func start(ofChannel channel: Int, at value: Double) -> SpikeStream.Start {
        let (least, largest) = (minimum[channel], maximum[channel])
        let isFar = max(abs(least), abs(largest)) * 0x1p-24 > (largest - least) * 0x1p-18
        let offset = isFar ? least : 0
        return SpikeStream.Start(initialValue: finiteFloat(value - offset), offset: offset)
    }

    /// Encodes one value; returns whether it was clipped.
    fileprivate func encode(
        _ scale: ObservationScale, _ value: Double, firstIndex: Int, into spikes: UnsafeMutablePointer<Int8>,
        unitStride: Int
    ) -> Bool {
        let (scaled, isClipped) = scale(value)
        withUnsafeTemporaryAllocation(of: Double.self, capacity: unitsPerChannel) { rates in
            self.rates(scaled: scaled, into: rates)
            for unit in 0..<unitsPerChannel {
                conversion.encode(
                    rate: rates[unit], index: firstIndex + unit, steps: steps, dialect: dialect,
                    into: spikes + unit * unitStride)
            }
        }
        return isClipped
    }

    public func stream(channelCount: Int, ranges: [ValueRange]?) throws(CodecError) -> SpikeStream {
        guard channelCount > 0 else { throw .empty(channels: channelCount, samples: 0) }
        try check(channelCount: channelCount)
        let channels = (0..<channelCount).map { _ in ObservationStream(codec: self, channelCount: channelCount) }
        return SpikeStream(codec: codec, channels: channels) { channel, first, _ in
            start(ofChannel: channel, at: first.value)
        }
    }

    /// Decodes each value from the spike counts of its units.
    ///
    /// - Parameters:
    ///   - encoded: A recording that this codec encoded.
    ///   - initialValues: `nil`, because decoding does not start from a value.
    ///   - threads: The number of threads to use; the result is the same for any number.
    /// - Throws: `CodecError` if there are initial values.
    public func decode(
        _ encoded: EncodedSignal, initialValues: PerChannel<Float>?, threads: Int
    ) throws(CodecError) -> Signal {
        _ = try startingValues(encoded, initialValues)
        let (units, samples) = (unitsPerChannel, encoded.sampleCount)
        let rowLength = encoded.spikes.stepCount
        let channels = try mapIndices(below: encoded.channels.count, threads: threads) { (channel) throws(CodecError) in
            try (0..<samples).map { (sample) throws(CodecError) in
                let counts = (0..<unitsPerChannel).map { unit in
                    let first = (channel * units + unit) * rowLength + sample * steps
                    return encoded.spikes.signs[first..<first + steps].reduce(0) { $0 + Int($1) }
                }
                return try value(
                    counts: counts, channel: channel, sample: sample, offset: encoded.channels[channel].offset)
            }
        }
        return encoded.signal(Array(channels.joined()))
    }

    /// The decoded value of a sample, less the channel's offset.
    fileprivate func value(
        counts: [Int], channel: Int, sample: Int, offset: Double
    ) throws(CodecError) -> Float {
        let value = scaledValue(counts: counts)
        let least = minimum[channel] - offset
        let difference = least + value * (maximum[channel] - minimum[channel])
        guard Float(difference).isFinite else {
            throw .beyondFloat32(channel: channel, sample: sample, value: difference)
        }
        return Float(difference)
    }

    public func decodingStream(
        channels: [EncodedChannel], samplingRate: Double?, unit: String?, startTime: Double
    ) throws(CodecError) -> DecodingStream {
        DecodingStream(
            codec: codec,
            decoders: channels.map { ObservationDecoding(codec: self, offset: $0.offset) },
            channels: channels, hasOffsets: true, samplingRate: samplingRate, unit: unit, startTime: startTime)
    }
}

/// The nearest finite Float32.
private func finiteFloat(_ value: Double) -> Float {
    let largest = Double(Float.greatestFiniteMagnitude)
    return Float(min(max(value, -largest), largest))
}

/// The linear map from known bounds to 0…1.
package struct ObservationScale {
    let minimum: Double
    let maximum: Double
    let dialect: Dialect

    package init(minimum: Double, maximum: Double, dialect: Dialect) {
        self.minimum = minimum
        self.maximum = maximum
        self.dialect = dialect
    }

    /// The scaled value, which may lie outside of 0…1.
    package func unclipped(_ value: Double) -> Double {
        switch dialect {
        case .standard:
            let width = maximum - minimum
            if width.isFinite { return (value - minimum) / width }
            // In halves, whose differences do not overflow.
            return (value / 2 - minimum / 2) / (maximum / 2 - minimum / 2)
        case .reference:
            let scale = 1 / (maximum - minimum)
            return value * scale - minimum * scale
        }
    }

    package func callAsFunction(_ value: Double) -> (scaled: Double, isClipped: Bool) {
        if value < minimum { return (0, true) }
        if value > maximum { return (1, true) }
        return (min(1, max(0, unclipped(value))), false)
    }
}

private struct ObservationStream<ObservationCodecType: ObservationCodec>: ChannelStreaming {
    let codec: ObservationCodecType
    let channelCount: Int
    private(set) var clippedCount = 0
    private var position = 0

    init(codec: ObservationCodecType, channelCount: Int) {
        self.codec = codec
        self.channelCount = channelCount
    }

    var range: ValueRange? { nil }

    mutating func push(_ chunk: Signal, channel: Int, into pending: inout PendingSpikes) {
        let scale = ObservationScale(
            minimum: codec.minimum[channel], maximum: codec.maximum[channel], dialect: codec.dialect)
        var spikes = [Int8](repeating: 0, count: codec.unitsPerChannel * codec.steps)
        for sample in 0..<chunk.sampleCount {
            let value = chunk.value(ofChannel: channel, sample: sample)
            spikes.withUnsafeMutableBufferPointer { spikes in
                let isClipped = codec.encode(
                    scale, value, firstIndex: (position * channelCount + channel) * codec.unitsPerChannel,
                    into: spikes.baseAddress!, unitStride: codec.steps)
                if isClipped { clippedCount += 1 }
            }
            position += 1
            for unit in 0..<codec.unitsPerChannel {
                pending.signs[unit] += spikes[unit * codec.steps..<(unit + 1) * codec.steps]
            }
        }
    }

    mutating func finish(into pending: inout PendingSpikes) {}
}

private struct ObservationDecoding<ObservationCodecType: ObservationCodec>: ChannelDecoding {
    let codec: ObservationCodecType
    let offset: Double
    private var counts: [Int]
    private var step = 0
    private var sample = 0

    init(codec: ObservationCodecType, offset: Double) {
        (self.codec, self.offset) = (codec, offset)
        counts = Array(repeating: 0, count: codec.unitsPerChannel)
    }

    mutating func push(_ spikes: SpikeTrain, channel: Int, into values: inout [Float]) throws(CodecError) {
        let units = codec.unitsPerChannel
        for index in 0..<spikes.stepCount {
            for unit in 0..<units {
                counts[unit] += Int(spikes.signs[(channel * units + unit) * spikes.stepCount + index])
            }
            step += 1
            guard step == codec.steps else { continue }
            values.append(try codec.value(counts: counts, channel: channel, sample: sample, offset: offset))
            (step, sample) = (0, sample + 1)
            for unit in 0..<units { counts[unit] = 0 }
        }
    }

    mutating func finish(into values: inout [Float]) {}
}
