import SpikeKernels

/// A recording: `channels × samples`, Float32, one channel after the other in memory.
///
/// ```swift
/// let signal = Signal(channels: [[0, 0.5, 1], [2, 2, 3]], samplingRate: 100, channelNames: ["x", "y"], unit: "V")
/// print(signal[1, 2], signal.name(ofChannel: 1), signal.duration ?? 0)  // → 3.0 y 0.03
/// ```
///
/// A signal is plain data. It may hold any value; codecs reject NaN and infinity when they encode it. A channel whose
/// values lie far from zero has an offset, and Float32 holds the differences from it: codecs encode those, and decoding
/// adds the offset again.
///
/// Signals are equal if their values, offsets, times, names and units are; `exactValues` does not count.
public struct Signal: Sendable {
    /// The number of channels.
    public let channelCount: Int

    /// The number of samples of each channel.
    public let sampleCount: Int

    /// `channelCount * sampleCount` values less their channels' offsets; channel `c` is at
    /// `c * sampleCount ..< (c + 1) * sampleCount`.
    public let values: [Float]

    /// The offsets to add to each channel's values, in the recording's unit: one per channel, or empty if all are 0.
    public let channelOffsets: [Double]

    /// The values that the recording was made from, laid out as `values`, offsets included; `nil` if `values` and
    /// `channelOffsets` are as exact.
    public let exactValues: [Double]?

    /// The sampling rate in Hz; `nil` if it is unknown. Setting a rate that is not finite and above 0 traps.
    public var samplingRate: Double? { didSet { checkSamplingRate(samplingRate, of: "Signal") } }

    /// The time of the first sample, in seconds. Setting a time that is not finite traps.
    public var startTime: Double { didSet { checkStartTime(startTime, of: "Signal") } }

    /// One name per channel, or an empty array. Setting another number of names traps.
    public var channelNames: [String] {
        didSet { checkNames(channelNames, channelCount: channelCount, of: "Signal") }
    }

    /// The unit of the values, for axis labels, such as `mV`.
    public var unit: String?

    /// A recording from its samples in one array, channel after channel.
    ///
    /// The initializer traps for values that do not divide into the channels, and for a rate, a time, names or offsets
    /// that are not as described here.
    ///
    /// - Parameters:
    ///   - values: The samples, `channels × samples`, channel after channel.
    ///   - channelCount: The number of channels.
    ///   - samplingRate: The sampling rate in Hz, finite and above 0; `nil` if it is unknown.
    ///   - channelNames: One name per channel, or an empty array.
    ///   - unit: The unit of the values, such as `mV`.
    ///   - startTime: The time of the first sample, in seconds; finite.
    ///   - channelOffsets: What to add to each channel's values: one finite number per channel, or an empty array.
    public init(
        values: [Float], channelCount: Int, samplingRate: Double? = nil, channelNames: [String] = [],
        unit: String? = nil, startTime: Double = 0, channelOffsets: [Double] = []
    ) {
        self.init(
            values: values, channelCount: channelCount, samplingRate: samplingRate, channelNames: channelNames,
            unit: unit, startTime: startTime, channelOffsets: channelOffsets, exactValues: nil)
    }

    package init(
        values: [Float], channelCount: Int, samplingRate: Double?, channelNames: [String], unit: String?,
        startTime: Double, channelOffsets: [Double], exactValues: [Double]?
    ) {
        precondition(channelCount >= 0, "Signal: channelCount must be >= 0, got \(channelCount)")
        let sampleCount = channelCount == 0 ? 0 : values.count / channelCount
        precondition(
            values.count == channelCount * sampleCount,
            "Signal: \(values.count) values do not divide into \(channelCount) channels")
        checkSamplingRate(samplingRate, of: "Signal")
        checkStartTime(startTime, of: "Signal")
        checkNames(channelNames, channelCount: channelCount, of: "Signal")
        precondition(
            channelOffsets.isEmpty || channelOffsets.count == channelCount,
            "Signal: \(channelOffsets.count) offsets for \(channelCount) channels")
        precondition(
            channelOffsets.allSatisfy(\.isFinite), "Signal: channelOffsets must be finite, got \(channelOffsets)")
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

    /// A recording from one array of samples per channel.
    ///
    /// The initializer traps unless all channels have the same length, and for a rate, a time, names or offsets that
    /// are not as described here.
    ///
    /// - Parameters:
    ///   - channels: The samples of each channel.
    ///   - samplingRate: The sampling rate in Hz, finite and above 0; `nil` if it is unknown.
    ///   - channelNames: One name per channel, or an empty array.
    ///   - unit: The unit of the values, such as `mV`.
    ///   - startTime: The time of the first sample, in seconds; finite.
    ///   - channelOffsets: What to add to each channel's values: one finite number per channel, or an empty array.
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

    /// The samples of one channel, less its offset; traps for a channel that does not exist.
    ///
    /// - Parameter index: The index of the channel, counted from 0.
    public func channel(_ index: Int) -> ArraySlice<Float> {
        values[index * sampleCount..<(index + 1) * sampleCount]
    }

    /// A sample, less its channel's offset; traps for a sample that does not exist.
    ///
    /// `value(ofChannel:sample:)` includes the offset.
    ///
    /// - Parameters:
    ///   - channel: The index of the channel, counted from 0.
    ///   - sample: The index of the sample, counted from 0.
    public subscript(channel: Int, sample: Int) -> Float {
        precondition(sample >= 0 && sample < sampleCount, "Signal: sample \(sample) outside 0..<\(sampleCount)")
        return values[channel * sampleCount + sample]
    }

    /// The name of a channel: its own, or `channel 0` and so on if the channels have no names.
    ///
    /// - Parameter index: The index of the channel, counted from 0.
    public func name(ofChannel index: Int) -> String {
        channelNames.isEmpty ? "channel \(index)" : channelNames[index]
    }

    /// The times of the samples; `nil` if the sampling rate is unknown.
    public var times: StepTimes? { samplingRate.map { StepTimes(start: startTime, rate: $0) } }

    /// The duration in seconds; `nil` if the sampling rate is unknown.
    public var duration: Double? { samplingRate.map { Double(sampleCount) / $0 } }

    /// A part of the recording, with the same channels, which starts when the first of its samples was taken.
    ///
    /// - Parameter range: The samples to keep of every channel; traps for samples that do not exist.
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

    /// The recording with every channel scaled to 0…1 by its own minimum and maximum; a constant channel becomes 0.
    ///
    /// - Throws: `CodecError` for an empty recording, NaN, infinity, or a range that Float32 cannot hold.
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
    /// - Throws: `CodecError` for an empty recording, NaN, infinity, or a range that Float32 cannot hold.
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

    /// The error about the first of these samples of a channel that is not finite.
    ///
    /// - Parameter position: The position of the signal's first sample in the recording.
    func notFinite(
        _ samples: UnsafeBufferPointer<Float>, channel: Int, firstSample: Int, position: Int = 0
    ) -> CodecError {
        let index = firstSample + (samples.firstIndex { !$0.isFinite } ?? 0)
        return notFinite(channel: channel, sample: index, position: position)
    }

    /// The first NaN or infinity in these samples of these channels, channel after channel; `nil` if all are finite.
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
