import ArgumentParser
import SpikeCommandLine
import SpikeTraining
import SpikingLayers

struct CodesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        learning: "analyze codes",
        discussion: """
            spike analyze codes runs/first
            spike analyze codes runs/first --limit 0 --json
            spike analyze codes runs/encodings

            With direct encoding, the first neurons are the encoder. For a folder of several runs, there is a line per
            run.
            """)

    @OptionGroup var options: RunOptions
    @OptionGroup var measured: MeasuredImages
    @OptionGroup var runtime: RuntimeOptions

    @Flag(help: "Print as JSON: an object for a run's folder, an array for a folder of runs.")
    var json = false

    func validate() throws { try options.requireRun() }

    func run() throws {
        let device = try runtime.apply().device
        let line = ProgressLine()
        let reports = try options.runs(line).map { run, dataset in
            let images = try run.testImages(
                of: dataset, limit: measured.limit, allowsChangedData: options.source.allowChangedData, note: line.note)
            let codes = try run.codesInUse(on: images, device: device) {
                line.update("\(run.folder): batch \($0)/\($1)")
            }
            return CodesReport(run, codes, imageCount: images.split.count)
        }
        line.clear()
        print(try options.output(reports, json: json, text: \.text, table: CodesReport.table))
    }
}

/// The option for the number of images that a network is measured with.
struct MeasuredImages: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Test images to measure with, evenly from each class; 0 for all; 1000 if not given.", valueName: "n"),
        transform: wholeNumber)
    var limit = 1000

    func validate() throws {
        if limit < 0 { throw ValidationError("--limit must be >= 0, got \(limit)") }
    }
}
