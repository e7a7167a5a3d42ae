/// A recording: `channels × samples`, Float32, one channel after the other in memory.
///
/// A signal is plain data. It may hold any value; codecs reject NaN and infinity when they encode it. A channel whose
/// values lie far from zero has an offset, and Float32 holds the differences from it: codecs encode those, and decoding
/// adds the offset again.
///
/// Signals are equal if their values, offsets, times, names and units are; `exactValues` does not count.
public struct Signal: Sendable {
    public let channelCount: Int
    public let sampleCount: Int

    /// `channelCount * sampleCount` values less their channels' offsets; channel `c` is at
    /// `c * sampleCount ..< (c + 1) * sampleCount`.
    public let values: [Float]

    /// What to add to each channel's values, in the recording's unit: one per channel, or empty if all are 0.
    public let channelOffsets: [Double]

    /// The values that the recording was made from, laid out as `values`, offsets included; nil if `values` and
    /// `channelOffsets` are as exact.
    public let exactValues: [Double]?

    /// In Hz; nil if the recording does not say.
    public var samplingRate: Double?

    /// When the first sample was taken, in seconds.
    public var startTime: Double

    /// One name a channel, or empty.
    public var channelNames: [String]

    /// The unit of the values, for axis labels, such as `mV`.
    public var unit: String?

    /// - Parameters:
    ///   - values: `channels × samples`, channel after channel; traps unless it holds exactly that many.
    ///   - samplingRate: In Hz, above 0.
    ///   - channelNames: One a channel, or empty.
    ///   - startTime: Of the first sample, in seconds; traps unless finite.
    ///   - channelOffsets: What to add to each channel's values, one finite number per channel, or empty for none.
    public init(
        values: [Float], channelCount: Int, samplingRate: Double? = nil, channelNames: [String] = [],
        unit: String? = nil, startTime: Double = 0, channelOffsets: [Double] = []
    ) {
        self.init(
            values: values, channelCount: channelCount, samplingRate: samplingRate, channelNames: channelNames,
            unit: unit, startTime: startTime, channelOffsets: channelOffsets, exactValues: nil)
    }

    init(
        values: [Float], channelCount: Int, samplingRate: Double?, channelNames: [String], unit: String?,
        startTime: Double, channelOffsets: [Double], exactValues: [Double]?
    ) {
        precondition(channelCount >= 0, "Signal: channelCount must be >= 0, got \(channelCount)")
        let sampleCount = channelCount == 0 ? 0 : values.count / channelCount
        precondition(
            values.count == channelCount * sampleCount,
            "Signal: \(values.count) values do not divide into \(channelCount) channels")
        precondition(
            channelNames.isEmpty || channelNames.count == channelCount,
            "Signal: \(channelNames.count) names for \(channelCount) channels")
        precondition(
            channelOffsets.isEmpty || channelOffsets.count == channelCount,
            "Signal: \(channelOffsets.count) offsets for \(channelCount) channels")
        precondition(
            channelOffsets.allSatisfy(\.isFinite), "Signal: channelOffsets must be finite, got \(channelOffsets)")
        precondition(startTime.isFinite, "Signal: startTime must be finite, got \(startTime)")
        self.values = values
        self.channelCount = channelCount
        self.sampleCount = sampleCount
        self.samplingRate = samplingRate
        self.startTime = startTime
        self.channelNames = channelNames
        self.unit = unit
        self.channelOffsets = channelOffsets.allSatisfy { $0 == 0 } ? [] : channelOffsets
        self.exactValues = exactValues
    }

    /// A signal from one array a channel; traps unless all have the same length.
    public init(
        channels: [[Float]], samplingRate: Double? = nil, channelNames: [String] = [], unit: String? = nil,
        startTime: Double = 0, channelOffsets: [Double] = []
    ) {
        let lengths = Set(channels.map(\.count))
        precondition(lengths.count <= 1, "Signal: channels differ in length: \(lengths.sorted())")
        self.init(
            values: Array(channels.joined()), channelCount: channels.count, samplingRate: samplingRate,
            channelNames: channelNames, unit: unit, startTime: startTime, channelOffsets: channelOffsets)
    }

