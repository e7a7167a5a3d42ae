import SpikeCommandLine
import SpikeDatasets
import SpikeTraining
import SpikingModels

extension RunOptions {
    /// True if the runs at the path are those of detectors.
    ///
    /// - Throws: `TrainingError` if there is no run; `CommandError` if there are runs of both tasks.
    func areOfDetectors() throws -> Bool { try runsAreOfDetectors(TrainedRun.folders(at: path)) }

    /// All runs of detectors at the path with their data sets, each of which is read once. Runs that have not finished
    /// or are damaged are skipped with a note, unless there is only one.
    func detectors(_ line: ProgressLine) throws -> [(run: DetectionRun, dataset: DetectionDataset)] {
        let folders = try TrainedRun.folders(at: path)
        var runs: [DetectionRun] = []
        for folder in folders {
            do {
                runs.append(try DetectionRun(folder: folder))
            } catch {
                if folders.count == 1 { throw error }
                line.note("\(error)")
            }
        }
        guard !runs.isEmpty else { throw CommandError("\(path): no run in it has finished") }
        struct Key: Hashable {
            let dataset: String
            let data: String?
            let classNames: [String]
        }
        var datasets: [Key: DetectionDataset] = [:]
        return try runs.map { run in
            let key = Key(
                dataset: run.record.configuration.dataset, data: run.data, classNames: run.record.classNames)
            let dataset =
                try datasets[key]
                ?? source.readDetection(key.dataset, usual: key.data, classNames: key.classNames)
            datasets[key] = dataset
            return (run, dataset)
        }
    }
}

/// Returns whether runs are those of detectors.
///
/// - Throws: `CommandError` if there are runs of both tasks.
func runsAreOfDetectors(_ folders: [String]) throws -> Bool {
    let tasks = Set(folders.map(NetworkTask.init(ofRunIn:)))
    guard tasks.count == 1 else {
        throw CommandError(
            "\(folders[0]) and others: runs of classifiers and of detectors have different figures; name them one after "
                + "the other")
    }
    return tasks == [.detection]
}

extension DetectionRun {
    /// The run's title, such as `runs/first: phase, spiking-yolov5n, seed 35, bccd`.
    var title: String {
        let configuration = record.configuration
        return
            "\(folder): \(configuration.hasSpikes ? "\(configuration.encoding.rawValue), " : "")\(configuration.model), "
            + "seed \(record.seed), \(record.datasetName)"
    }
}
