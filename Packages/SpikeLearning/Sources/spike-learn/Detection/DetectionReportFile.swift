import ArrayFiles
import Foundation
import SpikeCommandLine
import SpikeDatasets
import SpikeTraining
import TorchTensors
import TrainingReports

/// The report on runs of detectors that the program writes.
enum DetectionReportFile {
    /// Makes the report and writes it.
    ///
    /// - Parameters:
    ///   - variants: The variants to report on, at least one.
    ///   - dataset: The data set of the runs.
    ///   - allowsChangedData: Whether the data set's images may differ from those that the runs record.
    ///   - device: The device that the networks run on.
    ///   - command: The command that made the runs; `nil` if it is not known.
    ///   - path: The path of the report.
    static func write(
        _ variants: [ReportedDetector], dataset: DetectionDataset, allowsChangedData: Bool, device: Device,
        command: String?, to path: String
    ) throws {
        AtomicFile.removeLeftovers(of: path)
        let line = ProgressLine()
        defer { line.clear() }
        let report = try DetectionReport(
            variants, dataset: dataset, allowsChangedData: allowsChangedData, note: line.note, device: device
        ) { line.update($0) }
        .report(
            program: ProgramVersion.text, date: Date.now.formatted(.iso8601.year().month().day()), command: command)
        try AtomicFile.write(report.html, to: path)
    }
}

extension ReportCommand {
    /// Writes a report on runs of detectors, as `run` does on those of classifiers.
    ///
    /// - Parameter folders: The folders of the runs.
    func reportOnDetectors(_ folders: [String], to path: String) throws {
        let line = ProgressLine()
        var found: [DetectionRun] = []
        for folder in folders {
            do {
                found.append(try DetectionRun(folder: folder))
            } catch {
                if folders.count == 1 { throw error }
                line.note("left out: \(error)")
            }
        }
        guard let first = found.first else {
            throw CommandError("\(runs.joined(separator: ", ")): no run in it has finished")
        }
        let device = try runtime.apply().device
        let dataset = try source.readDetection(
            first.record.configuration.dataset, usual: first.data, classNames: first.record.classNames)
        try DetectionReportFile.write(
            ReportedDetector.grouped(found), dataset: dataset, allowsChangedData: source.allowChangedData,
            device: device, command: nil, to: path)
        print("report → \(path)")
    }
}
