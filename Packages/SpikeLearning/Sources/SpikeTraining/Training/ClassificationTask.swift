import Foundation
import SpikeDatasets
import SpikingModels
import TorchModules
import TorchTensors

/// Training of a classifier, as the training loop sees it.
///
/// The loss of an update is the mean over the images of its batches. Each worker computes its share of every batch, and
/// the gradients of an update's last batch are added up over the workers.
final class ClassificationTask: TrainingTask {
    typealias Configuration = TrainingConfiguration

    let configuration: TrainingConfiguration
    let network: any ImageClassifier
    let device: Device
    let record: RunDescription
    let imagesPerEpoch: Int
    /// The loader of the test images, which is set once the data are compared with those of the run's folder.
    var testLoader: ImageLoader?

    private let workers: Workers
    let joint: JointTraining
    private let optimizer: AdamW
    private let schedule: CosineSchedule
    private let trainLoader: ImageLoader
    /// The loader for epochs without mixup; otherwise the same as `trainLoader`.
    private let plainLoader: ImageLoader

    /// - Parameters:
    ///   - network: The network with its initial weights, on `device`.
    ///   - train: The images to train on.
    ///   - record: The description of the run.
    ///   - workers: The workers that train together.
    ///   - synchronizesNormalization: Whether batch normalisation uses the statistics of the whole batch, and not those
    ///     of a worker's share.
    init(
        _ network: any ImageClassifier, _ train: ImageSplit, _ record: RunDescription, on device: Device,
        workers: Workers = .alone, synchronizesNormalization: Bool = true
    ) throws {
        let configuration = record.configuration
        self.configuration = configuration
        self.network = network
        self.device = device
        self.record = record
        self.workers = workers
        joint = try JointTraining(network, workers, synchronizesNormalization: synchronizesNormalization)
        optimizer = AdamW(
            network.parameterGroups(
                learningRate: configuration.learningRate, weightDecay: configuration.weightDecay))
        func loader(mixup: Double) throws -> ImageLoader {
            try ImageLoader(
                train, classCount: record.classNames.count, batchSize: configuration.batch, seed: record.seed,
                lastBatch: configuration.lastBatch(trainCount: train.count),
                augmentation: configuration.augmentation, labelSmoothing: configuration.labelSmoothing,
                mixup: mixup > 0 ? Mixup(alpha: mixup) : nil, share: workers.share)
        }
        trainLoader = try loader(mixup: configuration.mixup)
        plainLoader = try loader(mixup: 0)
        let updatesPerEpoch = configuration.updates(ofBatches: trainLoader.batchCount)
        schedule = CosineSchedule(
            base: configuration.learningRate, final: configuration.finalLearningRate,
            warmUpSteps: Int((configuration.warmUpEpochs * Double(updatesPerEpoch)).rounded()),
            totalSteps: configuration.epochs * updatesPerEpoch)
        imagesPerEpoch = min(trainLoader.batchCount * configuration.batch, train.count)
    }

    var batchCount: Int { trainLoader.batchCount }

    func batches(epoch: Int, from first: Int) throws -> () throws -> ImageBatch? {
        let mixes = Double(epoch) < configuration.mixupShare * Double(configuration.epochs)
        let batches = (mixes ? trainLoader : plainLoader).batches(epoch: epoch, from: first)
        return { try batches.next() }
    }

    func mayStop(afterBatches count: Int) -> Bool { count % batchCount % configuration.accumulate == 0 }

    func beginTraining() { network.train() }

