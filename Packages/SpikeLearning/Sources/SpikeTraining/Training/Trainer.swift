import ArrayFiles
import Foundation
import SpikeDatasets
import SpikingModels
import TorchModules
import TorchTensors

/// Trains a network on a data set's pictures, and can be interrupted at any moment: a run goes on from its last
/// checkpoint, and on one thread its weights are then bit for bit those of a run that was not interrupted.
///
/// A run's folder holds `configuration.yaml`, `data.json`, `metrics.jsonl`, `checkpoint.safetensors` and, once it is
/// through, `weights.safetensors` and `evaluation.json`, which `TrainedRun` reads.
public final class Trainer {
    public let configuration: TrainingConfiguration
    public let dataset: PictureDataset
    public let seed: UInt64
    public let folder: String
    public let device: Device
    public let network: any PictureClassifier

    /// Figures of the epochs that are done.
    public private(set) var epochs: [EpochMetrics]

    /// What whoever trains should know about the data, each a line.
    public let notes: [String]

    private let optimizer: AdamW
    private let schedule: CosineSchedule
    private let trainLoader: PictureLoader
    /// As `trainLoader`, for epochs without mixup.
    private let plainLoader: PictureLoader
    private let testLoader: PictureLoader
    private let description: RunDescription
    private let paths: RunPaths
    private let metrics: MetricsFile
    private var progress: Checkpoint.Progress
    private let checkpointInterval: Double

