import ArrayFiles
import Foundation
import SpikeCommandLine
import SpikeDatasets
import SpikeTraining
import TorchTensors
import TrainingReports

/// A report on training runs, as the program writes it.
struct ReportFile {
    let path: String

    /// - Parameters:
    ///   - title: Nil for one that names the data set.
    ///   - allowsChangedData: Whether the data set's images may be others than the runs record.
    ///   - command: What made the runs; nil if that is not known.
    ///   - appending: Whether the page at the path is there and gets another part.
    func write(
        title: String? = nil, _ variants: [ReportedVariant], dataset: ImageDataset?, allowsChangedData: Bool,
        device: Device = .cpu,
        command: String?, appending: Bool = false
    ) throws {
        AtomicFile.removeLeftovers(of: path)
        let line = ProgressLine()
        defer { line.clear() }
        let report = try TrainingReport(
            title: title, variants, dataset: dataset, allowsChangedData: allowsChangedData, note: line.note,
            device: device
        ) { line.update($0) }
        .report(
            program: ProgramVersion.text, date: Date.now.formatted(.iso8601.year().month().day()), command: command)
        guard appending else { return try AtomicFile.write(report.html, to: path) }
        guard let page = FileManager.default.contents(atPath: path),
            let whole = report.appended(toPage: String(decoding: page, as: UTF8.self))
        else { throw CommandError("\(path): is no report of this program; leave --append out to write a new one") }
        try AtomicFile.write(whole, to: path)
    }

    /// This command, as it can be repeated.
    static var command: String {
        let words = CommandLine.arguments.dropFirst().map { word in
            let isPlain = !word.isEmpty && word.allSatisfy { $0.isLetter || $0.isNumber || "-_./,=:+@%".contains($0) }
            return isPlain ? word : "'" + word.replacing("'", with: "'\\''") + "'"
        }
        return (["spike"] + words).joined(separator: " ")
    }
}
