import Foundation
import ObjectDetection
import SpikeDatasets
import SpikingModels
import TorchModules
import TorchTensors

/// Training of a detector, as the training loop sees it.
///
/// The gradients of several batches are added up for an update. A moving average follows the weights, and images are
/// tested with it. Each worker computes its share of every batch. The gradients are added up over the workers at the end
/// of an update, and also at the end of an epoch, which may be in the middle of an update: the main worker alone then
/// keeps the sums, so that its state is that of all.
final class DetectionTask: TrainingTask {
    typealias Configuration = DetectionConfiguration

    let record: RunRecord<DetectionConfiguration>
    /// The loader of the test images, which is set once the data are compared with those of the run's folder.
    var testLoader: DetectionLoader?

    let joint: JointTraining

    private let workers: Workers
    private let use: DetectorUse
    private let optimizer: SGD
    private let parameters: [(name: String, parameter: Parameter)]
    private let average: ExponentialMovingAverage
    private let schedule: WarmUpSchedule
    private let trainLoader: DetectionLoader

    /// - Parameters:
    ///   - network: The network with its initial weights, on `device`.
    ///   - train: The images to train on.
    ///   - record: The description of the run.
    ///   - workers: The workers that train together.
    ///   - synchronizesNormalization: Whether batch normalisation uses the statistics of the whole batch, and not those
    ///     of a worker's share.
    init(
        _ network: any ObjectDetector, _ train: [DetectionSample], _ record: RunRecord<DetectionConfiguration>,
        on device: Device, workers: Workers = .alone, synchronizesNormalization: Bool = true
    ) throws {
        let configuration = record.configuration
        self.record = record
        self.workers = workers
        joint = try JointTraining(network, workers, synchronizesNormalization: synchronizesNormalization)
        use = DetectorUse(network, configuration, on: device)
        parameters = network.namedParameters()
        optimizer = SGD(
            network.parameterGroups(
                learningRate: configuration.learningRate, weightDecay: configuration.scaledWeightDecay),
            momentum: configuration.momentum, isNesterov: configuration.momentum > 0)
        average = try ExponentialMovingAverage(of: network, decay: 0)
        trainLoader = try configuration.trainLoader(train, seed: record.seed, workers)
        let stepsPerEpoch = trainLoader.batchCount
        schedule = WarmUpSchedule(
            LinearSchedule(
                initial: configuration.learningRate, final: configuration.finalLearningRate,
                totalSteps: configuration.epochs * stepsPerEpoch),
            warmUpSteps: Int((configuration.warmUpEpochs * Double(stepsPerEpoch)).rounded()))
    }

    private var configuration: DetectionConfiguration { record.configuration }
    private var network: any ObjectDetector { use.network }

    var batchCount: Int { trainLoader.batchCount }
    var imagesPerEpoch: Int { trainLoader.samples.count }

    func batches(epoch: Int, from first: Int) throws -> () throws -> DetectionBatch? {
        let batches = trainLoader.batches(epoch: epoch, from: first)
        return { try batches.next() }
    }

    func mayStop(afterBatches count: Int) -> Bool {
        workers.size == 1 || count % batchCount == 0 || endsUpdate(count)
    }

    /// Whether an update of the weights follows a batch.
    ///
    /// - Parameter count: The number of finished batches of the run.
    private func endsUpdate(_ count: Int) -> Bool {
        count % configuration.batchesPerUpdate == 0 || count == configuration.epochs * batchCount
    }

    func beginTraining() { network.train() }

    func train(_ batch: DetectionBatch, step: Int, _ progress: inout Checkpoint.Progress) throws {
        let place = "epoch \(batch.epoch + 1), batch \(batch.index + 1)"
        joint.begin(isStandIn: batch.isStandIn)
        let loss = try use.loss(use.predictions(batch.images), of: batch, workers)
        // The loss of the whole batch, and its parts, on the way during the backward pass.
        let figures = try workers.beginSum([loss.total.item()] + loss.parts)
        let done = step + 1
        try joint.addGradients(of: loss.total, isLast: mayStop(afterBatches: done))
        let sums = try figures.finish()
        guard sums[0].isFinite else { throw Divergence(description: "\(place): the loss is \(sums[0].plainText)") }
        let images = batch.wholeCount
        progress.lossSum += sums[0]
        progress.lossParts = zip(progress.lossParts ?? [0, 0, 0], sums.dropFirst()).map { $0 + $1 * Double(images) }
        progress.images += images
        guard endsUpdate(done) else {
            if !workers.isMain, mayStop(afterBatches: done) { try optimizer.clearGradients() }
            return
        }
        if configuration.clip > 0 {
            do {
                try clipGradientNorm(parameters.map(\.parameter), maximum: configuration.clip)
            } catch {
                throw Divergence(description: "\(place): \(error)")
            }
        }
        optimizer.setLearningRate(schedule.learningRate(at: step))
        try optimizer.step()
        try optimizer.clearGradients()
        let perUpdate = configuration.batchesPerUpdate
        let updates = Double((done + perUpdate - 1) / perUpdate)
        average.decay = configuration.averaging * (1 - exp(-updates / configuration.averagingWarmUp))
        try average.update()
    }

