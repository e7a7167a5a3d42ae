import ArrayFiles
import EventFiles
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
        do {
            return RecordingContent(loaded: try reading.part.load(path, samplingRate: reading.samplingRate))
        } catch FileError.unsupportedExtension(let path, let purpose, let supported) {
            // Other kinds of content are read, too.
            throw FileError.unsupportedExtension(
                path: path, purpose: purpose, supported: supported + ["h5", "hdf5", "nwb"] + EventFile.ownExtensions)
        }
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

    /// Writes the recording. NPY is float32, or float64 if a channel has an offset, `channels × samples`.
    func write(to output: String) throws { try RecordingFile.write(signal, to: output) }

    func losses(in output: String) -> [String] {
        let type = fileExtension(output) ?? ""
        let (isText, hasRate) = (type == "csv", signal.samplingRate != nil)
        let parts: [(name: String, isLost: Bool)] = [
            ("sampling rate", hasRate && type == "npy"),
            ("start", signal.startTime != 0 && !(isText && hasRate)),
            ("unit", signal.unit != nil && !isText),
            ("names of the channels", !signal.channelNames.isEmpty && !isText),
            ("labels", loaded.labels?.counts.isEmpty == false),
        ]
        let lost = parts.filter(\.isLost).map { "the \($0.name)" }
        guard let last = lost.last else { return [] }
        let list = lost.count > 1 ? lost.dropLast().joined(separator: ", ") + " and " + last : last
        return ["\(output): \(type.uppercased()) does not hold \(list)"]
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