    func train(_ batch: ImageBatch, step: Int, _ progress: inout Checkpoint.Progress) throws {
        joint.begin(isStandIn: batch.isStandIn)
        let logits = try logits(network, batch.images.to(device))
        let loss = try logits.crossEntropy(batch.targets.to(device))
        let correct = try (logits.detached().argmax(1) .== batch.labels.to(device)).sum().item()
        // The loss and the number of correct answers of the whole batch, on the way during the backward pass.
        let figures = try workers.beginSum(
            batch.isStandIn ? [0, 0] : [loss.item() * Double(batch.count), correct])
        let update = batch.index / configuration.accumulate
        let isLast = mayStop(afterBatches: step + 1)
        if batch.index % configuration.accumulate == 0 { try optimizer.clearGradients() }
        let weight = Double(batch.count) / Double(imageCount(ofUpdate: update))
        try joint.addGradients(of: weight == 1 ? loss : loss * weight, isLast: isLast)
        let sums = try figures.finish()
        guard sums[0].isFinite else {
            throw Divergence(
                description: "epoch \(batch.epoch + 1), batch \(batch.index + 1): the loss is "
                    + "\((sums[0] / Double(batch.wholeCount)).plainText)")
        }
        progress.lossSum += sums[0]
        progress.correct += Int(sums[1])
        progress.images += batch.wholeCount
        guard isLast else { return }
        let updatesPerEpoch = configuration.updates(ofBatches: batchCount)
        optimizer.setLearningRate(schedule.learningRate(at: batch.epoch * updatesPerEpoch + update))
        try optimizer.step()
    }

    /// Returns the number of images in the batches of an update.
    private func imageCount(ofUpdate update: Int) -> Int {
        let first = update * configuration.accumulate
        return (first..<min(first + configuration.accumulate, batchCount)).reduce(0) {
            $0 + trainLoader.imageCount(ofBatch: $1)
        }
    }

    /// Computes the logits of images in the precision of the run.
    func logits(_ network: any Layer, _ images: Tensor) throws -> Tensor {
        switch configuration.precision {
        case .fp32: try network(images)
        case .bf16: try withAutocast(.bfloat16, on: device) { try network(images) }.to(.float32)
        }
    }

    func evaluation(after epoch: Int, isLast: Bool, willTest: () throws -> Void) throws -> Evaluation? {
        guard let testLoader else { preconditionFailure("ClassificationTask: there are no images to test on") }
        try joint.shareStatistics()
        let tested = try Evaluation(network, testLoader, on: device, countsSpikes: isLast, workers: workers) {
            try willTest()
            return try self.logits($0, $1)
        }
        guard tested.loss.isFinite else {
            throw Divergence(description: "epoch \(epoch): the loss on the test images is \(tested.loss)")
        }
        return tested
    }

    func metrics(epoch: Int, _ progress: Checkpoint.Progress, _ result: Evaluation?) -> EpochMetrics {
        EpochMetrics(
            epoch: epoch, trainLoss: progress.lossSum / Double(progress.images),
            trainAccuracy: Double(progress.correct) / Double(progress.images), testLoss: result?.loss ?? 0,
            testAccuracy: result?.accuracy ?? 0,
            learningRate: schedule.learningRate(at: epoch * configuration.updates(ofBatches: batchCount) - 1),
            seconds: progress.seconds)
    }

    func finishedResult(in folder: String) -> Evaluation? {
        guard let run = try? TrainedRun(folder: folder), (try? run.hasWeights(of: network)) == true else { return nil }
        return run.evaluation
    }

    func loadFinished(in folder: String, dataMayDiffer: Bool) throws -> Double {
        let run = try TrainedRun(folder: folder)
        if !(dataMayDiffer && run.description.agrees(with: record)) {
            try run.description.requireSame(as: record, RunPaths(folder).weights)
        }
        try network.load(state: run.network(on: device).state())
        return run.epochs.last?.seconds ?? 0
    }

    func stateProblem() throws -> String? { try network.stateProblem() ?? optimizer.stateProblem() }

    func state() throws -> [String: Tensor] {
        var state: [String: Tensor] = [:]
        state.add(try network.state(), prefix: "model.")
        state.add(try optimizer.state(), prefix: "optimizer.")
        return state
    }

    func load(state: [String: Tensor]) throws {
        try network.load(state: state.part("model."))
        try optimizer.load(state: state.part("optimizer."))
    }

    func weights() throws -> [String: Tensor] { try network.state() }
}
