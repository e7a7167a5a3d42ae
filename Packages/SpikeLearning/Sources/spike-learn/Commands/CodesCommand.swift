import ArgumentParser
import SpikeCommandLine
import SpikeTraining
import SpikingLayers

struct CodesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "codes", abstract: "Counts the spike patterns that each channel of a trained encoder emits.",
        discussion: """
            spike analyze codes runs/first
            spike analyze codes runs/first --limit 0 --json

            With direct encoding, the first neurons are the encoder.
            """)

    @OptionGroup var options: RunOptions
    @OptionGroup var measured: MeasuredPictures
    @OptionGroup var runtime: RuntimeOptions

    @Flag(help: "Print as JSON.")
    var json = false

    func run() throws {
        let device = try runtime.apply().device
        let (run, dataset) = try options.run()
        let line = ProgressLine()
        let pictures = try run.testPictures(
            of: dataset, limit: measured.limit, allowsChangedData: options.source.allowChangedData, note: line.note)
        let codes = try run.codesInUse(on: pictures, device: device) { line.update("batch \($0)/\($1)") }
        line.clear()
        let report = CodesReport(run, codes, pictureCount: pictures.split.count)
        print(json ? try readableJSON(report) : report.text)
    }
}

/// How many pictures a network is measured with.
struct MeasuredPictures: ParsableArguments {
    @Option(help: ArgumentHelp("Test pictures to measure with, evenly from each class; 0 for all.", valueName: "n"))
    var limit = 1000

    func validate() throws {
        if limit < 0 { throw ValidationError("--limit must be >= 0, got \(limit)") }
    }
}
