import SpikeDatasets
import SpikingLayers
import SpikingModels
import TorchTensors

extension TrainedRun {
    /// Returns the spike patterns that each channel of the encoder emits for the images. With direct encoding, they are
    /// those of the first neurons.
    ///
    /// - Parameters:
    ///   - images: The images to encode.
    ///   - device: The device that computes.
    ///   - progress: Called with the number of finished batches and the number of all batches.
    /// - Throws: `TrainingError` if the network has more than 62 time steps, and the errors of `network(on:)`.
    public func codesInUse(
        on images: ImageLoader, device: Device = .cpu, progress: (_ done: Int, _ count: Int) -> Void = { _, _ in }
    ) throws -> CodesInUse {
        let steps = description.configuration.steps
        guard steps <= CodesInUse.greatestSteps else {
            throw TrainingError(
                "\(folder): codes are counted up to \(CodesInUse.greatestSteps) steps, it has \(steps)")
        }
        let network = try network(on: device)
        var codes = CodesInUse(steps: steps, channels: network.input.channels)
        try each(images, progress) { batch in
            let spikes = try inItsPrecision(on: device) { try network.encode(batch.images.to(device)) }
            try codes.add(spikes)
        }
        return codes
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
        on images: ImageLoader, device: Device = .cpu, spikes: SpikeRateMeter = SpikeRateMeter(),
        progress: (_ done: Int, _ count: Int) -> Void = { _, _ in }
    ) throws -> EnergyEstimate {
        let network = try network(on: device)
        var meter = SynapseMeter()
        try each(images, progress) { batch in
            _ = try spikes.counting(network) {
                try inItsPrecision(on: device) { try meter.logits(of: batch.images.to(device), network) }
            }
        }
        guard let estimate = meter.estimate else { throw TrainingError("\(folder): there are no images to measure") }
        return estimate
    }

    /// Measures what a report shows about the network's encoding, in one pass over the images.
    ///
    /// - Parameters:
    ///   - images: The images to measure, at least one.
    ///   - energyCount: The number of images with which the energy is estimated, rounded up to whole batches.
    ///   - network: The network of this run, on `device`.
    ///   - device: The device that computes.
    /// - Throws: `TrainingError` if there are no images.
    public func encodingMeasures(
        on images: ImageLoader, energyCount: Int, _ network: any ImageClassifier, device: Device = .cpu
    ) throws -> EncodingMeasures {
        let steps = description.configuration.steps
        var codes = steps <= CodesInUse.greatestSteps ? CodesInUse(steps: steps, channels: network.input.channels) : nil
        var meter = SynapseMeter()
        var (first, seen): (Tensor?, Int) = (nil, 0)
        func look(_ spikes: Tensor) throws(TensorError) {
            if first == nil { first = try spikes.sliced(1, 0..<1).detached().to(.float32).to(.cpu) }
            try codes?.add(spikes)
        }
        try each(images) { batch in
            let pixels = try batch.images.to(device)
            _ = try inItsPrecision(on: device) {
                if seen < energyCount { return try meter.logits(of: pixels, network, encoded: look) }
                let spikes = try network.encode(pixels)
                try look(spikes)
                return spikes
            }
            seen += pixels.shape[0]
        }
        guard let first, let energy = meter.estimate else {
            throw TrainingError("\(folder): there is no test image to show; raise limit-test")
        }
        return EncodingMeasures(firstSpikes: first, codes: codes, energy: energy)
    }

    private func each(
        _ images: ImageLoader, _ progress: (_ done: Int, _ count: Int) -> Void = { _, _ in },
        _ body: (ImageBatch) throws -> Void
    ) throws {
        let batches = images.batches(epoch: 0)
        try withoutGradient {
            while let batch = try batches.next() {
                try body(batch)
                progress(batch.index + 1, images.batchCount)
            }
        }
    }
}

/// The results of `TrainedRun.encodingMeasures`.
public struct EncodingMeasures {
    /// The encoded spikes of the first image: [T, 1, C, H′, W′], float32.
    public let firstSpikes: Tensor
    /// The spike patterns of each channel; `nil` if there are more than `CodesInUse.greatestSteps` time steps.
    public let codes: CodesInUse?
    /// The estimated energy of the synapses per image.
    public let energy: EnergyEstimate
}
