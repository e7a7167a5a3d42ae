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
    public private(set) var epochs: [EpochMetrics]

    /// Remarks about the data that the user should know, one line each.
    public let notes: [String]

    /// A warning that the run makes too few updates of the weights, as in `RunDescription.updateRemark`; `nil` if it
    /// makes enough.
    public var updateRemark: String? { description.updateRemark }

    private let optimizer: AdamW
    private let schedule: CosineSchedule
    private let trainLoader: ImageLoader
    /// The loader for epochs without mixup; otherwise the same as `trainLoader`.
    private let plainLoader: ImageLoader
    private let testLoader: ImageLoader
    private let description: RunDescription
    private let paths: RunPaths
    private let metrics: MetricsFile
    private var progress: Checkpoint.Progress
    private let checkpointInterval: Double
    private var lock: FolderLock?

    /// Called after each training batch and before each test batch. If it returns true, `run` writes a checkpoint and
    /// throws `Stopped`.
    public var isAskedToStop: () -> Bool = { false }

    /// Thrown by `run` when it was asked to stop and has written a checkpoint.
    public struct Stopped: Error, Sendable {
        /// The epoch in which the run stopped, from 1.
        public let epoch: Int
        /// The number of finished batches of the epoch.
        public let batch: Int
        /// The number of batches in the epoch.
        public let batchCount: Int
        /// The path of the checkpoint.
        public let checkpoint: String
    }

    /// Prepares a new run, or resumes the run in the folder.
    ///
    /// - Parameters:
    ///   - configuration: The settings of the run.
    ///   - dataset: The data set. The configuration's limits are applied to it.
    ///   - seed: The seed of all random numbers of the run.
    ///   - folder: The path of the run's folder, which is created if it does not exist.
    ///   - data: The path of the data set's folder, which is recorded with the settings; `nil` for a data set that is
    ///     found by its name.
    ///   - device: The device that trains.
    ///   - checkpointInterval: The time in seconds between checkpoints within an epoch. There is also a checkpoint at
    ///     the end of each epoch.
    ///   - allowsChangedData: Whether a run resumes if its images differ from those that its folder records.
    /// - Throws: `TrainingError` if a setting is out of range, if there are no images, if the folder contains another
    ///   run or its images differ, or if training would not fit in memory; `FileError` if another process trains in the
    ///   folder; and the errors of reading and writing the folder.
    public init(
        _ configuration: TrainingConfiguration, on dataset: ImageDataset, seed: UInt64, folder: String,
        data: String? = nil, device: Device = .cpu, checkpointInterval: Double = 60, allowsChangedData: Bool = false
    ) throws {
        try configuration.check("configuration")
        var configuration = configuration
        let precedesDropLast = Checkpoint.precedesDropLast(RunPaths(folder).checkpoint)
        if precedesDropLast == true { configuration.dropLast = true }
        self.configuration = configuration
        self.seed = seed
        self.folder = folder
        self.device = device
        self.checkpointInterval = checkpointInterval
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
            device: device)
        network = try configuration.makeNetwork(
            imageShape: dataset.train.imageShape, classCount: classCount, seed: seed)
        try network.to(device)
        optimizer = AdamW(
            network.parameterGroups(
                learningRate: configuration.learningRate, weightDecay: configuration.weightDecay))

        let train = self.dataset.train
        func loader(mixup: Double) throws -> ImageLoader {
            try ImageLoader(
                train, classCount: classCount, batchSize: configuration.batch, seed: seed,
                lastBatch: configuration.lastBatch(trainCount: train.count),
                augmentation: configuration.augmentation, labelSmoothing: configuration.labelSmoothing,
                mixup: mixup > 0 ? Mixup(alpha: mixup) : nil)
        }
        trainLoader = try loader(mixup: configuration.mixup)
        plainLoader = try loader(mixup: 0)
        let stepsPerEpoch = trainLoader.batchCount
        schedule = CosineSchedule(
            base: configuration.learningRate, final: configuration.finalLearningRate,
            warmUpSteps: Int((configuration.warmUpEpochs * Double(stepsPerEpoch)).rounded()),
            totalSteps: configuration.epochs * stepsPerEpoch)

        description = RunDescription(
            configuration: configuration, seed: seed, datasetName: dataset.name, classNames: dataset.classNames,
            imageShape: train.imageShape, trainCount: train.count, precedesDropLast: precedesDropLast)
        paths = RunPaths(folder)
        metrics = MetricsFile(path: paths.metrics)
        lock = try FolderLock(making: folder)
        for path in paths.all {
            AtomicFile.removeLeftovers(of: path)
            guard isFile(path) || !FileManager.default.fileExists(atPath: path) else {
                throw TrainingError(
                    "\(path): is a folder, and a run has a file there; remove it, or choose another output folder")
            }
        }
        let record: RunData?
        var dataNotes: [String]
        do {
            (record, dataNotes) = try RunData.check(self.dataset, in: folder, allowsChanges: allowsChangedData)
        } catch {
            // Different settings, such as a limit, explain more than the different images that they cause.
            _ = try Checkpoint.load(paths.checkpoint, of: description, dataMayDiffer: true, into: network, optimizer)
            throw error
        }
        let (test, untested) = try record?.testable(self.dataset.test) ?? (self.dataset.test, nil)
        dataNotes += untested.map { ["\(folder): \($0)"] } ?? []
        notes = dataNotes
        testLoader = try ImageLoader(
            test, classCount: classCount, batchSize: max(configuration.batch, 100), order: .asStored)
        let dataMayDiffer = record != nil
        (progress, epochs) = (Checkpoint.Progress(), [])
        if let found = try Checkpoint.load(
            paths.checkpoint, of: description, dataMayDiffer: dataMayDiffer, into: network, optimizer)
        {
            progress = found
        } else if FileManager.default.fileExists(atPath: paths.weights) {
            // The run has finished; only the checkpoint, which is no longer needed, is missing.
            guard FileManager.default.fileExists(atPath: paths.evaluation) else {
                throw TrainingError(
                    "\(folder): holds the weights of a run, but neither its checkpoint nor its evaluation; remove "
                        + "weights.safetensors to train anew, or choose another output folder")
            }
            let run = try TrainedRun(folder: folder)
            if !(dataMayDiffer && run.description.agrees(with: description)) {
                try run.description.requireSame(as: description, paths.weights)
            }
            try network.load(state: run.network(on: device).state())
            progress = Checkpoint.Progress(epoch: configuration.epochs, seconds: run.epochs.last?.seconds ?? 0)
        }
        guard
            progress.isPlausible(
                epochs: configuration.epochs, batchCount: allowsChangedData ? .max : stepsPerEpoch,
                imageCount: allowsChangedData ? .max : train.count)
        else {
            throw TrainingError(
                "\(paths.checkpoint): says that the run stands where it cannot stand; remove the run's folder and train again"
            )
        }
        epochs = try metrics.read(first: progress.epoch)
        guard epochs.count == progress.epoch else {
            throw TrainingError(
                "\(metrics.path): has \(epochs.count) epochs, the checkpoint \(progress.epoch); remove the run's folder"
            )
        }
        try AtomicFile.write(RunSettings(configuration, seed: seed, data: data).yaml(), to: paths.configuration)
        if let record, progress.epoch < configuration.epochs {
            try AtomicFile.write(jsonText(record) + "\n", to: paths.data)
        }
    }

    /// An event that `run` reports.
    public enum Event: Sendable {
        /// A training batch has finished.
        case batch(BatchReport)
        /// An epoch and its test have finished.
        case epoch(EpochMetrics)
    }

    /// The state of a run after a training batch.
    public struct BatchReport: Sendable {
        /// The current epoch, from 1.
        public let epoch: Int
        /// The number of finished batches of the epoch.
        public let batch: Int
        /// The number of batches in the epoch.
        public let batchCount: Int
        /// The mean loss over the images of the epoch so far.
        public let loss: Double
        /// The number of images trained per second, over the part of the epoch that was trained since it began or
        /// resumed.
        public let imagesPerSecond: Double
        /// The estimated time in seconds to train the rest of the run at this rate, without tests.
        public let secondsLeft: Double
    }

    /// Trains until the run has finished, and writes the weights and the evaluation into the folder.
    ///
    /// - Parameter report: Called for each event. If it throws, the run ends with that error, and can resume from its
    ///   last checkpoint.
    /// - Returns: The evaluation of the trained network on the test images.
    /// - Throws: `Stopped` if the run was asked to stop; `TrainingError` if the run diverges, that is, if a loss or a
    ///   number in the state of the network or the optimizer is not finite; what `report` throws; and the errors of
    ///   writing the folder.
    public func run(_ report: (Event) throws -> Void = { _ in }) throws -> Evaluation {
        if lock == nil { lock = try FolderLock(folder) }
        defer { lock = nil }
        network.train()
        var evaluation: Evaluation?
        while progress.epoch < configuration.epochs {
            try trainEpoch(report)
            let epoch = progress.epoch + 1
            try checkState("after epoch \(epoch)")
            let tested = try test(countsSpikes: epoch == configuration.epochs)
            guard tested.loss.isFinite else {
                throw diverged("epoch \(epoch): the loss on the test images is \(tested.loss)")
            }
            evaluation = tested
            let step = epoch * trainLoader.batchCount - 1
            let figures = EpochMetrics(
                epoch: epoch, trainLoss: progress.lossSum / Double(progress.images),
                trainAccuracy: Double(progress.correct) / Double(progress.images), testLoss: tested.loss,
                testAccuracy: tested.accuracy, learningRate: schedule.learningRate(at: step),
                seconds: progress.seconds)
            epochs.append(figures)
            // The metrics are written before the checkpoint, so that the checkpoint is never ahead of them.
            try metrics.write(epochs)
            try EventFile(path: paths.events).write(
                epochs, imagesPerEpoch: min(trainLoader.batchCount * configuration.batch, dataset.train.count))
            progress = Checkpoint.Progress(epoch: epoch, seconds: progress.seconds)
            try writeCheckpoint()
            try report(.epoch(figures))
        }
        if evaluation == nil, let run = try? TrainedRun(folder: folder), (try? run.hasWeights(of: network)) == true {
            return run.evaluation
        }
        let result = try evaluation ?? test(countsSpikes: true)
        try Safetensors.write(try network.state(), metadata: ["run": jsonText(description)], to: paths.weights)
        try AtomicFile.write(jsonText(result) + "\n", to: paths.evaluation)
        return result
    }

    /// Evaluates the network in its current state on the test images.
    ///
    /// - Throws: `TensorError` if the computation fails, for instance when memory runs out.
    public func evaluate() throws -> Evaluation {
        try Evaluation(network, testLoader, on: device) { try self.logits($0, $1) }
    }

    /// Evaluates the network like `evaluate`, but ends with `Stopped` if the run is asked to stop.
    private func test(countsSpikes: Bool) throws -> Evaluation {
        try Evaluation(network, testLoader, on: device, countsSpikes: countsSpikes) {
            try self.stopIfAsked()
            return try self.logits($0, $1)
        }
    }

    private func stopIfAsked() throws {
        guard isAskedToStop() else { return }
        try writeCheckpoint()
        throw Stopped(
            epoch: min(progress.epoch + 1, configuration.epochs), batch: progress.batch,
            batchCount: trainLoader.batchCount, checkpoint: paths.checkpoint)
    }

    private func trainEpoch(_ report: (Event) throws -> Void) throws {
        let mixes = Double(progress.epoch) < configuration.mixupShare * Double(configuration.epochs)
        let loader = mixes ? trainLoader : plainLoader
        let batches = loader.batches(epoch: progress.epoch, from: progress.batch)
        let clock = ContinuousClock()
        var lastCheckpoint = clock.now
        var (sessionImages, sessionSeconds) = (0, 0.0)
        while true {
            let start = clock.now
            guard let batch = try batches.next() else { break }
            try step(batch, at: progress.epoch * loader.batchCount + batch.index)
            let seconds = (clock.now - start) / .seconds(1)
            progress.batch += 1
            progress.seconds += seconds
            sessionImages += batch.indices.count
            sessionSeconds += seconds
            let rate = Double(sessionImages) / sessionSeconds
            let left = (configuration.epochs - progress.epoch) * loader.batchCount - progress.batch
            if clock.now - lastCheckpoint > .seconds(checkpointInterval), progress.batch < loader.batchCount {
                try writeCheckpoint()
                lastCheckpoint = clock.now
            }
            try report(
                .batch(
                    BatchReport(
                        epoch: progress.epoch + 1, batch: progress.batch, batchCount: loader.batchCount,
                        loss: progress.lossSum / Double(progress.images), imagesPerSecond: rate,
                        secondsLeft: Double(left) * Double(configuration.batch) / rate)))
            try stopIfAsked()
        }
    }

    private func step(_ batch: ImageBatch, at step: Int) throws {
        let logits = try logits(network, batch.images.to(device))
        let loss = try logits.crossEntropy(batch.targets.to(device))
        let value = try loss.item()
        guard value.isFinite else {
            throw diverged("epoch \(batch.epoch + 1), batch \(batch.index + 1): the loss is \(value)")
        }
        try optimizer.clearGradients()
        try loss.backward()
        optimizer.setLearningRate(schedule.learningRate(at: step))
        try optimizer.step()
        progress.lossSum += value * Double(batch.indices.count)
        progress.correct += Int(try (logits.detached().argmax(1) .== batch.labels.to(device)).sum().item())
        progress.images += batch.indices.count
    }

    private func logits(_ network: any Layer, _ images: Tensor) throws -> Tensor {
        switch configuration.precision {
        case .fp32: try network(images)
        case .bf16: try withAutocast(.bfloat16, on: device) { try network(images) }.to(.float32)
        }
    }

    /// Throws if the state of the network or the optimizer contains numbers that are not finite.
    private func checkState(_ when: String) throws {
        if let problem = try network.stateProblem() ?? optimizer.stateProblem() {
            throw diverged("\(when): \(problem)")
        }
    }

    private func diverged(_ what: String) -> TrainingError {
        let checkpoint =
            isFile(paths.checkpoint)
            ? "the last good checkpoint is \(paths.checkpoint)" : "there is no checkpoint yet"
        return TrainingError(
            "\(what): the run has diverged; lower the learning rate, which is \(configuration.learningRate), and train again "
                + "in another folder; \(checkpoint)")
    }

    private func writeCheckpoint() throws {
        try checkState("epoch \(progress.epoch + 1), batch \(progress.batch)")
        try Checkpoint.write(progress, of: description, network, optimizer, to: paths.checkpoint)
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
