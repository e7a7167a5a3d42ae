import ArgumentParser
import ArrayFiles
import Foundation
import SpikeCommandLine
import SpikeTraining
import TorchTensors

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Trains a spiking network on pictures; goes on where it was interrupted.",
        discussion: """
            spike train --dataset fashion-mnist --model small --encoding all --epochs 3 --output runs/encodings
            spike train settings.yaml --seeds 35,1000,0 --output runs/mine
            spike train --print-config > settings.yaml

            A run's folder holds its settings, a line of figures an epoch, a checkpoint and the weights. Several encodings
            or seeds have a folder each below it, and results.json beside them.
            """)

    @Argument(help: ArgumentHelp("Settings, YAML; what is not in it has its default.", valueName: "settings.yaml"))
    var settings: String?

    @OptionGroup var options: TrainingOptions
    @OptionGroup var runtime: RuntimeOptions

    @OptionGroup var source: DatasetOptions

    @Option(help: ArgumentHelp("One run for each, such as 35,1000,0.", valueName: "n,n…"))
    var seeds = NumberList([35])

    @Option(help: ArgumentHelp("The run's folder.", valueName: "folder"))
    var output: String?

    @Flag(help: "Print all settings as YAML, and train nothing.")
    var printConfig = false

    func run() throws {
        let configurations = try options.configurations(settings)
        if printConfig {
            guard configurations.count == 1 else {
                throw CommandError("--print-config: prints the settings of one run; name one encoding")
            }
            print(try configurations[0].yaml(), terminator: "")
            return
        }
        guard let output else { throw CommandError("--output: name a folder for the run, such as runs/first") }
        let device = try runtime.apply().device
        let dataset = try source.read(configurations[0].dataset, side: configurations[0].side)
        let isSingle = configurations.count == 1 && seeds.values.count == 1
        let line = ProgressLine()
        var summaries: [EncodingSummary] = []
        for configuration in configurations {
            var accuracies: [Double] = []
            for seed in seeds.values {
                let name = "\(configuration.encoding.rawValue)-seed-\(seed)"
                let trainer = try Trainer(
                    configuration, on: dataset, seed: seed, folder: isSingle ? output : "\(output)/\(name)",
                    device: device)
                line.note(
                    "\(trainer.folder): \(trainer.network.parameterCount) parameters, "
                        + "\(trainer.dataset.train.count) pictures to train on, \(trainer.dataset.test.count) to test on"
                        + (trainer.epochs.isEmpty ? "" : ", \(trainer.epochs.count) epochs done"))
                let evaluation = try trainer.run { event in
                    switch event {
                    case .batch(let batch): line.update(batch.text(of: configuration.epochs))
                    case .epoch(let epoch): line.note(epoch.text(of: configuration.epochs))
                    }
                }
                accuracies.append(evaluation.accuracy)
            }
            summaries.append(EncodingSummary(encoding: configuration.encoding, accuracies: accuracies))
        }
        if !isSingle {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            try AtomicFile.write(encoder.encode(summaries), to: "\(output)/results.json")
        }
        for summary in summaries { print(summary.text) }
    }
}

/// An encoding's accuracy on the test pictures, over seeds.
struct EncodingSummary: Encodable {
    let encoding: TrainingConfiguration.Encoding
    /// One for each seed, 0...1.
    let accuracies: [Double]
    let mean: Double
    /// Over seeds, dividing by n − 1; nil for one seed.
    let standardDeviation: Double?

    init(encoding: TrainingConfiguration.Encoding, accuracies: [Double]) {
        self.encoding = encoding
        self.accuracies = accuracies
        let mean = accuracies.reduce(0, +) / Double(accuracies.count)
        self.mean = mean
        standardDeviation =
            accuracies.count < 2
            ? nil
            : (accuracies.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(accuracies.count - 1)).squareRoot()
    }

    var text: String {
        let spread = standardDeviation.map { String(format: " ± %.2f", $0 * 100) } ?? ""
        return encoding.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
            + String(format: "%.2f", mean * 100) + spread + " % of the test pictures"
            + (accuracies.count > 1 ? ", \(accuracies.count) seeds" : "")
    }
}

extension Trainer.BatchReport {
    fileprivate func text(of epochCount: Int) -> String {
        let left = Int(secondsLeft)
        return "epoch \(epoch)/\(epochCount)  batch \(batch)/\(batchCount)  "
            + String(format: "loss %.3f  %.0f pictures/s  %d:%02d left", loss, picturesPerSecond, left / 60, left % 60)
    }
}

extension EpochMetrics {
    fileprivate func text(of epochCount: Int) -> String {
        "epoch \(epoch)/\(epochCount)  "
            + String(
                format: "loss %.3f  accuracy %.2f %%  on test pictures %.2f %%  %.0f s", trainLoss,
                trainAccuracy * 100, testAccuracy * 100, seconds)
    }
}
