import ArrayFiles
import EventFiles
import SpikeCommandLine
import SpikeEncoding
import SpikeFiles

/// Events of an event camera.
struct EventContent: FileContent {
    static var writableExtensions: [String] { EventFile.writableExtensions }

    let summary: EventSummary
    private let path: String
    private let dialect: Dialect

    static func open(_ path: String, _ reading: ReadingOptions) throws -> EventContent? {
        guard !EventStreamFile.recognises(path) else { return nil }
        guard try EventFile.recognises(path) || EventFile.ownExtensions.contains(fileExtension(path) ?? "") else {
            return nil
        }
        if reading.samplingRate != nil || reading.part.columns != nil {
            throw CommandError(
                "\(path): --sampling-rate and --columns do not go with events, whose times are in the file")
        }
        let dialect = reading.dialect ?? .standard
        return EventContent(summary: try EventFile.summary(path, dialect: dialect), path: path, dialect: dialect)
    }

    var text: String { "\(summary)" }

    var warnings: [String] { summary.remarks.map { "\(summary.file): \($0)" } }

    var information: any Encodable {
        Information(
            kind: "events", file: summary.file, format: summary.format, eventCount: summary.eventCount,
            onCount: summary.onCount, onShare: summary.onShare, width: summary.size.width, height: summary.size.height,
            hasSizeInFile: summary.hasSizeInFile, hasLowestRowFirst: summary.hasLowestRowFirst,
            firstTime: summary.eventCount > 0 ? summary.firstTime : nil,
            lastTime: summary.eventCount > 0 ? summary.lastTime : nil, duration: summary.duration, rate: summary.rate,
            remarks: summary.remarks)
    }

    func write(to output: String) throws { try EventFile.convert(path, to: output, dialect: dialect) }

    func losses(in output: String) -> [String] {
        guard summary.hasLowestRowFirst, !summary.hasSizeInFile, summary.eventCount > 0 else { return [] }
        return ["\(output): row 0 is the lowest one, as \(summary.file) does not say how many rows its sensor has"]
    }

    /// Times are in microseconds, the duration is in seconds, the rate in events per second.
    private struct Information: Encodable {
        let kind, file, format: String
        let eventCount, onCount: Int
        let onShare: Double?
        let width, height: Int
        let hasSizeInFile, hasLowestRowFirst: Bool
        /// `nil` if there are no events.
        let firstTime, lastTime: Int64?
        let duration: Double
        let rate: Double?
        let remarks: [EventRemark]
    }
}