    /// The samples of one channel, less its offset.
    public func channel(_ index: Int) -> ArraySlice<Float> {
        values[index * sampleCount..<(index + 1) * sampleCount]
    }

    /// A sample, less its channel's offset; `value(ofChannel:sample:)` includes it.
    public subscript(channel: Int, sample: Int) -> Float {
        precondition(sample >= 0 && sample < sampleCount, "Signal: sample \(sample) outside 0..<\(sampleCount)")
        return values[channel * sampleCount + sample]
    }

    /// The name of a channel: its own, else `channel 0` and so on.
    public func name(ofChannel index: Int) -> String {
        channelNames.isEmpty ? "channel \(index)" : channelNames[index]
    }

    /// When each sample was taken; nil if the sampling rate is unknown.
    public var times: StepTimes? { samplingRate.map { StepTimes(start: startTime, rate: $0) } }

    /// In seconds, if the sampling rate is known.
    public var duration: Double? { samplingRate.map { Double(sampleCount) / $0 } }

    /// The samples in `range` of every channel; they start when the first of them was taken.
    public func samples(_ range: Range<Int>) -> Signal {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= sampleCount,
            "Signal: samples \(range) outside 0..<\(sampleCount)")
        func part<Value>(_ values: [Value]) -> [Value] {
            var part: [Value] = []
            part.reserveCapacity(channelCount * range.count)
            for channel in 0..<channelCount {
                part += values[channel * sampleCount + range.lowerBound..<channel * sampleCount + range.upperBound]
            }
            return part
        }
        return Signal(
            values: part(values), channelCount: channelCount, samplingRate: samplingRate, channelNames: channelNames,
            unit: unit, startTime: times?.time(ofStep: range.lowerBound) ?? startTime, channelOffsets: channelOffsets,
            exactValues: exactValues.map(part))
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
            values: scaled, channelCount: channelCount, samplingRate: samplingRate, channelNames: channelNames,
            startTime: startTime)
    }

    /// The least and the largest value of every channel, less its offset.
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
                return .failure(notFinite(samples, channel: channel, firstSample: 0))
            }
            guard range.width.isFinite else { return .failure(.rangeTooWide(channel: channel, range: range)) }
            return .success(range)
        }
        return try result.get()
    }

    /// What is wrong with the first of these samples of a channel that is not finite.
    ///
    /// - Parameter position: Of the signal's first sample in the recording.
    func notFinite(
        _ samples: UnsafeBufferPointer<Float>, channel: Int, firstSample: Int, position: Int = 0
    ) -> CodecError {
        let index = firstSample + (samples.firstIndex { !$0.isFinite } ?? 0)
        return notFinite(channel: channel, sample: index, position: position)
    }

    /// The first NaN or infinity in these samples of these channels, channel after channel; nil if all are finite.
    func firstNotFinite(_ channels: Range<Int>, _ samples: Range<Int>) -> CodecError? {
        for channel in channels {
            for sample in samples where !self[channel, sample].isFinite {
                return notFinite(channel: channel, sample: sample)
            }
        }
        return nil
    }

    private func notFinite(channel: Int, sample: Int, position: Int = 0) -> CodecError {
        let value = value(ofChannel: channel, sample: sample)
        return value.isFinite
            ? .beyondFloat32(channel: channel, sample: position + sample, value: value)
            : .notFinite(channel: channel, sample: position + sample, value: self[channel, sample])
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

extension Signal: Hashable {
    public static func == (a: Signal, b: Signal) -> Bool { a.parts == b.parts && a.values == b.values }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(parts)
        hasher.combine(values)
    }

    private struct Parts: Hashable {
        let channelCount: Int
        let sampleCount: Int
        let channelOffsets: [Double]
        let samplingRate: Double?
        let startTime: Double
        let channelNames: [String]
        let unit: String?
    }

    private var parts: Parts {
        Parts(
            channelCount: channelCount, sampleCount: sampleCount, channelOffsets: channelOffsets,
            samplingRate: samplingRate, startTime: startTime, channelNames: channelNames, unit: unit)
    }
}
