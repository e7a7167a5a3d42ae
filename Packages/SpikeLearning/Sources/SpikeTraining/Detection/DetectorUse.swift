import ObjectDetection
import SpikeDatasets
import SpikingModels
import TorchModules
import TorchTensors

/// A detector with the settings with which it is used: its precision, device and size of images.
struct DetectorUse {
    let network: any ObjectDetector
    let configuration: DetectionConfiguration
    let device: Device
    let grid: DetectionGrid

    init(_ network: any ObjectDetector, _ configuration: DetectionConfiguration, on device: Device) {
        self.network = network
        self.configuration = configuration
        self.device = device
        grid = network.grid(height: configuration.side, width: configuration.side)
    }

    /// Returns the raw predictions [B, N, 5 + classes] for images [B, 3, S, S], in float32, in the run's precision.
    func predictions(_ images: Tensor) throws -> Tensor {
        let images = try images.to(device)
        switch configuration.precision {
        case .fp32: return try network(images)
        case .bf16: return try withAutocast(.bfloat16, on: device) { try network(images) }.to(.float32)
        }
    }

    /// Returns the loss of raw predictions for a batch, or the part of it that this worker's share has. Difficult objects
    /// do not count.
    func loss(_ raw: Tensor, of batch: DetectionBatch, _ workers: Workers) throws -> DetectionLoss.Value {
        let loss = DetectionLoss(
            box: configuration.boxLoss, objectness: configuration.objectnessLoss,
            classification: configuration.classLoss)
        return try loss(
            raw, batch.boxes.map { $0.filter { !$0.isDifficult } }, grid: grid, side: configuration.side,
            isStandIn: batch.isStandIn, sum: workers.sum)
    }

    /// Evaluates the network on all images of a loader, in evaluation mode and without gradients. Afterwards the network
    /// is in its former mode.
    ///
    /// - Parameters:
    ///   - loader: The images, without augmentation.
    ///   - classNames: The names of the classes.
    ///   - countsSpikes: Whether to measure the firing rate of every layer.
    ///   - workers: The workers that evaluate together, whose shares `loader` makes. All get the same results.
    ///   - willTest: Called before each batch; it may throw to stop.
    ///   - found: Receives each image of this worker with its objects and detections, in pixels of the image, and its
    ///     position.
    func evaluate(
        _ loader: DetectionLoader, classNames: [String], countsSpikes: Bool, workers: Workers = .alone,
        willTest: () throws -> Void = {}, found: (_ sample: Int, _ image: EvaluatedImage) -> Void = { _, _ in }
    ) throws -> DetectionFigures {
        let wasTraining = network.isTraining
        network.evaluate()
        defer { if wasTraining { network.train() } }
        let meter = countsSpikes ? SpikeRateMeter() : nil
        let batches = loader.batches(epoch: 0)
        var (evaluated, lossSum): ([GatheredDetections], Double) = ([], 0)
        try withoutGradient {
            while let batch = try batches.next() {
                try willTest()
                func raw() throws -> Tensor { try predictions(batch.images) }
                let raw = try meter.flatMap { try batch.isStandIn ? nil : $0.counting(network, during: raw) } ?? raw()
                lossSum += try loss(raw, of: batch, workers).total.item()
                // A stand-in is computed only because the others may wait for this worker.
                if batch.isStandIn { continue }
                for (place, detections) in try grid.detections(raw, .evaluation).enumerated() {
                    let (index, letterbox) = (batch.samples[place], batch.letterboxes[place])
                    let one = GatheredDetections(sample: index, detections: detections.map { $0.original(letterbox) })
                    evaluated.append(one)
                    found(index, one.image(loader))
                }
            }
        }
        lossSum = try workers.sum([lossSum])[0]
        try meter?.addUp(over: workers, network)
        let images = try GatheredDetections.gathered(evaluated, workers).map { $0.image(loader) }
        return try workers.ofMain(
            DetectionFigures(
                images, classNames: classNames, loss: images.isEmpty ? 0 : lossSum / Double(images.count),
                spikeRates: configuration.hasSpikes ? meter?.rates : nil))
    }
}

extension Detection {
    /// Returns the detection with its box in pixels of the image that a letterbox holds.
    func original(_ letterbox: Letterbox) -> Detection {
        Detection(box: letterbox.original(box), label: label, score: score)
    }
}
