import ArrayFiles
import Foundation
import SpikeCommandLine
import SpikeDatasets
import SpikeReports
import SpikeTraining
import TorchTensors
import TrainingReports

extension TrainCommand {
    /// Trains detectors, as `run` trains classifiers.
    func trainDetectors() throws {
        let (variants, seed, usualData) = try options.detectionVariants(
            settings, others: [("seed", "--seeds", seeds != nil), ("data", "--data", source.data != nil)])
        let seeds = try distinct(seeds) ?? [seed ?? 35]
        let format = variants[0].configuration.dataset
        // An absolute path, so that the run does not depend on the working folder.
        let data =
            format == DetectionFormat.shapes.rawValue
            ? nil : (source.data ?? usualData).map { URL(fileURLWithPath: $0).standardizedFileURL.path }
        if printConfig {
            guard variants.count == 1, seeds.count == 1 else {
                throw CommandError("--print-config: prints the settings of one run; name one encoding and one seed")
            }
            guard output == nil else {
                throw CommandError("--print-config: trains nothing, so that --output changes nothing; leave it out")
            }
            print(try SettingsFile(variants[0].configuration, seed: seeds[0], data: data).yaml(), terminator: "")
            return
        }
        guard let output, !output.isEmpty else {
            throw CommandError("--output: name a folder for the run, such as runs/first")
        }
        let device = try runtime.apply().device
        let dataset = try source.readDetection(format, usual: usualData)
        let line = ProgressLine()
        for text in variants[0].configuration.limited(dataset).summary { line.note("\(dataset.name): \(text)") }
        StopRequest.listen()
        let runCount = variants.count * seeds.count
        try TrainedRun.requireLayout(isSingle: runCount == 1, in: output)
        let lock = try runCount > 1 ? FolderLock(making: output) : nil
        defer { withExtendedLifetime(lock) {} }
        var finished: [ReportedDetector] = []
        for (index, variant) in variants.enumerated() {
            var runs: [DetectionRun] = []
            for (place, seed) in seeds.enumerated() {
                let trainer = try DetectionTrainer(
                    variant.configuration, on: dataset, seed: seed,
                    folder: runCount == 1
                        ? output : "\(output)/\(TrainedRun.folderName(variant: variant.name, seed: seed))",
                    data: data, device: device, allowsChangedData: source.allowChangedData)
                let number = index * seeds.count + place + 1
                try Self.train(trainer, runCount == 1 ? "" : "run \(number)/\(runCount)  ")
                runs.append(try DetectionRun(folder: trainer.folder))
            }
            finished.append(try ReportedDetector(name: variant.name, runs: runs))
        }
        let width = finished.map(\.name.count).max() ?? 0
        for one in finished { print(one.text(width)) }
        if seeds.count > 1 { print("±: sample standard deviation (n − 1) over the seeds") }
        if runCount > 1 {
            try AtomicFile.write(readableJSON(finished.map(\.result)) + "\n", to: "\(output)/results.json")
        }
        let path = "\(output)/report.html"
        try DetectionReportFile.write(
            finished, dataset: dataset, allowsChangedData: source.allowChangedData, device: device,
            command: ReportFile.command, to: path)
        line.note("report → \(path)")
        if let stop = StopRequest.current { throw stop.exitCode }
    }

    /// Trains a detector, and shows its progress.
    private static func train(_ trainer: DetectionTrainer, _ origin: String) throws {
        let line = ProgressLine()
        for note in trainer.notes { line.note(note) }
        line.note(
            "\(trainer.folder): \(trainer.network.parameterCount) parameters, "
                + "\(counted(trainer.dataset.train.count, "image")) to train on, \(trainer.dataset.test.count) to test on"
                + (trainer.epochs.isEmpty ? "" : ", \(counted(trainer.epochs.count, "epoch")) done"))
        let epochCount = trainer.configuration.epochs
        if trainer.epochs.count < epochCount {
            try RunEnvironment(program: ProgramVersion.text, device: trainer.device).write(to: trainer.folder)
        }
        trainer.isAskedToStop = { StopRequest.current != nil }
        do {
            let figures = try trainer.run { event in
                switch event {
                case .batch(let batch): line.update(origin + batch.text(of: epochCount))
                case .epoch(let epoch): line.note(origin + epoch.text(of: epochCount))
                }
            }
            for remark in (figures.spikeRates ?? []).remarks { line.note("\(trainer.folder): \(remark)") }
        } catch let stopped as TrainingStopped {
            throw StopRequest.ending(stopped, line)
        }
    }
}

extension StopRequest {
    /// Says that a run has stopped as it was asked to.
    ///
    /// - Returns: The error that ends the command: the exit code of the signal.
    static func ending(_ stopped: TrainingStopped, _ line: ProgressLine) -> any Error {
        let stop = StopRequest.current
        line.note(
            "\(stop?.name ?? "another worker was asked to stop") in epoch \(stopped.epoch), after batch \(stopped.batch) of \(stopped.batchCount): a checkpoint is "
                + "written, \(stopped.checkpoint); repeat the command to go on")
        return stop?.exitCode ?? stopped
    }
}

extension DetectionMetrics {
    fileprivate func text(of epochCount: Int) -> String {
        func percentage(_ share: Double) -> String { String(format: "%.2f %%", share * 100) }
        let tested =
            testLoss == nil
            ? "" : "  on test images mAP50 \(mAP50.map(percentage) ?? "–"), mAP50-95 \(mAP5095.map(percentage) ?? "–")"
        return "epoch \(epoch)/\(epochCount)  " + String(format: "loss %.4f", trainLoss) + tested
            + String(format: "  %.0f s", seconds)
    }
}

extension ReportedDetector {
    fileprivate func text(_ width: Int) -> String {
        let spread = result.standardDeviation.map { String(format: " ± %.2f", $0 * 100) } ?? ""
        return name.padding(toLength: width, withPad: " ", startingAt: 0)
            + "  mAP50 " + (result.mean.map { String(format: "%.2f", $0 * 100) } ?? "–") + spread + " %"
            + (runs.count > 1 ? ", \(runs.count) seeds" : "")
    }
}
