/// The number that is subtracted from a channel's values before they are rounded to Float32, so that a small change far
/// from zero is kept.
enum ChannelOffset {
    /// The offset is 0 unless rounding a number as large as the values could move it by more than 2⁻¹⁸ of the channel's
    /// range; else the middle of the range, rounded to a power of two within the range, so that whole numbers differ
    /// from it by whole numbers. Values that Float32 holds need an offset as well: codecs add and subtract thresholds.
    ///
    /// NaN and infinity are left aside. A constant channel that Float32 does not hold is its own offset. No offset
    /// helps a range that is itself beyond Float32.
    static func offset(of samples: UnsafeBufferPointer<Double>) -> Double {
        var (least, largest) = (Double.infinity, -Double.infinity)
        for value in samples where value.isFinite {
            least = min(least, value)
            largest = max(largest, value)
        }
        let range = largest - least
        // Below 0 if nothing is finite.
        guard 0...Double(Float.greatestFiniteMagnitude) ~= range else { return 0 }
        guard range > 0 else { return Double(Float(least)) == least ? 0 : least }
        guard max(abs(least), abs(largest)) * 0x1p-24 > 0x1p-18 * range else { return 0 }
        let grain = range.binade
        return ((least + range / 2) / grain).rounded() * grain
    }
}

extension Signal {
    /// A recording from values in double precision, such as those of a file.
    ///
    /// Each channel gets an offset where Float32 alone could lose more than 2⁻¹⁸ of its range: `values` then holds the
    /// differences from it. `exactValues` keeps what was given where that is not Float32.
    ///
    /// The initializer traps for values that do not divide into the channels, and for a rate, a time or names that are
    /// not as described here.
    ///
    /// - Parameters:
    ///   - exactValues: The samples, `channels × samples`, channel after channel.
    ///   - channelCount: The number of channels.
    ///   - samplingRate: The sampling rate in Hz, finite and above 0; `nil` if it is unknown.
    ///   - startTime: The time of the first sample, in seconds; finite.
    ///   - channelNames: One name per channel, or an empty array.
    ///   - unit: The unit of the values, such as `mV`.
    public init(
        exactValues: [Double], channelCount: Int, samplingRate: Double? = nil, startTime: Double = 0,
        channelNames: [String] = [], unit: String? = nil
    ) {
        let sampleCount = channelCount > 0 ? exactValues.count / channelCount : 0
        var offsets: [Double] = []
        var isExact = true
        let values = [Float](unsafeUninitializedCapacity: exactValues.count) { output, count in
            exactValues.withUnsafeBufferPointer { exact in
                for channel in 0..<channelCount {
                    let samples = channel * sampleCount..<(channel + 1) * sampleCount
                    let offset = ChannelOffset.offset(of: UnsafeBufferPointer(rebasing: exact[samples]))
                    offsets.append(offset)
                    for index in samples {
                        let difference = Float(exact[index] - offset)
                        (output.baseAddress! + index).initialize(to: difference)
                        if offset + Double(difference) != exact[index], !exact[index].isNaN { isExact = false }
                    }
                }
            }
            count = max(0, channelCount) * sampleCount
        }
        precondition(
            values.count == exactValues.count,
            "Signal: \(exactValues.count) values do not divide into \(channelCount) channels")
        self.init(
            values: values, channelCount: channelCount, samplingRate: samplingRate, channelNames: channelNames,
            unit: unit, startTime: startTime, channelOffsets: offsets, exactValues: isExact ? nil : exactValues)
    }

    /// The value of a sample in the recording's own unit and in double precision: what a file said, or else the Float32
    /// and the channel's offset added up.
    ///
    /// - Parameters:
    ///   - channel: The index of the channel, counted from 0.
    ///   - sample: The index of the sample, counted from 0. Traps for a sample that does not exist.
    @inlinable
    public func value(ofChannel channel: Int, sample: Int) -> Double {
        precondition(sample >= 0 && sample < sampleCount, "Signal: sample \(sample) outside 0..<\(sampleCount)")
        let index = channel * sampleCount + sample
        return exactValues?[index] ?? offset(ofChannel: channel) + Double(values[index])
    }

    /// The offset of a channel, which is to be added to its `values`; 0 for most channels.
    ///
    /// - Parameter channel: The index of the channel, counted from 0.
    @inlinable
    public func offset(ofChannel channel: Int) -> Double { channelOffsets.isEmpty ? 0 : channelOffsets[channel] }

    /// One channel as a recording of its own.
    package func singleChannel(_ index: Int) -> Signal {
        let samples = index * sampleCount..<(index + 1) * sampleCount
        return Signal(
            values: Array(values[samples]), channelCount: 1, samplingRate: samplingRate,
            channelNames: channelNames.isEmpty ? [] : [channelNames[index]], unit: unit, startTime: startTime,
            channelOffsets: [offset(ofChannel: index)], exactValues: exactValues.map { Array($0[samples]) })
    }

    /// The least and the largest value of every channel in the recording's own unit and in double precision.
    ///
    /// - Throws: `CodecError`, as `ranges()` does.
    package func exactRanges() throws(CodecError) -> [ClosedRange<Double>] {
        let ranges = try ranges()
        return (0..<channelCount).map { channel in
            guard let exactValues else {
                let offset = offset(ofChannel: channel)
                return offset + Double(ranges[channel].minimum)...offset + Double(ranges[channel].maximum)
            }
            let samples = exactValues[channel * sampleCount..<(channel + 1) * sampleCount]
            return samples.min()!...samples.max()!
        }
    }

    /// The same recording with other offsets; values round to Float32 once more.
    func withOffsets(_ offsets: [Double]) -> Signal {
        guard offsets != channelOffsets else { return self }
        var moved: [Float] = []
        moved.reserveCapacity(values.count)
        for channel in 0..<channelCount {
            let offset = offsets.isEmpty ? 0 : offsets[channel]
            for sample in 0..<sampleCount { moved.append(Float(value(ofChannel: channel, sample: sample) - offset)) }
        }
        return Signal(
            values: moved, channelCount: channelCount, samplingRate: samplingRate, channelNames: channelNames,
            unit: unit, startTime: startTime, channelOffsets: offsets, exactValues: exactValues)
    }
}
