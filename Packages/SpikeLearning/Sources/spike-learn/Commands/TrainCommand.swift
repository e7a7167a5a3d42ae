import ArgumentParser
import ArrayFiles
import Foundation
import SpikeCommandLine
import SpikeDatasets
import SpikeReports
import SpikeTraining
import TorchTensors
import TrainingReports

struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        learning: "train",
        discussion: """
            spike train --dataset fashion-mnist --model small --encoding all --epochs 3 --output runs/encodings
            spike train settings.yaml --seeds 35,1000,0 --output runs/mine
            spike train --print-config > settings.yaml

            spike train --ablation --encoding ttfs --seeds 35,1000,0 --output runs/ablation
            spike train --dataset voc --data VOCdevkit --model spiking-yolov5n --encoding phase --output runs/boxes

            With the data sets voc, yolo, coco and shapes, which have boxes, a detector is trained. The images of shapes are
            drawn, so it needs no --data.

            A run's folder holds its settings, a line of figures per epoch, a checkpoint, the weights and, at the end,
            report.html. If there are several runs, each has its own subfolder, and results.json has the results of all.
            To repeat a run: spike train runs/mine/configuration.yaml --output runs/again

            spike train settings.yaml --workers 4 --max-restarts 3 --output runs/mine
            torchrun --no-python --nproc-per-node 4 spike train settings.yaml --output runs/mine

            With several processes, each computes a share of every batch; apart from rounding, the result does not depend on
            their number. They are started by --workers on one machine, or by torchrun, srun or mpirun on several machines
            (Guides/Distributed.md).

            Ctrl-C and kill (SIGINT, SIGTERM) write a checkpoint and end the command with 130 or 143; a second signal ends it
            at once.
            """)

    @Argument(
        help: ArgumentHelp(
            "A YAML file of settings; settings that are not in it have their defaults.", valueName: "settings.yaml"))
    var settings: String?

    @OptionGroup var options: TrainingOptions
    @OptionGroup var runtime: RuntimeOptions

    @OptionGroup var distribution: WorkerOptions

    @OptionGroup var source: DatasetOptions

    @Option(
        help: ArgumentHelp(
            "One run for each seed, such as 35,1000,0; if not given, the seed in the settings, or 35.",
            valueName: "n,n…"))
    var seeds: ValueList<UInt64>?

    @Option(help: ArgumentHelp("The folder of the run, or of all runs.", valueName: "folder"))
    var output: String?

    @Flag(help: "Print all settings as YAML, and train nothing.")
    var printConfig = false

    func run() throws {
        if let count = distribution.workers, !WorkerProcess.isSupervised {
            guard !printConfig else {
                throw CommandError("--print-config: trains nothing, so that --workers changes nothing; leave it out")
            }
            return try WorkerLauncher(count: count, maxRestarts: distribution.maxRestarts ?? 0).run()
        }
        let workers = try WorkerSession.join()
        do {
            if workers.size == 1, let option = distribution.syncBatchNorm {
                throw CommandError(
                    "--\(option ? "" : "no-")sync-batch-norm: changes nothing with a single process; leave it out")
            }
            try train(workers)
        } catch {
            throw WorkerSession.ending(workers, with: error)
        }
    }

    /// Prints the settings of the only run for `--print-config`, which trains nothing.
    func printSettings(_ yaml: String, runCount: Int) throws {
        guard runCount == 1 else {
            throw CommandError("--print-config: prints the settings of one run; name one encoding and one seed")
        }
        for (option, isGiven) in [("--output", output != nil)] + source.ofImageFiles where isGiven {
            throw CommandError("--print-config: trains nothing, so that \(option) changes nothing; leave it out")
        }
        print(yaml, terminator: "")
    }

    private func train(_ workers: Workers) throws {
        if try options.choosesDetector(settings) {
            return try trainDetectors(workers)
        }
        let (variants, seed, usualData) = try options.variants(
            settings, others: [("seed", "--seeds", seeds != nil), ("data", "--data", source.data != nil)])
        let seeds = try distinct(seeds) ?? [seed ?? 35]
        // An absolute path, so that the run does not depend on the working folder.
        let data = (source.data ?? usualData).map { URL(fileURLWithPath: $0).standardizedFileURL.path }
        if printConfig {
            let settings = RunSettings(variants[0].configuration, seed: seeds[0], data: data)
            return try printSettings(settings.yaml(), runCount: variants.count * seeds.count)
        }
        guard let output, !output.isEmpty else {
            throw CommandError("--output: name a folder for the run, such as runs/first")
        }
        let first = variants[0].configuration
        if first.dataset == ImageFolder.choice, let data, Self.isWithin(output, data) {
            throw CommandError(
                "--output \(output): lies in the data set's folder \(data), whose folders are classes; name a folder "
                    + "outside of it")
        }
        let device = try runtime.apply(workers).device
        // Settings that no data set makes possible are refused before one is downloaded.
        for variant in variants {
            let side = first.dataset == "folder" ? first.side : 28
            try variant.configuration.checkMemory(
                imageShape: [1, side, side], classCount: 1, trainCount: 1, device: device,
                workers: workers)
        }
        let dataset = try workers.mainFirst { try source.read(first.dataset, side: first.side, usual: usualData) }
        for variant in variants {
            let train = try variant.configuration.limited(dataset).train
            try variant.configuration.checkMemory(
                imageShape: train.imageShape, classCount: dataset.classNames.count, trainCount: train.count,
                device: device, workers: workers)
        }
        let line = ProgressLine()
        if workers.isMain {
            for leftOut in dataset.leftOut { line.note("\(dataset.name): \(leftOut.text)") }
            if dataset.isStreamed {
                line.note("\(dataset.name): the images stay on disk, and each is read when it is needed")
            }
            for remark in try first.limited(dataset).remarks { line.note(remark) }
        }
        StopRequest.listen()
        let runCount = variants.count * seeds.count
        if workers.isMain { try TrainedRun.requireLayout(isSingle: runCount == 1, in: output) }
        // A lock for all runs together; each run's own folder has its own lock.
        let lock = try runCount > 1 && workers.isMain ? FolderLock(making: output) : nil
        defer { withExtendedLifetime(lock) {} }
        var results: [VariantResult] = []
        var reported: [ReportedVariant] = []
        for variant in variants {
            var runs: [(seed: UInt64, epochs: [EpochMetrics])] = []
            var finished: [TrainedRun] = []
            for seed in seeds {
                let index = results.count * seeds.count + runs.count + 1
                let trainer = try Trainer(
                    variant.configuration, on: dataset, seed: seed,
                    folder: runCount == 1
                        ? output : "\(output)/\(TrainedRun.folderName(variant: variant.name, seed: seed))",
                    data: data,
                    device: device,
                    allowsChangedData: source.allowChangedData, workers: workers,
                    synchronizesNormalization: distribution.syncBatchNorm ?? true)
                try trainer.runShown(runCount == 1 ? "" : "run \(index)/\(runCount)  ", workers)
                runs.append((seed, trainer.epochs))
                guard workers.isMain else { continue }
                // The report uses the network of the first seed.
                finished.append(try finished.isEmpty ? trainer.finished() : TrainedRun(folder: trainer.folder))
            }
            guard workers.isMain else { continue }
            results.append(VariantResult(name: variant.name, runs: runs))
            reported.append(try ReportedVariant(name: variant.name, runs: finished))
        }
        try workers.leave()
        guard workers.isMain else {
            if let stop = StopRequest.current { throw stop.exitCode }
            return
        }
        if runCount > 1 {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
            try AtomicFile.write(encoder.encode(results) + Data("\n".utf8), to: "\(output)/results.json")
        }
        let width = results.map(\.name.count).max() ?? 0
        for result in results { print(result.text(width)) }
        if seeds.count > 1 { print("±: sample standard deviation (n − 1) over the seeds") }
        let report = ReportFile(path: "\(output)/report.html")
        try report.write(
            reported, dataset: dataset, allowsChangedData: source.allowChangedData, device: device,
            command: ReportFile.command)
        line.note("report → \(report.path)")
        if let stop = StopRequest.current { throw stop.exitCode }
    }

    /// True if a path is that of a folder or lies below it, also through links.
    private static func isWithin(_ path: String, _ folder: String) -> Bool {
        func parts(_ path: String) -> [String] {
            URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().pathComponents
        }
        return parts(path).starts(with: parts(folder))
    }
}

extension VariantResult {
    func text(_ width: Int) -> String {
        let spread = standardDeviation.map { String(format: " ± %.2f", $0 * 100) } ?? ""
        return name.padding(toLength: width, withPad: " ", startingAt: 0)
            + String(format: "  %.2f", mean * 100) + spread + " % of the test images"
            + (seeds.count > 1 ? ", \(seeds.count) seeds" : "")
            + String(format: "; best epoch %.2f %%", bestMean * 100)
    }
}
