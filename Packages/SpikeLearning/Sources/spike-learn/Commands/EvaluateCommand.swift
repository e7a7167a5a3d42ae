import ArgumentParser
import ObjectDetection
import SpikeCommandLine
import SpikeTraining
import SpikingLayers

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        learning: "evaluate",
        discussion: """
            spike evaluate runs/first
            spike evaluate runs/first --shuffle-time
            spike evaluate runs/encodings --json
            spike evaluate runs/boxes
            spike evaluate --ground-truth gt.json --detections d.json

            --shuffle-time classifies the images again with the encoded spikes in random order over time. A loss of accuracy
            shows how much the network uses the times of spikes. For a folder of several runs, there is a line per run.

            --ground-truth and --detections evaluate the boxes of any detector, from files in the formats of COCO.
            """)

    @OptionGroup var options: RunOptions
    @OptionGroup var boxes: BoxFileOptions
    @OptionGroup var runtime: RuntimeOptions

    @Flag(help: "Test with the encoded spikes in random order over time, too.")
    var shuffleTime = false

    @Option(
        help: ArgumentHelp(
            "What is reordered: each-neuron, separately (the default), or whole-steps, in the same way for all neurons.",
            valueName: "name"))
    var shuffling: Shuffling?

    @Option(help: ArgumentHelp("How often to shuffle, 3 if not given.", valueName: "n"), transform: wholeNumber)
    var shuffles: Int?

    @Option(help: ArgumentHelp("Seed of the random order; 0 if not given.", valueName: "n"), transform: wholeNumber)
    var seed: UInt64?

    @Option(
        help: ArgumentHelp(
            "Images to test on, evenly from each class; 0 for all; as many as the run if not given.", valueName: "n"),
        transform: wholeNumber)
    var limitTest: Int?

    @Flag(help: "Print as JSON: an object for a run's folder, an array for a folder of runs.")
    var json = false

    enum Shuffling: String, ExpressibleByArgument, CaseIterable {
        case eachNeuron = "each-neuron"
        case wholeSteps = "whole-steps"
    }

    func validate() throws {
        if try boxes.paths() != nil {
            for (name, isGiven) in [
                ("a run", !options.path.isEmpty), ("--data", options.source.data != nil),
                ("--allow-changed-data", options.source.allowChangedData), ("--shuffle-time", shuffleTime),
                ("--limit-test", limitTest != nil),
            ] + options.source.ofImageFiles where isGiven {
                throw ValidationError("\(name) does not go with --ground-truth and --detections")
            }
        } else if options.path.isEmpty {
            throw ValidationError("name a run's folder, or give --ground-truth and --detections")
        }
        if !shuffleTime {
            for (name, isGiven) in [
                ("--shuffling", shuffling != nil), ("--shuffles", shuffles != nil), ("--seed", seed != nil),
            ] where isGiven { throw ValidationError("\(name) needs --shuffle-time") }
        }
        if let shuffles, !(1...1_000_000 ~= shuffles) {
            throw ValidationError("--shuffles must be within 1...1000000, got \(shuffles)")
        }
        if let limitTest, limitTest < 0 { throw ValidationError("--limit-test must be >= 0, got \(limitTest)") }
    }

    func run() throws {
        if let paths = try boxes.paths() {
            let report = BoxFileReport(try DetectionEvaluation(cocoTruth: paths.truth, detections: paths.detections))
            return print(json ? try readableJSON(report) : report.text)
        }
        if try options.areOfDetectors() { return try evaluateDetectors(options) }
        let device = try runtime.apply().device
        let line = ProgressLine()
        let order: Shuffles? =
            shuffleTime
            ? Shuffles(shuffling == .wholeSteps ? .wholeSteps : .eachNeuron, seed: seed ?? 0, count: shuffles ?? 3)
            : nil
        var reports: [EvaluationReport] = []
        for (run, dataset) in try options.runs(line) {
            let images = try run.testImages(
                of: dataset, limit: limitTest, allowsChangedData: options.source.allowChangedData, note: line.note)
            let result = try run.evaluate(on: images, shuffles: order, device: device) { done, count in
                line.update("\(run.folder): batch \(done)/\(count)")
            }
            dataset.noteNewlyLeftOut(line)
            reports.append(EvaluationReport(run, on: dataset.name, result, order))
        }
        line.clear()
        print(try options.output(reports, json: json, text: \.text, table: EvaluationReport.table))
    }
}
