import Foundation
import SpikeCommandLine
import SpikeEncoding
import SpikeFiles
import SpikeReports

extension Comparison {
    /// Whether rates are given per second; they are per sample if the recording has no sampling rate.
    private var hasRate: Bool { signal.samplingRate != nil }

    private var columns: [ReportTable.Column] {
        let unit = signal.unit.map { " / \($0)" } ?? ""
        let time = hasRate ? "s" : "sample"
        return [
            ReportTable.Column("#", .number), ReportTable.Column("codec"),
            ReportTable.Column("RMSE\(unit)", .number, help: "Root of the mean squared error of the decoded recording"),
            ReportTable.Column(
                "SNR / dB", .number, help: "10 log10 of the recording's variance over the squared error"),
            ReportTable.Column("spikes/\(time)", .number, help: "Up and down spikes of a channel, on average"),
            ReportTable.Column("sparsity", .number, help: "Share of steps without a spike"),
            ReportTable.Column(
                "bits/\(time)", .number,
                help: "Entropy of the spikes of all channels; a graded spike adds the 32 bits of its size"),
            ReportTable.Column("encode / ns", .number, help: "A sample of one channel, on one thread"),
            ReportTable.Column("decode / ns", .number, help: "A sample of one channel, on one thread"),
        ]
    }

    private var rows: [[String]] {
        entries.enumerated().map { index, entry in
            [
                "\(index + 1)", entry.encoded.spikes.amplitudes == nil ? entry.name : "\(entry.name) (graded)",
                readable(entry.rmse, digits: 3),
                entry.snr.map { readable($0, digits: 3) } ?? "–",
                readable(entry.spikesPerSecond ?? entry.spikesPerSample, digits: 3),
                readable(100 * entry.sparsity, digits: 3) + " %",
                readable(entry.bitsPerSecond ?? entry.bitsPerSample * Double(signal.channelCount), digits: 3),
                readable(entry.encodeNanoseconds, digits: 2), readable(entry.decodeNanoseconds, digits: 2),
            ]
        }
    }

    var text: String { TextTable(header: columns.map(\.title), rows: rows, textColumns: 2).text }

    var table: ReportTable { ReportTable(columns: columns, rows: rows, highlightedRow: bestPlainIndex) }

    /// The index of the code with the lowest error among those whose spikes have no sizes; `nil` if there is none.
    var bestPlainIndex: Int? { entries.firstIndex { $0.encoded.spikes.amplitudes == nil } }

    /// The comparison as JSON.
    ///
    /// - Parameters:
    ///   - recording: The options of the recording; `nil` if it is not from a file.
    ///   - summary: How the file was understood; `nil` if the recording is not from a file.
    ///   - command: The command that made the comparison.
    func json(_ recording: RecordingOptions?, _ summary: RecordingSummary?, command: ShellCommand) throws -> String {
        struct Entry: Encodable {
            let rank: Int
            let codec: String
            let parameters: Codec
            let isTuned: Bool
            let rmse: Double
            let snr: Double?
            let spikesPerSecond: Double?
            let spikesPerSample: Double
            let sparsity: Double
            let bitsPerSecond: Double?
            let bitsPerSample: Double
            let encodeNanosecondsPerSample: Double
            let decodeNanosecondsPerSample: Double
            let command: String?
        }
        struct Document: Encodable {
            let file: String?
            let command: String
            let recording: RecordingSummary?
            let channels: Int
            let samples: Int
            let samplingRate: Double?
            let startTime: Double
            let unit: String?
            let seconds: Double
            let codecs: [Entry]
        }
        let entries = entries.enumerated().map { index, entry in
            Entry(
                rank: index + 1, codec: entry.name, parameters: entry.codec, isTuned: entry.tuning != nil,
                rmse: entry.rmse, snr: entry.snr, spikesPerSecond: entry.spikesPerSecond,
                spikesPerSample: entry.spikesPerSample, sparsity: entry.sparsity, bitsPerSecond: entry.bitsPerSecond,
                bitsPerSample: entry.bitsPerSample, encodeNanosecondsPerSample: entry.encodeNanoseconds,
                decodeNanosecondsPerSample: entry.decodeNanoseconds,
                command: entry.command(recording))
        }
        let document = Document(
            file: recording?.file, command: "\(command)", recording: summary, channels: signal.channelCount,
            samples: signal.sampleCount, samplingRate: signal.samplingRate, startTime: signal.startTime,
            unit: signal.unit, seconds: seconds, codecs: entries)
        return try readableJSON(document)
    }
}
