import ArrayFiles
import Foundation
import SpikeCommandLine
import SpikeDatasets
import SpikeTraining
import TorchTensors
import TrainingReports

/// The report on training runs that the program writes.
struct ReportFile {
    let path: String

    /// Makes the report and writes it.
    ///
    /// - Parameters:
    ///   - title: The report's title; `nil` for one that names the data set.
    ///   - variants: The variants to report on, at least one.
    ///   - dataset: The data set of the runs; without it, the report leaves out spikes, codes and energy.
    ///   - allowsChangedData: Whether the data set's images may differ from those that the runs record.
    ///   - device: The device that the networks run on.
    ///   - command: The command that made the runs; `nil` if it is not known.
    ///   - appending: Whether the file exists already, and the report is appended to its page.
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

    /// The command that is running, in a form that can be repeated.
    static var command: String {
        "\(ShellCommand([ProgramName.text] + CommandLine.arguments.dropFirst()))"
    }
}
