import ArgumentParser
import ArrayFiles
import Foundation
import SpikeCommandLine
import SpikeTraining
import TorchTensors
import TrainingReports

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Trains a spiking network on pictures; goes on where it was interrupted.",
        discussion: """
            spike train --dataset fashion-mnist --model small --encoding all --epochs 3 --output runs/encodings
            spike train settings.yaml --seeds 35,1000,0 --output runs/mine
            spike train --print-config > settings.yaml

            spike train --ablation --encoding ttfs --seeds 35,1000,0 --output runs/ablation

            A run's folder holds its settings, a line of figures an epoch, a checkpoint and the weights. Several runs have a
            folder each below it, and results.json beside them. At the end there is report.html.
            """)

    @Argument(help: ArgumentHelp("Settings, YAML; what is not in it has its default.", valueName: "settings.yaml"))
    var settings: String?

    @OptionGroup var options: TrainingOptions
    @OptionGroup var runtime: RuntimeOptions

    @OptionGroup var source: DatasetOptions

    @Option(help: ArgumentHelp("One run for each, such as 35,1000,0.", valueName: "n,n…"))
    var seeds = NumberList([35])

    @Option(help: ArgumentHelp("The folder of the run, or of all of them.", valueName: "folder"))
    var output: String?

    @Flag(help: "Print all settings as YAML, and train nothing.")
    var printConfig = false

    func run() throws {
        let variants = try options.variants(settings)
        if printConfig {
            guard variants.count == 1 else {
                throw CommandError("--print-config: prints the settings of one run; name one encoding")
            }
            print(try variants[0].configuration.yaml(), terminator: "")
            return
        }
        guard let output else { throw CommandError("--output: name a folder for the run, such as runs/first") }
        let device = try runtime.apply().device
        let dataset = try source.read(variants[0].configuration.dataset, side: variants[0].configuration.side)
        for leftOut in dataset.leftOut { ProgressLine().note("\(dataset.name): \(leftOut.text)") }
        let runCount = variants.count * seeds.values.count
        var results: [VariantResult] = []
        var reported: [ReportedVariant] = []
        for variant in variants {
            var runs: [(seed: UInt64, epochs: [EpochMetrics])] = []
            var folders: [String] = []
            for seed in seeds.values {
                let index = results.count * seeds.values.count + runs.count + 1
                let trainer = try Trainer(
                    variant.configuration, on: dataset, seed: seed,
                    folder: runCount == 1 ? output : "\(output)/\(variant.name)-seed-\(seed)", device: device,
                    allowsChangedData: source.allowChangedData)
                try Self.train(trainer, runCount == 1 ? "" : "run \(index)/\(runCount)  ")
                runs.append((seed, trainer.epochs))
                folders.append(trainer.folder)
            }
            results.append(VariantResult(name: variant.name, runs: runs))
            reported.append(try ReportedVariant(name: variant.name, folders: folders))
        }
        if runCount > 1 {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            try AtomicFile.write(encoder.encode(results), to: "\(output)/results.json")
        }
        let width = results.map(\.name.count).max() ?? 0
        for result in results { print(result.text(width)) }
        let report = ReportFile(path: "\(output)/report.html")
        try report.write(
            reported, dataset: dataset, allowsChangedData: source.allowChangedData, command: ReportFile.command)
        ProgressLine().note("report → \(report.path)")
    }

    /// - Parameter origin: Begins the progress.
    static func train(_ trainer: Trainer, _ origin: String) throws {
        let line = ProgressLine()
        for note in trainer.notes { line.note(note) }
        line.note(
            "\(trainer.folder): \(trainer.network.parameterCount) parameters, "
                + "\(trainer.dataset.train.count) pictures to train on, \(trainer.dataset.test.count) to test on"
                + (trainer.epochs.isEmpty ? "" : ", \(trainer.epochs.count) epochs done"))
        let epochCount = trainer.configuration.epochs
        if trainer.epochs.count < epochCount {
            try RunEnvironment(program: ProgramVersion.text, device: trainer.device).write(to: trainer.folder)
        }
        _ = try trainer.run { event in
            switch event {
            case .batch(let batch): line.update(origin + batch.text(of: epochCount))
            case .epoch(let epoch): line.note(origin + epoch.text(of: epochCount))
            }
        }
    }
}

extension VariantResult {
    func text(_ width: Int) -> String {
        let spread = standardDeviation.map { String(format: " ± %.2f", $0 * 100) } ?? ""
        return name.padding(toLength: width, withPad: " ", startingAt: 0)
            + String(format: "  %.2f", mean * 100) + spread + " % of the test pictures"
            + (seeds.count > 1 ? ", \(seeds.count) seeds" : "")
            + String(format: "; best epoch %.2f %%", bestMean * 100)
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
