import SpikeEncoding

/// A recording as the reader of a format with a header finds it.
struct FoundRecording {
    /// A channel as its file describes it.
    struct Channel {
        let name: String
        /// The unit of the channel's values; `nil` or empty if the file does not say.
        let unit: String?
    }

    /// The samples, channel after channel.
    var values: [Double]
    var channels: [Channel]
    /// The sampling rate that the file gives, in Hz.
    var samplingRate: Double?
    /// The time of the first sample, in seconds; `nil` if the file does not say.
    var startTime: Double?
    var leftOut: [RecordingSummary.Column] = []
    var warnings: [String] = []
    var labels: RecordingLabels?
    /// Whether values may be NaN, so that they are searched for it.
    var mayLackValues = true

    /// The recording with its summary. Where the units of the channels differ, they are part of the names.
    func loaded(_ path: String, _ options: ReadingOptions) -> LoadedFile<Signal> {
        let units = Set(channels.map { $0.unit ?? "" })
        let isUniform = units.count == 1
        let names = channels.map { channel in
            isUniform || channel.unit ?? "" == "" || ColumnName(channel.name).unit != nil
                ? channel.name : "\(channel.name) (\(channel.unit!))"
        }
        let unit = isUniform && units.first != "" ? units.first : nil
        let rates = RecordingSummary.Rates(given: options.samplingRate, inFile: samplingRate, source: .header)
        let signal = Signal(
            exactValues: values, channelCount: channels.count, samplingRate: rates.given ?? rates.inFile,
            startTime: startTime ?? 0, channelNames: names.allSatisfy(\.isEmpty) ? [] : names, unit: unit)
        let summary = RecordingSummary(
            file: path, kind: .recording, channelCount: signal.channelCount, sampleCount: signal.sampleCount,
            channelNames: signal.channelNames, unit: unit, rates: rates, startTime: startTime, leftOut: leftOut,
            warnings: warnings + missingValues(names), labels: labels?.counts)
        return LoadedFile(content: signal, summary: summary, places: .channels, labels: labels)
    }

    private func hasNaN(_ samples: ArraySlice<Double>) -> Bool {
        // Infinities of both signs give NaN, too. The product with 0 keeps sums of finite values finite.
        samples.withUnsafeBytes { bytes in
            var sums = SIMD8<Double>.zero
            let whole = bytes.count & ~63
            for position in stride(from: 0, to: whole, by: 64) {
                sums += bytes.loadUnaligned(fromByteOffset: position, as: SIMD8<Double>.self) * 0
            }
            return sums.sum().isNaN || samples.suffix(samples.count & 7).contains(where: \.isNaN)
        }
    }

    /// Warnings of channels with samples that have no value.
    private func missingValues(_ names: [String]) -> [String] {
        guard mayLackValues else { return [] }
        let count = values.count / max(1, channels.count)
        return names.indices.compactMap { channel in
            let samples = values[channel * count..<(channel + 1) * count]
            guard hasNaN(samples), let first = samples.firstIndex(where: \.isNaN) else { return nil }
            let missing = samples.count { $0.isNaN }
            return
                "\(missing) of \(counted(count, "sample")) of channel \(excerpt(names[channel].utf8)) "
                + (missing == 1 ? "has no value: " : "have no value, the first is ")
                + "sample \(first - samples.startIndex); \(missing == 1 ? "it is" : "they are") NaN, which codecs refuse"
        }
    }
}
