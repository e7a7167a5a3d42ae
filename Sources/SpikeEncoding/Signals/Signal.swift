/// A recording: `channels × samples`, Float32, one channel after the other in memory.
///
/// A signal is plain data. It may hold any value; codecs reject NaN and infinity when they encode it.
public struct Signal: Sendable, Hashable {
    public let channelCount: Int
    public let sampleCount: Int

    /// `channelCount * sampleCount` values; channel `c` is at `c * sampleCount ..< (c + 1) * sampleCount`.
    public let values: [Float]

    /// In Hz; nil if the recording does not say.
    public var samplingRate: Double?

    /// One name a channel, or empty.
    public var channelNames: [String]

    /// The unit of the values, for axis labels, such as `mV`.
    public var unit: String?

    /// - Parameters:
    ///   - values: `channels × samples`, channel after channel; traps unless it holds exactly that many.
    ///   - samplingRate: In Hz, above 0.
    ///   - channelNames: One a channel, or empty.
    public init(
        values: [Float], channelCount: Int, samplingRate: Double? = nil, channelNames: [String] = [],
        unit: String? = nil
    ) {
        precondition(channelCount >= 0, "Signal: channelCount must be >= 0, got \(channelCount)")
        let sampleCount = channelCount == 0 ? 0 : values.count / channelCount
        precondition(
            values.count == channelCount * sampleCount,
            "Signal: \(values.count) values do not divide into \(channelCount) channels")
        precondition(
            channelNames.isEmpty || channelNames.count == channelCount,
            "Signal: \(channelNames.count) names for \(channelCount) channels")
        self.values = values
        self.channelCount = channelCount
        self.sampleCount = sampleCount
        self.samplingRate = samplingRate
        self.channelNames = channelNames
        self.unit = unit
    }

    /// A signal from one array a channel; traps unless all have the same length.
    public init(
        channels: [[Float]], samplingRate: Double? = nil, channelNames: [String] = [], unit: String? = nil
    ) {
        let lengths = Set(channels.map(\.count))
        precondition(lengths.count <= 1, "Signal: channels differ in length: \(lengths.sorted())")
        self.init(
            values: Array(channels.joined()), channelCount: channels.count, samplingRate: samplingRate,
            channelNames: channelNames, unit: unit)
    }

    /// The samples of one channel.
    public func channel(_ index: Int) -> ArraySlice<Float> {
        values[index * sampleCount..<(index + 1) * sampleCount]
    }

    public subscript(channel: Int, sample: Int) -> Float {
        precondition(sample >= 0 && sample < sampleCount, "Signal: sample \(sample) outside 0..<\(sampleCount)")
        return values[channel * sampleCount + sample]
    }

    /// The name of a channel: its own, else `channel 0` and so on.
    public func name(ofChannel index: Int) -> String {
        channelNames.isEmpty ? "channel \(index)" : channelNames[index]
    }

    /// In seconds, if the sampling rate is known.
    public var duration: Double? { samplingRate.map { Double(sampleCount) / $0 } }

    /// The samples in `range` of every channel.
    public func samples(_ range: Range<Int>) -> Signal {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= sampleCount,
            "Signal: samples \(range) outside 0..<\(sampleCount)")
        var part: [Float] = []
        part.reserveCapacity(channelCount * range.count)
        for channel in 0..<channelCount {
            part += values[channel * sampleCount + range.lowerBound..<channel * sampleCount + range.upperBound]
        }
        return Signal(
            values: part, channelCount: channelCount, samplingRate: samplingRate, channelNames: channelNames, unit: unit
        )
    }

    /// Every channel scaled to 0…1 by its own minimum and maximum (a constant channel to zeros).
    public func normalized() throws(CodecError) -> Signal {
        let ranges = try ranges()
        var scaled = values
        for channel in 0..<channelCount {
            let scale = UnitScale(ranges[channel])
            for index in channel * sampleCount..<(channel + 1) * sampleCount { scaled[index] = scale(scaled[index]) }
        }
        return Signal(
            values: scaled, channelCount: channelCount, samplingRate: samplingRate, channelNames: channelNames)
    }

    /// The least and the largest value of every channel.
    ///
    /// - Throws: `CodecError` for an empty signal, NaN, infinity, or a range that Float32 cannot hold.
    public func ranges() throws(CodecError) -> [ValueRange] {
        try requireContent()
        var ranges: [ValueRange] = []
        ranges.reserveCapacity(channelCount)
        for channel in 0..<channelCount { ranges.append(try range(ofChannel: channel)) }
        return ranges
    }

    func range(ofChannel channel: Int) throws(CodecError) -> ValueRange {
        let result: Result<ValueRange, CodecError> = withChannel(channel) { samples in
            guard let range = ValueRange(scanning: samples) else {
                return .failure(.notFinite(samples, channel: channel, firstSample: 0))
            }
            guard range.width.isFinite else { return .failure(.rangeTooWide(channel: channel, range: range)) }
            return .success(range)
        }
        return try result.get()
    }

    func requireContent() throws(CodecError) {
        if channelCount == 0 || sampleCount == 0 { throw .empty(channels: channelCount, samples: sampleCount) }
    }

    func withChannel<Result>(_ index: Int, _ body: (UnsafeBufferPointer<Float>) -> Result) -> Result {
        values.withUnsafeBufferPointer { all in
            body(UnsafeBufferPointer(rebasing: all[index * sampleCount..<(index + 1) * sampleCount]))
        }
    }
}
