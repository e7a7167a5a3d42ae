import ArrayFiles
import Foundation
import SpikeDatasets
import SpikingModels
import TorchModules
import TorchTensors

/// Trains a detector on the images of a data set.
///
/// Training can be interrupted at any moment, and resumes from the last checkpoint. On one thread, the weights are then
/// identical, bit for bit, to those of an uninterrupted run.
///
/// The run's folder contains the files that `Trainer` describes; `DetectionRun` reads them. Its weights are the moving
/// averages with which the test images were evaluated.
public final class DetectionTrainer {
    /// The settings of the run.
    public let configuration: DetectionConfiguration
    /// The data set, as far as the run uses it.
    public let dataset: DetectionDataset
    /// The path of the run's folder.
    public let folder: String
    /// The device that trains.
    public let device: Device
    /// The network that is trained, with its current weights and not their averages.
    public let network: any ObjectDetector

    /// The metrics of the finished epochs.
    public var epochs: [DetectionMetrics] { loop.epochs }

    /// Remarks about the data that the user should know, one line each.
    public let notes: [String]

    /// What the messages with gradients have cost; `nil` for a single worker.
    public var traffic: GradientTraffic? { loop.task.joint.synchronizer?.traffic }

    private let loop: TrainingLoop<DetectionTask>

    /// Called after each training batch and before each test batch. If it returns true, `run` writes a checkpoint and
    /// throws `TrainingStopped`.
    public var isAskedToStop: () -> Bool {
        get { loop.isAskedToStop }
        set { loop.isAskedToStop = newValue }
    }

    /// Prepares a new run, or resumes the run in the folder.
    ///
    /// - Parameters:
    ///   - configuration: The settings of the run.
    ///   - dataset: The data set. The configuration's limits are applied to it.
    ///   - seed: The seed of all random numbers of the run.
    ///   - folder: The path of the run's folder, which is created if it does not exist.
    ///   - dataFolder: The path of the data set, which is recorded with the settings; `nil` for drawn images.
    ///   - device: The device that trains.
    ///   - checkpointInterval: The time in seconds between checkpoints within an epoch. There is also a checkpoint at
    ///     the end of each epoch, unless the last one is younger than a tenth of this time: the epochs of small data
    ///     sets take less time than a checkpoint does.
    ///   - allowsChangedData: Whether a run resumes if its images or boxes differ from those that its folder records.
    ///   - workers: The workers that train together, all of which create a trainer with the same arguments. Only the
    ///     main worker uses the folder and reports events; the results of all are the same.
    ///   - synchronizesNormalization: Whether batch normalisation of several workers uses the statistics of the whole
    ///     batch, so that the results do not depend on their number, and not those of each worker's share.
    /// - Throws: `TrainingError` if a setting is out of range, if there are no images or no boxes to train on, if the
    ///   folder contains another run or its images differ, or if training would not fit in memory; `FileError` if another
    ///   process trains in the folder; and the errors of reading and writing the folder.
    public init(
        _ configuration: DetectionConfiguration, on dataset: DetectionDataset, seed: UInt64, folder: String,
        data dataFolder: String? = nil, device: Device = .cpu, checkpointInterval: Double = 60,
        allowsChangedData: Bool = false, workers: Workers = .alone, synchronizesNormalization: Bool = true
    ) throws {
        try configuration.check("configuration")
        self.configuration = configuration
        self.folder = folder
        self.device = device
        self.dataset = configuration.limited(dataset)
        for (samples, purpose) in [(self.dataset.train, "train on"), (self.dataset.test, "test on")]
        where samples.isEmpty { throw TrainingError("\(dataset.name): there are no images to \(purpose)") }
        guard self.dataset.train.contains(where: { !$0.boxes.isEmpty }) else {
            throw TrainingError(
                "\(dataset.name): no image to train on has a box that can be used, so there is nothing to learn; look at "
                    + "the files with spike datasets boxes")
        }
        let classCount = dataset.classNames.count
        let shape = [3, configuration.side, configuration.side]
        try configuration.checkMemory(
            imageShape: shape, classCount: classCount, trainCount: self.dataset.train.count, device: device,
            workers: workers)
        network = try configuration.makeNetwork(classCount: classCount, seed: seed)
        try network.to(device)
        let record = RunRecord(
            configuration: configuration, seed: seed, datasetName: dataset.name, classNames: dataset.classNames,
            imageShape: shape, trainCount: self.dataset.train.count)
        try workers.requireSame(jsonText(record), "the settings")
        let task = try DetectionTask(
            network, self.dataset.train, record, on: device, workers: workers,
            synchronizesNormalization: synchronizesNormalization)
        loop = try TrainingLoop(
            task, record, folder: folder, checkpointInterval: checkpointInterval,
            leastCheckpointAge: checkpointInterval / 10, workers: workers)
        let used = self.dataset
        let data = try loop.compareData(digest: used.digest()) {
            try RunData.check(RunData(used), of: used.name, in: folder, allowsChanges: allowsChangedData)
        }
        let (test, untested) = data.record?.testable(self.dataset.test) ?? (self.dataset.test, nil)
        notes = data.notes + (untested.map { ["\(folder): \($0)"] } ?? [])
        task.testLoader = try configuration.testLoader(test, workers)
        try loop.takeUp(data: dataFolder, dataMayDiffer: data.record != nil, allowsChangedData: allowsChangedData) {
            guard let record = data.record else { return }
            try AtomicFile.write(jsonText(record) + "\n", to: RunPaths(folder).data)
        }
    }

    /// Trains until the run has finished, and writes the weights and the evaluation into the folder.
    ///
    /// - Parameter report: Called for each event. If it throws, the run ends with that error, and can resume from its
    ///   last checkpoint.
    /// - Returns: The evaluation of the trained network on the test images.
    /// - Throws: `TrainingStopped` if the run was asked to stop; `TrainingError` if the run diverges; what `report`
    ///   throws; and the errors of writing the folder.
    public func run(_ report: (TrainingEvent<DetectionMetrics>) throws -> Void = { _ in }) throws -> DetectionFigures {
        try loop.run(report)
    }
}

extension DetectionConfiguration {
    /// Returns the loader of images to train on, for the share of one of several workers.
    func trainLoader(_ samples: [DetectionSample], seed: UInt64, _ workers: Workers) throws -> DetectionLoader {
        try DetectionLoader(
            samples, side: side, batchSize: batch, seed: seed, augmentation: augmentation, share: workers.share,
            cacheLimit: cacheLimit(workers))
    }

    /// Returns the loader of images to test on, for the share of one of several workers.
    func testLoader(_ samples: [DetectionSample], _ workers: Workers = .alone) throws -> DetectionLoader {
        try DetectionLoader(
            samples, side: side, batchSize: min(batch, 32), order: .asStored, share: workers.share,
            cacheLimit: cacheLimit(workers))
    }

    /// The memory in bytes for the scaled images of a loader. The workers on a machine share its memory.
    private func cacheLimit(_ workers: Workers) -> Int { Int(MemoryLimit.current.bytes / 4) / workers.localSize }
}
