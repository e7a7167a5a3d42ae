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
    ///
    /// - Parameter workers: The workers that train together.
    func trainDetectors(_ workers: Workers) throws {
        let (variants, seed, usualData) = try options.detectionVariants(
            settings, others: [("seed", "--seeds", seeds != nil), ("data", "--data", source.data != nil)])
        let seeds = try distinct(seeds) ?? [seed ?? 35]
        let format = variants[0].configuration.dataset
        // An absolute path, so that the run does not depend on the working folder.
        let data =
            format == DetectionFormat.shapes.rawValue
            ? nil : (source.data ?? usualData).map { URL(fileURLWithPath: $0).standardizedFileURL.path }
        if printConfig {
            let settings = SettingsFile(variants[0].configuration, seed: seeds[0], data: data)
            return try printSettings(settings.yaml(), runCount: variants.count * seeds.count)
        }
        guard let output, !output.isEmpty else {
            throw CommandError("--output: name a folder for the run, such as runs/first")
        }
        if let data {
            let places = [data, (data as NSString).deletingLastPathComponent].map(pathWithoutLinks)
            let isFolder = (try? FileManager.default.contentsOfDirectory(atPath: data)) != nil
            guard pathWithoutLinks(output) != places[isFolder ? 0 : 1] else {
                throw CommandError(
                    "\(output): is the folder of the data set, in which the files of a run could be taken for annotations; "
                        + "give another --output")
            }
        }
        let device = try runtime.apply(workers).device
        let dataset = try source.readDetection(format, usual: usualData)
        let line = ProgressLine()
        if workers.isMain {
            for text in variants[0].configuration.limited(dataset).summary { line.note("\(dataset.name): \(text)") }
        }
        StopRequest.listen()
        let runCount = variants.count * seeds.count
        if workers.isMain { try TrainedRun.requireLayout(isSingle: runCount == 1, in: output) }
        let lock = try runCount > 1 && workers.isMain ? FolderLock(making: output) : nil
        defer { withExtendedLifetime(lock) {} }
        var finished: [ReportedDetector] = []
        for (index, variant) in variants.enumerated() {
            var runs: [DetectionRun] = []
            for (place, seed) in seeds.enumerated() {
                let trainer = try DetectionTrainer(
                    variant.configuration, on: dataset, seed: seed,
                    folder: runCount == 1
                        ? output : "\(output)/\(TrainedRun.folderName(variant: variant.name, seed: seed))",
                    data: data, device: device, allowsChangedData: source.allowChangedData, workers: workers,
                    synchronizesNormalization: distribution.syncBatchNorm ?? true)
                let number = index * seeds.count + place + 1
                try trainer.runShown(runCount == 1 ? "" : "run \(number)/\(runCount)  ", workers)
                if workers.isMain { runs.append(try DetectionRun(folder: trainer.folder)) }
            }
            guard workers.isMain else { continue }
            finished.append(try ReportedDetector(name: variant.name, runs: runs))
        }
        try workers.leave()
        guard workers.isMain else {
            if let stop = StopRequest.current { throw stop.exitCode }
            return
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
}

extension ReportedDetector {
    fileprivate func text(_ width: Int) -> String {
        let spread = result.standardDeviation.map { String(format: " ± %.2f", $0 * 100) } ?? ""
        return name.padding(toLength: width, withPad: " ", startingAt: 0)
            + "  mAP50 " + (result.mean.map { String(format: "%.2f", $0 * 100) } ?? "–") + spread + " %"
            + (runs.count > 1 ? ", \(runs.count) seeds" : "")
    }
}
