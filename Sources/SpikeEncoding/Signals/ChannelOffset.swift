/// The number that is subtracted from a channel's values before they are rounded to Float32, so that a small change far
/// from zero is kept.
enum ChannelOffset {
    /// The offset is 0 unless rounding a number as large as the values could move it by more than 2⁻¹⁸ of the channel's
    /// range; else the middle of the range, rounded to a power of two within the range, so that whole numbers differ
    /// from it by whole numbers. Values that Float32 holds need an offset as well: codecs add and subtract thresholds.
    ///
    /// NaN and infinity are left aside. A constant channel that Float32 does not hold is its own offset. No offset
    /// helps a range that is itself beyond Float32.
    private static func offset(least: Double, largest: Double) -> Double {
        let range = largest - least
        // Below 0 if nothing is finite.
        guard 0...Double(Float.greatestFiniteMagnitude) ~= range else { return 0 }
        guard range > 0 else { return Double(Float(least)) == least ? 0 : least }
        guard max(abs(least), abs(largest)) * 0x1p-24 > 0x1p-18 * range else { return 0 }
        let grain = range.binade
        return ((least + range / 2) / grain).rounded() * grain
    }

    /// Writes the values of a channel, less the offset that it needs, as Float32.
    ///
    /// - Returns: The offset, and whether offset and difference add up to every value that is not NaN.
    fileprivate static func subtracted(
        from samples: UnsafeBufferPointer<Double>, into output: UnsafeMutablePointer<Float>
    ) -> (offset: Double, isExact: Bool) {
        var first = subtract(0, from: samples, into: output)
        if first.least == -.infinity || first.largest == .infinity {
            (first.least, first.largest) = (.infinity, -.infinity)
            for value in samples where value.isFinite {
                (first.least, first.largest) = (min(first.least, value), max(first.largest, value))
            }
        }
        let offset = offset(least: first.least, largest: first.largest)
        return (offset, offset == 0 ? first.isExact : subtract(offset, from: samples, into: output).isExact)
    }

    /// Writes values less an offset as Float32.
    ///
    /// - Returns: Whether offset and difference add up to every value that is not NaN; the least and the largest value,
    ///   or infinity and its negative if there is none.
    private static func subtract(
        _ offset: Double, from samples: UnsafeBufferPointer<Double>, into output: UnsafeMutablePointer<Float>
    ) -> (isExact: Bool, least: Double, largest: Double) {
        typealias Lanes = SIMD8<Double>
        var flaws = SIMDMask<SIMD8<Int64>>(repeating: false)
        var (least, largest) = (Lanes(repeating: .infinity), Lanes(repeating: -.infinity))
        let (raw, target) = (UnsafeRawBufferPointer(samples), UnsafeMutableRawPointer(output))
        let whole = samples.count & ~7
        for index in stride(from: 0, to: whole, by: 8) {
            let values = raw.loadUnaligned(fromByteOffset: index &* 8, as: Lanes.self)
            let differences = SIMD8<Float>(values - offset)
            target.storeBytes(of: differences, toByteOffset: index &* 4, as: SIMD8<Float>.self)
            flaws .|= (offset + Lanes(differences) .!= values) .& (values .== values)
            // Nothing is less than NaN, or larger.
            least.replace(with: values, where: values .< least)
            largest.replace(with: values, where: values .> largest)
        }
        var isExact = flaws == SIMDMask(repeating: false)
        var ends = (least: least.min(), largest: largest.max())
        for index in whole..<samples.count {
            let (value, difference) = (samples[index], Float(samples[index] - offset))
            output[index] = difference
            guard !value.isNaN else { continue }
            if offset + Double(difference) != value { isExact = false }
            ends = (min(ends.least, value), max(ends.largest, value))
        }
        return (isExact, ends.least, ends.largest)
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
        let count = max(0, channelCount) * sampleCount
        precondition(
            count == exactValues.count,
            "Signal: \(exactValues.count) values do not divide into \(channelCount) channels")
        var channels = [(offset: Double, isExact: Bool)](repeating: (0, true), count: max(0, channelCount))
        let values = [Float](large: count) { output in
            nonisolated(unsafe) let output = output
            exactValues.withUnsafeBufferPointer { exact in
                nonisolated(unsafe) let exact = exact
                channels.withUnsafeMutableBufferPointer { channels in
                    nonisolated(unsafe) let channels = channels
                    // Threads pay from some hundred thousand values on.
                    let threads = count < 1 << 18 ? 1 : defaultThreadCount
                    forEachIndex(below: sampleCount > 0 ? channelCount : 0, threads: threads) { channel in
                        let samples = channel * sampleCount..<(channel + 1) * sampleCount
                        channels[channel] = ChannelOffset.subtracted(
                            from: UnsafeBufferPointer(rebasing: exact[samples]),
                            into: output.baseAddress! + samples.lowerBound)
                    }
                }
            }
        }
        self.init(
            values: values, channelCount: channelCount, samplingRate: samplingRate, channelNames: channelNames,
            unit: unit, startTime: startTime, channelOffsets: channels.map(\.offset),
            exactValues: channels.allSatisfy(\.isExact) ? nil : exactValues)
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