    func evaluation(after epoch: Int, isLast: Bool, willTest: () throws -> Void) throws -> DetectionFigures? {
        guard isLast || epoch % configuration.testEvery == 0 else { return nil }
        guard let testLoader else { preconditionFailure("DetectionTask: there are no images to test on") }
        let figures = try average.withAverages {
            try joint.shareStatistics()
            return try use.evaluate(
                testLoader, classNames: record.classNames, countsSpikes: isLast, workers: workers,
                willTest: {
                    try outsideAverages(willTest)
                })
        }
        guard figures.loss.isFinite else {
            throw Divergence(description: "epoch \(epoch): the loss on the test images is \(figures.loss)")
        }
        return figures
    }

    /// Runs `body` while the network holds its own weights, as checkpoints need them.
    private func outsideAverages(_ body: () throws -> Void) throws {
        average.swap()
        defer { average.swap() }
        try body()
    }

    func metrics(epoch: Int, _ progress: Checkpoint.Progress, _ result: DetectionFigures?) -> DetectionMetrics {
        let count = Double(progress.images)
        let parts = (progress.lossParts ?? [0, 0, 0]).map { $0 / count }
        return DetectionMetrics(
            epoch: epoch, trainLoss: progress.lossSum / count, boxLoss: parts[0], objectnessLoss: parts[1],
            classLoss: parts[2], testLoss: result?.loss, mAP50: result?.mAP50, mAP5095: result?.mAP5095,
            learningRate: schedule.learningRate(at: epoch * batchCount - 1), seconds: progress.seconds)
    }

    func finishedResult(in folder: String) -> DetectionFigures? {
        guard let run = try? DetectionRun(folder: folder), let found = try? run.weights() else { return nil }
        let own = average.state()
        let isSame = own.allSatisfy { name, tensor in
            (try? found[name]?.equals(tensor.to(.cpu))) == true
        }
        return isSame && own.count == found.count ? run.figures : nil
    }

    func loadFinished(in folder: String, dataMayDiffer: Bool) throws -> Double {
        let run = try DetectionRun(folder: folder)
        if !(dataMayDiffer && run.record.agrees(with: record)) {
            try run.record.requireSame(as: record, RunPaths(folder).weights)
        }
        let weights = try run.network(on: use.device).state()
        try network.load(state: weights)
        try average.load(state: weights)
        return run.epochs.last?.seconds ?? 0
    }

    func stateProblem() throws -> String? {
        if let problem = try network.stateProblem() ?? optimizer.stateProblem() { return problem }
        for (name, tensor) in average.state().sorted(by: { $0.key < $1.key }) where try !tensor.isFinite().all() {
            return "the average of \(name) holds numbers that are not finite"
        }
        return nil
    }

    func state() throws -> [String: Tensor] {
        var state: [String: Tensor] = [:]
        state.add(try network.state(), prefix: "model.")
        state.add(try optimizer.state(), prefix: "optimizer.")
        state.add(average.state(), prefix: "average.")
        for (name, parameter) in parameters { state["gradient.\(name)"] = parameter.tensor.gradient }
        return state
    }

    func load(state: [String: Tensor]) throws {
        let gradients = state.part("gradient.")
        for (name, tensor) in gradients {
            guard let parameter = parameters.first(where: { $0.name == name })?.parameter.tensor,
                parameter.shape == tensor.shape, try tensor.isFinite().all()
            else { throw TensorError("gradient.\(name) is not the gradient of a parameter") }
        }
        try network.load(state: state.part("model."))
        try optimizer.load(state: state.part("optimizer."))
        try average.load(state: state.part("average."))
        for (name, parameter) in parameters {
            try parameter.tensor.setGradient(workers.isMain ? gradients[name]?.to(use.device) : nil)
        }
    }

    func weights() throws -> [String: Tensor] { average.state() }
}
