import ArgumentParser
import Foundation
import SpikeCommandLine
import SpikeTraining
import TrainingReports

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        learning: "report",
        discussion: """
            spike report runs/encodings
            spike report runs/phase runs/ttfs --output both.html

            spike train writes a report when it has finished. This command writes it again, or writes one report on the runs
            of several commands. Runs that differ only in their seeds are averaged. Runs that have not finished are named
            and left out.
            """)

    @Argument(help: ArgumentHelp("Folders of runs, or folders that hold several runs.", valueName: "run"))
    var runs: [String]

    @Option(
        help: ArgumentHelp(
            "The file of the report; if only one folder is given, report.html in that folder.", valueName: "report.html"
        ))
    var output: String?

    @OptionGroup var source: DatasetOptions
    @OptionGroup var runtime: RuntimeOptions

    func run() throws {
        guard let path = output ?? (runs.count == 1 ? "\(runs[0])/report.html" : nil) else {
            throw CommandError("--output: name the report on several folders, such as report.html")
        }
        if let output { try requireOutput(output, extensions: reportExtensions) }
        let folders = try runs.flatMap { try TrainedRun.folders(at: $0) }
        if try runsAreOfDetectors(folders) { return try reportOnDetectors(folders, to: path) }
        let line = ProgressLine()
        let variants = try ReportedVariant.read(runs) { line.note("left out: \($0)") }
        let device = try runtime.apply().device
        let first = variants[0].runs[0]
        let configuration = first.description.configuration
        let dataset = try source.read(configuration.dataset, side: configuration.side, usual: first.data)
        try ReportFile(path: path).write(
            variants, dataset: dataset, allowsChangedData: source.allowChangedData, device: device, command: nil)
        print("report → \(path)")
    }
}
