import SpikeCommandLine
import SpikeDatasets
import SpikeTraining
import SpikingModels

extension RunOptions {
    /// True if the runs at the path are those of detectors.
    ///
    /// - Throws: `TrainingError` if there is no run; `CommandError` if there are runs of both tasks.
    func areOfDetectors() throws -> Bool { try runsAreOfDetectors(TrainedRun.folders(at: path)) }

    /// All runs of detectors at the path with their data sets.
    func detectors(_ line: ProgressLine) throws -> [(run: DetectionRun, dataset: DetectionDataset)] {
        struct Key: Hashable {
            let dataset: String
            let data: String?
            let classNames: [String]
        }
        return try read(line) {
            try DetectionRun(folder: $0)
        } key: { run in
            Key(dataset: run.record.configuration.dataset, data: run.data, classNames: run.record.classNames)
        } dataset: {
            let dataset = try source.readDetection($0.dataset, usual: $0.data, classNames: $0.classNames)
            for one in dataset.leftOut { line.note("\(dataset.name): \(one.text)") }
            return dataset
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
