import SpikeCommandLine
import SpikeEncoding
import SpikeFiles
import SpikeReports

/// Spikes that other programs wrote by their times: NWB, and files in the layout of the Spiking Heidelberg Digits.
struct SpikeTimesContent: FileContent {
    static var writableExtensions: [String] { ["csv", "nwb"] }

    private let file: SpikeTimesFile
    /// The recording that was chosen.
    private let recording: Int?
    private let summary: Summary

    static func open(_ path: String, _ reading: ReadingOptions) throws -> SpikeTimesContent? {
        guard path != "-", try SpikeTimesFile.isOfLayout(path) else { return nil }
        if reading.samplingRate != nil || reading.part.columns != nil || reading.part.skipRows != nil {
            throw CommandError(
                "\(path): --sampling-rate, --columns and --skip-rows do not go with spikes, whose times are in the file"
            )
        }
        let file = try SpikeTimesFile(path)
        let recording = try reading.part.variable.map { try file.index(of: $0) }
        return SpikeTimesContent(file: file, recording: recording, summary: try Summary(file, recording))
    }

    var text: String {
        var text = "\(file.path): \(file.format)"
        if let recording { text += ", recording \(recording)" }
        if file.recordings != nil, recording == nil { text += ", \(counted(file.count, "recording"))" }
        text += ", \(counted(summary.unitCount, "unit")), \(counted(summary.spikeCount, "spike"))"
        if let first = summary.firstTime, let last = summary.lastTime {
            text += " from \(readable(first, digits: 9)) s to \(readable(last, digits: 9)) s"
        }
        if let labels = summary.labels {
            let names = labels.map { label in label.name.map { "\(label.label) (\($0))" } ?? "\(label.label)" }
            text += "\nclasses: " + names.prefix(12).joined(separator: ", ")
            if names.count > 12 { text += ", … and \(names.count - 12) more" }
        }
        return text
    }

    var warnings: [String] { [] }

    var information: any Encodable { summary }

    func write(to output: String) throws {
        let recording = try recording ?? file.onlyRecording()
        try file.spikes(of: recording).write(to: output, description: "spikes of \(file.path)")
    }

    /// What the file holds; times are in seconds.
    private struct Summary: Encodable {
        struct Label: Encodable {
            let label: Int
            let name: String?
            let count: Int
        }

        let kind = "spike times"
        let file, format: String
        let recordingCount: Int
        let recording: Int?
        let unitCount, spikeCount: Int
        let firstTime, lastTime: Double?
        /// The number of recordings of each class.
        let labels: [Label]?
        let speakerCount: Int?

        init(_ file: SpikeTimesFile, _ recording: Int?) throws {
            (self.file, format, recordingCount) = (file.path, file.format, file.count)
            self.recording = recording
            var (units, spikes): (Int, Int) = (0, 0)
            var (first, last): (Double?, Double?) = (nil, nil)
            for index in recording.map({ $0..<$0 + 1 }) ?? 0..<file.count {
                let part = try file.spikes(of: index)
                units = max(units, part.unitCount)
                spikes += part.times.count
                if let start = part.times.first { first = min(first ?? start, start) }
                if let end = part.times.last { last = max(last ?? end, end) }
            }
            (unitCount, spikeCount, firstTime, lastTime) = (units, spikes, first, last)
            let source = file.recordings
            let chosen = recording.map { [$0] } ?? Array(0..<file.count)
            labels = source?.labels.map { all in
                let counts = Dictionary(chosen.map { (all[$0], 1) }, uniquingKeysWith: +)
                let names = source?.classNames ?? []
                return counts.sorted { $0.key < $1.key }.map {
                    Label(label: $0.key, name: names.indices.contains($0.key) ? names[$0.key] : nil, count: $0.value)
                }
            }
            speakerCount = source?.speakers.map { speakers in Set(chosen.map { speakers[$0] }).count }
        }
    }
}

extension SpikeTimesFile {
    /// The recording that `--variable` names.
    func index(of text: String) throws -> Int {
        guard let index = Int(text), 0..<count ~= index else {
            throw CommandError("\(path): --variable is the number of a recording, 0 to \(count - 1), got \(text)")
        }
        return index
    }

    /// The recording of a file that has only one.
    func onlyRecording() throws -> Int {
        guard count == 1 else {
            throw CommandError(
                "\(path): holds \(counted(count, "recording")); choose one by its number, --variable 0 to \(max(0, count - 1))"
            )
        }
        return 0
    }
}