    /// Begins a run, or takes it up where its folder says that it stands.
    ///
    /// - Parameters:
    ///   - folder: Made if it is not there.
    ///   - checkpointInterval: Seconds between checkpoints within an epoch; there is one at the end of each.
    ///   - allowsChangedData: Whether a run goes on if its images are not those that its folder records.
    /// - Throws: `TrainingError` if the folder holds another run, and what reading and writing it throws.
    public init(
        _ configuration: TrainingConfiguration, on dataset: PictureDataset, seed: UInt64, folder: String,
        device: Device = .cpu, checkpointInterval: Double = 60, allowsChangedData: Bool = false
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
        network = try configuration.makeNetwork(
            pictureShape: dataset.train.pictureShape, classCount: classCount, seed: seed)
        try network.to(device)
        optimizer = AdamW(
            network.parameterGroups(
                learningRate: configuration.learningRate, weightDecay: configuration.weightDecay))

        let train = self.dataset.train
        func loader(mixup: Double) throws -> PictureLoader {
            try PictureLoader(
                train, classCount: classCount, batchSize: configuration.batch, seed: seed,
                lastBatch: configuration.dropLast && train.count > configuration.batch ? .dropped : .keptOrJoined,
                augmentation: configuration.augmentation, labelSmoothing: configuration.labelSmoothing,
                mixup: mixup > 0 ? Mixup(alpha: mixup) : nil)
        }
        trainLoader = try loader(mixup: configuration.mixup)
        plainLoader = try loader(mixup: 0)
        testLoader = try PictureLoader(
            self.dataset.test, classCount: classCount, batchSize: max(configuration.batch, 100), order: .asStored)
        guard trainLoader.batchCount > 0 else {
            throw TrainingError("\(dataset.name): there are no pictures to train on; raise limit-train")
        }
        let stepsPerEpoch = trainLoader.batchCount
        schedule = CosineSchedule(
            base: configuration.learningRate, final: configuration.finalLearningRate,
            warmUpSteps: Int((configuration.warmUpEpochs * Double(stepsPerEpoch)).rounded()),
            totalSteps: configuration.epochs * stepsPerEpoch)

        description = RunDescription(
            configuration: configuration, seed: seed, datasetName: dataset.name, classNames: dataset.classNames,
            pictureShape: train.pictureShape, trainCount: train.count, precedesDropLast: precedesDropLast)
        paths = RunPaths(folder)
        metrics = MetricsFile(path: paths.metrics)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for path in paths.all { AtomicFile.removeLeftovers(of: path) }
        let (data, dataNotes) = try RunData.check(self.dataset, in: folder, allowsChanges: allowsChangedData)
        notes = dataNotes
        progress =
            try Checkpoint.load(
                paths.checkpoint, of: description, dataMayDiffer: data != nil, into: network, optimizer)
            ?? Checkpoint.Progress()
        epochs = try metrics.read(first: progress.epoch)
        guard epochs.count == progress.epoch else {
            throw TrainingError(
                "\(metrics.path): has \(epochs.count) epochs, the checkpoint \(progress.epoch); remove the run's folder"
            )
        }
        try AtomicFile.write(configuration.yaml(), to: paths.configuration)
        if let data, progress.epoch < configuration.epochs {
            try AtomicFile.write(jsonText(data) + "\n", to: paths.data)
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
        public let picturesPerSecond: Double
        /// Of training, without tests, at this rate.
        public let secondsLeft: Double
    }

    /// Trains to the end, and returns how the network does on the test pictures.
    ///
    /// - Parameter report: Called as things happen. What it throws ends the run after that batch; it can be taken up.
    public func run(_ report: (Event) throws -> Void = { _ in }) throws -> Evaluation {
        network.train()
        var evaluation: Evaluation?
        while progress.epoch < configuration.epochs {
            try trainEpoch(report)
            let tested = try evaluate()
            evaluation = tested
            let step = (progress.epoch + 1) * trainLoader.batchCount - 1
            let figures = EpochMetrics(
                epoch: progress.epoch + 1, trainLoss: progress.lossSum / Double(progress.pictures),
                trainAccuracy: Double(progress.correct) / Double(progress.pictures), testLoss: tested.loss,
                testAccuracy: tested.accuracy, learningRate: schedule.learningRate(at: step),
                seconds: progress.seconds)
            epochs.append(figures)
            // Figures first: a checkpoint is never ahead of them.
            try metrics.write(epochs)
            try EventFile(path: paths.events).write(
                epochs, picturesPerEpoch: min(trainLoader.batchCount * configuration.batch, dataset.train.count))
            progress = Checkpoint.Progress(epoch: progress.epoch + 1, seconds: progress.seconds)
            try writeCheckpoint()
            try report(.epoch(figures))
        }
        if evaluation == nil, let run = try? TrainedRun(folder: folder) { return run.evaluation }
        let result = try evaluation ?? evaluate()
        try Safetensors.write(try network.state(), metadata: ["run": jsonText(description)], to: paths.weights)
        try AtomicFile.write(jsonText(result) + "\n", to: paths.evaluation)
        return result
    }

    /// How the network does on the test pictures now.
    public func evaluate() throws -> Evaluation {
        try Evaluation(network, testLoader, on: device) { try self.logits($0, $1) }
    }

    private func trainEpoch(_ report: (Event) throws -> Void) throws {
        let mixes = Double(progress.epoch) < configuration.mixupShare * Double(configuration.epochs)
        let loader = mixes ? trainLoader : plainLoader
        let batches = loader.batches(epoch: progress.epoch, from: progress.batch)
        let clock = ContinuousClock()
        var lastCheckpoint = clock.now
        var (sessionPictures, sessionSeconds) = (0, 0.0)
        while true {
            let start = clock.now
            guard let batch = try batches.next() else { break }
            try step(batch, at: progress.epoch * loader.batchCount + batch.index)
            let seconds = (clock.now - start) / .seconds(1)
            progress.batch += 1
            progress.seconds += seconds
            sessionPictures += batch.indices.count
            sessionSeconds += seconds
            let rate = Double(sessionPictures) / sessionSeconds
            let left = (configuration.epochs - progress.epoch) * loader.batchCount - progress.batch
            if clock.now - lastCheckpoint > .seconds(checkpointInterval), progress.batch < loader.batchCount {
                try writeCheckpoint()
                lastCheckpoint = clock.now
            }
            try report(
                .batch(
                    BatchReport(
                        epoch: progress.epoch + 1, batch: progress.batch, batchCount: loader.batchCount,
                        loss: progress.lossSum / Double(progress.pictures), picturesPerSecond: rate,
                        secondsLeft: Double(left * configuration.batch) / rate)))
        }
    }

    private func step(_ batch: PictureBatch, at step: Int) throws {
        let logits = try logits(network, batch.pictures.to(device))
        let loss = try logits.crossEntropy(batch.targets.to(device))
        let value = try loss.item()
        guard value.isFinite else {
            throw TrainingError(
                "epoch \(batch.epoch + 1), batch \(batch.index + 1): the loss is \(value); lower the learning rate. "
                    + "The last good checkpoint is \(paths.checkpoint)")
        }
        try optimizer.clearGradients()
        try loss.backward()
        optimizer.setLearningRate(schedule.learningRate(at: step))
        try optimizer.step()
        progress.lossSum += value * Double(batch.indices.count)
        progress.correct += Int(try (logits.detached().argmax(1) .== batch.labels.to(device)).sum().item())
        progress.pictures += batch.indices.count
    }

    private func logits(_ network: any Layer, _ pictures: Tensor) throws -> Tensor {
        switch configuration.precision {
        case .fp32: try network(pictures)
        case .bf16: try withAutocast(.bfloat16, on: device) { try network(pictures) }.to(.float32)
        }
    }

    private func writeCheckpoint() throws {
        try Checkpoint.write(progress, of: description, network, optimizer, to: paths.checkpoint)
    }
}

extension TrainingConfiguration {
    var augmentation: PictureAugmentation? {
        var transforms: [any PictureTransform] = []
        if flip { transforms.append(HorizontalFlip()) }
        if crop > 0 { transforms.append(PadAndCrop(padding: crop)) }
        if randAugment > 0 { transforms.append(RandAugment(count: randAugment)) }
        if erasing > 0 { transforms.append(RandomErasing(probability: erasing)) }
        return transforms.isEmpty ? nil : PictureAugmentation(transforms)
    }
}
