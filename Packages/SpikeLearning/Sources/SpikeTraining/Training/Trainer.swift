import ArrayFiles
import Foundation
import SpikeDatasets
import SpikingModels
import TorchModules
import TorchTensors

/// Trains a network on a data set's images, and can be interrupted at any moment: a run goes on from its last
/// checkpoint, and on one thread its weights are then bit for bit those of a run that was not interrupted.
///
/// A run's folder holds `configuration.yaml`, `data.json`, `metrics.jsonl`, `checkpoint.safetensors` and, once it has
/// finished, `weights.safetensors` and `evaluation.json`, which `TrainedRun` reads. While there is a trainer that has not run to its
/// end, the folder is locked: another one is refused.
public final class Trainer {
    public let configuration: TrainingConfiguration
    public let dataset: ImageDataset
    public let seed: UInt64
    public let folder: String
    public let device: Device
    public let network: any ImageClassifier

    /// Figures of the epochs that are done.
    public private(set) var epochs: [EpochMetrics]

    /// What whoever trains should know about the data, each a line.
    public let notes: [String]

    private let optimizer: AdamW
    private let schedule: CosineSchedule
    private let trainLoader: ImageLoader
    /// As `trainLoader`, for epochs without mixup.
    private let plainLoader: ImageLoader
    private let testLoader: ImageLoader
    private let description: RunDescription
    private let paths: RunPaths
    private let metrics: MetricsFile
    private var progress: Checkpoint.Progress
    private let checkpointInterval: Double
    private var lock: FolderLock?

    /// Asked after each batch of training and of testing; where the answer is true, `run` writes a checkpoint and throws
    /// `Stopped`.
    public var isAskedToStop: () -> Bool = { false }

    /// That a run was asked to stop, and has written a checkpoint.
    public struct Stopped: Error, Sendable {
        /// From 1.
        public let epoch: Int
        /// How many of the epoch's batches are done, and how many there are.
        public let batch: Int
        public let batchCount: Int
        /// The checkpoint's path.
        public let checkpoint: String
    }

    /// Begins a run, or takes it up where its folder says that it stands.
    ///
    /// - Parameters:
    ///   - folder: Made if it is not there.
    ///   - data: The data set's folder, to be written down with the settings; nil for one that is found by its name.
    ///   - checkpointInterval: Seconds between checkpoints within an epoch; there is one at the end of each.
    ///   - allowsChangedData: Whether a run goes on if its images are not those that its folder records.
    /// - Throws: `TrainingError` if the folder holds another run, or training would not fit in memory; `FileError` if
    ///   another process trains in the folder; and what reading and writing it throws.
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
                lastBatch: configuration.dropLast && train.count > configuration.batch ? .dropped : .keptOrJoined,
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
            // Settings that differ, such as a limit, explain more than the images that differ for it.
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
            // Finished, but for a checkpoint that is no longer needed.
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

    /// What happens in a run.
    public enum Event: Sendable {
        /// After each batch.
        case batch(BatchReport)
        /// After each epoch and its test.
        case epoch(EpochMetrics)
    }

    public struct BatchReport: Sendable {
        /// From 1.
        public let epoch: Int
        /// How many of the epoch's batches are done, and how many there are.
        public let batch: Int
        public let batchCount: Int
        /// The mean over this epoch so far.
        public let loss: Double
        public let imagesPerSecond: Double
        /// Of training, without tests, at this rate.
        public let secondsLeft: Double
    }

    /// Trains to the end, and returns how the network does on the test images.
    ///
    /// - Parameter report: Called as things happen. What it throws ends the run after that batch; it can be taken up.
    /// - Throws: `Stopped` if that was asked for; `TrainingError` if the run diverges: if a loss, in training or on the
    ///   test images, or a weight is no longer a finite number.
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
            // Figures first: a checkpoint is never ahead of them.
            try metrics.write(epochs)
            try EventFile(path: paths.events).write(
                epochs, imagesPerEpoch: min(trainLoader.batchCount * configuration.batch, dataset.train.count))
            progress = Checkpoint.Progress(epoch: epoch, seconds: progress.seconds)
            try writeCheckpoint()
            try report(.epoch(figures))
        }
        if evaluation == nil, let run = try? TrainedRun(folder: folder) { return run.evaluation }
        let result = try evaluation ?? test(countsSpikes: true)
        try Safetensors.write(try network.state(), metadata: ["run": jsonText(description)], to: paths.weights)
        try AtomicFile.write(jsonText(result) + "\n", to: paths.evaluation)
        return result
    }

    /// How the network does on the test images now.
    public func evaluate() throws -> Evaluation {
        try Evaluation(network, testLoader, on: device) { try self.logits($0, $1) }
    }

    /// As `evaluate`, unless the run is asked to stop meanwhile.
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

    /// Throws if training has made numbers of which nothing good can come.
    private func checkState(_ when: String) throws {
        if let name = try network.notFinite() ?? optimizer.notFinite() {
            throw diverged("\(when): \(name) holds numbers that are not finite")
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
