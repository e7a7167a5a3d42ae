import ArrayFiles
import SpikeCommandLine
import SpikeEncoding
import SpikeFiles
import SpikeReports

/// A recording, `channels × samples`.
struct RecordingContent: FileContent {
    static var writableExtensions: [String] { RecordingFile.writableExtensions }

    private let loaded: LoadedFile<Signal>
    private var signal: Signal { loaded.content }

    static func open(_ path: String, _ reading: ReadingOptions) throws -> RecordingContent? {
        RecordingContent(loaded: try reading.part.load(path, samplingRate: reading.samplingRate))
    }

    var text: String {
        let unit = signal.unit.map { " \($0)" } ?? ""
        let rows = channels.enumerated().map { index, channel in
            [
                channel.name ?? "\(index)", channel.minimum.map { readable($0, digits: 6) + unit } ?? "–",
                channel.maximum.map { readable($0, digits: 6) + unit } ?? "–", "\(channel.notFiniteCount)",
            ]
        }
        let table = TextTable(
            header: ["channel", "minimum", "maximum", "not finite"], rows: Array(rows.prefix(64)), textColumns: 1)
        return "\(loaded.summary)" + (duration.map { "\nduration: \(readable($0, digits: 9)) s" } ?? "")
            + "\n\(table.text)"
            + (rows.count > 64 ? "\n… and \(rows.count - 64) more" : "")
    }

    var warnings: [String] { loaded.summary.warnings.map { "\(loaded.summary.file): \($0)" } }

    var information: any Encodable {
        Information(kind: "recording", summary: loaded.summary, duration: duration, channels: channels)
    }

    /// Writes the recording. NPY is float32, `channels × samples`, also for values far from zero, so that other
    /// programs need not expect two types.
    func write(to output: String) throws {
        guard fileExtension(output) == "npy" else { return try RecordingFile.write(signal, to: output) }
        let values = (0..<signal.channelCount).flatMap { channel in
            (0..<signal.sampleCount).map { Float(signal.value(ofChannel: channel, sample: $0)) }
        }
        try NPYArray(shape: [signal.channelCount, signal.sampleCount], elements: .float32(values)).write(to: output)
    }

    private var duration: Double? { signal.samplingRate.map { Double(signal.sampleCount) / $0 } }

    private var channels: [Channel] {
        (0..<signal.channelCount).map { channel in
            let values = (0..<signal.sampleCount).map { signal.value(ofChannel: channel, sample: $0) }
            let finite = values.filter(\.isFinite)
            return Channel(
                name: signal.channelNames.isEmpty ? nil : signal.channelNames[channel], minimum: finite.min(),
                maximum: finite.max(), notFiniteCount: values.count - finite.count)
        }
    }

    /// A channel and the range of its values, in the unit of the recording.
    private struct Channel: Encodable {
        let name: String?
        let minimum, maximum: Double?
        let notFiniteCount: Int
    }

    /// The fields of the summary beside others.
    private struct Information: Encodable {
        let kind: String
        let summary: RecordingSummary
        let duration: Double?
        let channels: [Channel]

        enum CodingKeys: CodingKey { case kind, duration, channels }

        func encode(to encoder: any Encoder) throws {
            try summary.encode(to: encoder)
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(kind, forKey: .kind)
            try values.encodeIfPresent(duration, forKey: .duration)
            try values.encode(channels, forKey: .channels)
        }
    }
}
