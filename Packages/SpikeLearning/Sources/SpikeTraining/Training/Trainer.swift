import ArrayFiles
import Foundation
import SpikeDatasets
import SpikingModels
import TorchModules
import TorchTensors

/// Trains a network on the images of a data set.
///
/// Training can be interrupted at any moment, and resumes from the last checkpoint. On one thread, the weights are then
/// identical, bit for bit, to those of an uninterrupted run.
///
/// The run's folder contains `configuration.yaml`, `data.json`, `metrics.jsonl`, `checkpoint.safetensors` and, after
/// the run has finished, `weights.safetensors` and `evaluation.json`; `TrainedRun` reads them. The folder stays locked,
/// and refuses other trainers, until `run` returns or throws, or the trainer is released.
public final class Trainer {
    /// The settings of the run.
    public let configuration: TrainingConfiguration
    /// The data set, as far as the run uses it.
    public let dataset: ImageDataset
    /// The seed of all random numbers of the run.
    public let seed: UInt64
    /// The path of the run's folder.
    public let folder: String
    /// The device that trains.
    public let device: Device
    /// The network that is trained.
    public let network: any ImageClassifier

    /// The metrics of the finished epochs.
    public var epochs: [EpochMetrics] { loop.epochs }

    /// Remarks about the data that the user should know, one line each.
    public let notes: [String]

    /// A warning that the run makes too few updates of the weights, as in `RunDescription.updateRemark`; `nil` if it
    /// makes enough.
    public var updateRemark: String? { loop.record.updateRemark }

    /// What the messages with gradients have cost; `nil` for a single worker.
    public var traffic: GradientTraffic? { task.joint.synchronizer?.traffic }

    private let workers: Workers
    private let task: ClassificationTask
    private let loop: TrainingLoop<ClassificationTask>

    /// Called after each training batch and before each test batch. If it returns true, `run` writes a checkpoint and
    /// throws `Stopped`.
    public var isAskedToStop: () -> Bool {
        get { loop.isAskedToStop }
        set { loop.isAskedToStop = newValue }
    }

    /// Thrown by `run` when it was asked to stop and has written a checkpoint.
    public typealias Stopped = TrainingStopped

    /// An event that `run` reports.
    public typealias Event = TrainingEvent<EpochMetrics>

    /// Prepares a new run, or resumes the run in the folder.
    ///
    /// - Parameters:
    ///   - configuration: The settings of the run.
    ///   - dataset: The data set. The configuration's limits are applied to it.
    ///   - seed: The seed of all random numbers of the run.
    ///   - folder: The path of the run's folder, which is created if it does not exist.
    ///   - dataFolder: The path of the data set's folder, which is recorded with the settings; `nil` for a data set that
    ///     is found by its name.
    ///   - device: The device that trains.
    ///   - checkpointInterval: The time in seconds between checkpoints within an epoch. There is also a checkpoint at
    ///     the end of each epoch.
    ///   - allowsChangedData: Whether a run resumes if its images differ from those that its folder records.
    ///   - workers: The workers that train together, all of which create a trainer with the same arguments. Only the
    ///     main worker uses the folder and reports events; the results of all are the same.
    ///   - synchronizesNormalization: Whether batch normalisation of several workers uses the statistics of the whole
    ///     batch, so that the results do not depend on their number, and not those of each worker's share.
    /// - Throws: `TrainingError` if a setting is out of range, if there are no images, if the folder contains another
    ///   run or its images differ, or if training would not fit in memory; `FileError` if another process trains in the
    ///   folder; and the errors of reading and writing the folder.
    public init(
        _ configuration: TrainingConfiguration, on dataset: ImageDataset, seed: UInt64, folder: String,
        data dataFolder: String? = nil, device: Device = .cpu, checkpointInterval: Double = 60,
        allowsChangedData: Bool = false, workers: Workers = .alone, synchronizesNormalization: Bool = true
    ) throws {
        try configuration.check("configuration")
        var configuration = configuration
        let precedesDropLast = try workers.ofMain(Checkpoint.precedesDropLast(RunPaths(folder).checkpoint))
        if precedesDropLast == true { configuration.dropLast = true }
        self.configuration = configuration
        self.seed = seed
        self.workers = workers
        self.folder = folder
        self.device = device
        self.dataset = try configuration.limited(dataset)
        let classCount = dataset.classNames.count
        guard self.dataset.train.count > 0 else {
            throw TrainingError("\(dataset.name): there are no images to train on")
        }
        guard self.dataset.test.count > 0 else {
            throw TrainingError("\(dataset.name): there are no images to test on")
        }
        try configuration.checkMemory(
            imageShape: dataset.train.imageShape, classCount: classCount, trainCount: self.dataset.train.count,
            device: device, workers: workers)
        network = try configuration.makeNetwork(
            imageShape: dataset.train.imageShape, classCount: classCount, seed: seed)
        try network.to(device)

        let train = self.dataset.train
        let record = RunDescription(
            configuration: configuration, seed: seed, datasetName: dataset.name, classNames: dataset.classNames,
            imageShape: train.imageShape, trainCount: train.count, precedesDropLast: precedesDropLast)
        try workers.requireSame(jsonText(record), "the settings")
        task = try ClassificationTask(
            network, train, record, on: device, workers: workers, synchronizesNormalization: synchronizesNormalization)
        loop = try TrainingLoop(
            task, record, folder: folder, checkpointInterval: checkpointInterval, workers: workers)
        let used = self.dataset
        let data = try loop.compareData(digest: used.digest()) {
            try RunData.check(used, in: folder, allowsChanges: allowsChangedData)
        }
        let (test, untested) = try data.record?.testable(self.dataset.test) ?? (self.dataset.test, nil)
        notes = data.notes + (untested.map { ["\(folder): \($0)"] } ?? [])
        task.testLoader = try ImageLoader(
            test, classCount: classCount, batchSize: max(configuration.batch, 100), order: .asStored,
            share: workers.share)
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
    /// - Throws: `Stopped` if the run was asked to stop; `TrainingError` if the run diverges, that is, if a loss or a
    ///   number in the state of the network or the optimizer is not finite; what `report` throws; and the errors of
    ///   writing the folder.
    public func run(_ report: (Event) throws -> Void = { _ in }) throws -> Evaluation { try loop.run(report) }

    /// Evaluates the network in its current state on the test images; of several workers, all must do so.
    ///
    /// - Throws: `TensorError` if the computation fails, for instance when memory runs out.
    public func evaluate() throws -> Evaluation {
        try Evaluation(network, task.testLoader!, on: device, workers: workers) { try self.task.logits($0, $1) }
    }
}

extension TrainingConfiguration {
    var augmentation: ImageAugmentation? {
        var transforms: [any ImageTransform] = []
        if flip { transforms.append(HorizontalFlip()) }
        if crop > 0 { transforms.append(PadAndCrop(padding: crop)) }
        if randAugment > 0 { transforms.append(RandAugment(count: randAugment)) }
        if erasing > 0 { transforms.append(RandomErasing(probability: erasing)) }
        return transforms.isEmpty ? nil : ImageAugmentation(transforms)
    }
}
