import ObjectDetection
import SpikeDatasets
import SpikingModels
import TorchModules
import TorchTensors

extension DetectionRun {
    /// Returns the images of a data set to test the run on.
    ///
    /// - Parameters:
    ///   - dataset: The data set that the run was trained on, or one with the same classes.
    ///   - limit: The number of images, the first ones; 0 for all, `nil` for the limit in the run's configuration.
    ///   - allowsChangedData: Whether images and boxes may differ from those that the run's folder records. Images that
    ///     the run was trained on are then left out.
    ///   - note: Called with one line for each remark about the images.
    /// - Throws: `TrainingError` if the data set has other classes, if there are no images to test on, or if the images
    ///   differ and that is not allowed.
    public func testImages(
        of dataset: DetectionDataset, limit: Int? = nil, allowsChangedData: Bool = false,
        note: (String) -> Void = { _ in }
    ) throws -> DetectionLoader {
        guard dataset.classNames == record.classNames else {
            throw TrainingError(
                "\(folder): was trained on the classes \(record.classNames.joined(separator: ", ")), and \(dataset.name) "
                    + "has \(dataset.classNames.joined(separator: ", ")); name the right data set with --data")
        }
        var samples = dataset.test
        if let recorded = try RunData(folder: folder) {
            let difference = recorded.difference(to: RunData(record.configuration.limited(dataset)))
            if let difference, !allowsChangedData {
                throw TrainingError(
                    "\(folder): the images of \(dataset.name) are not those that the run was trained and tested on: "
                        + "\(difference); name the right data set with --data, or test on these with "
                        + "--allow-changed-data")
            }
            if let difference { note("\(folder): the images have changed: \(difference)") }
            let (kept, leftOut) = recorded.testable(samples, trainedOn: difference != nil)
            samples = kept
            if let leftOut { note("\(folder): \(leftOut)") }
        } else {
            note(
                "\(folder): does not record its data; images that it was trained on may be among those that it is "
                    + "tested on")
        }
        let count = limit ?? record.configuration.limitTest
        if count > 0 { samples = Array(samples.prefix(count)) }
        guard !samples.isEmpty else { throw TrainingError("\(dataset.name): there are no images to test on") }
        return try record.configuration.testLoader(samples)
    }

    /// Evaluates the network on annotated images.
    ///
    /// - Parameters:
    ///   - images: The images, as `testImages` returns them.
    ///   - device: The device that computes.
    ///   - progress: Called with the number of finished batches and the number of all batches.
    ///   - found: Receives the position of each image with its objects and detections, in pixels of the image.
    /// - Throws: `TrainingError` if the loss is not finite, and the errors of `network(on:)`.
    public func evaluate(
        on images: DetectionLoader, device: Device = .cpu,
        progress: (_ done: Int, _ count: Int) -> Void = { _, _ in },
        found: (_ sample: Int, _ image: EvaluatedImage) -> Void = { _, _ in }
    ) throws -> DetectionFigures {
        var done = -1
        let figures = try DetectorUse(network(on: device), record.configuration, on: device).evaluate(
            images, classNames: record.classNames, countsSpikes: true,
            willTest: {
                done += 1
                progress(done, images.batchCount)
            }, found: found)
        guard figures.loss.isFinite else {
            throw TrainingError(
                "\(folder): the network's loss on these images is \(figures.loss.plainText), so its answers mean nothing; train "
                    + "again with a lower learning-rate")
        }
        return figures
    }

    /// Finds objects in an image.
    ///
    /// - Parameters:
    ///   - image: The image, of one channel or three.
    ///   - network: The network of this run, on `device`.
    ///   - thresholds: The thresholds for scores and overlaps.
    ///   - device: The device that computes.
    /// - Returns: The detections by falling scores, with boxes in pixels of the image.
    /// - Throws: `TensorError` if the computation fails.
    public func detections(
        in image: Image, _ network: any ObjectDetector, _ thresholds: DetectionThresholds = .display,
        on device: Device = .cpu
    ) throws -> [Detection] {
        let side = record.configuration.side
        let letterbox = Letterbox(width: image.width, height: image.height, side: side)
        let square = letterbox.square(image.withChannels(3))
        let use = DetectorUse(network, record.configuration, on: device)
        return try withoutGradient {
            let pixels = try Tensor(square.pixels, shape: [1, 3, side, side]).to(.float32) / 255
            return try use.grid.detections(use.predictions(pixels), thresholds)[0].map { $0.original(letterbox) }
        }
    }

    /// Estimates the energy that the network's synapses would take per image, from the spikes for these images.
    ///
    /// - Parameters:
    ///   - images: The images to measure, at least one.
    ///   - device: The device that computes.
    ///   - spikes: A meter that counts the spikes of every layer at the same time.
    ///   - progress: Called with the number of finished batches and the number of all batches.
    /// - Throws: `TrainingError` if there are no images, and the errors of `network(on:)`.
    public func energyEstimate(
        on images: DetectionLoader, device: Device = .cpu, spikes: SpikeRateMeter = SpikeRateMeter(),
        progress: (_ done: Int, _ count: Int) -> Void = { _, _ in }
    ) throws -> EnergyEstimate {
        let network = try network(on: device)
        let isShort = record.configuration.precision == .bf16
        var meter = SynapseMeter()
        let batches = images.batches(epoch: 0)
        while let batch = try batches.next() {
            _ = try spikes.counting(network) {
                func measure() throws -> Tensor { try meter.logits(of: batch.images.to(device), network) }
                return isShort ? try withAutocast(.bfloat16, on: device, measure) : try measure()
            }
            progress(batch.index + 1, images.batchCount)
        }
        guard let estimate = meter.estimate else { throw TrainingError("\(folder): there are no images to measure") }
        return estimate
    }
}
