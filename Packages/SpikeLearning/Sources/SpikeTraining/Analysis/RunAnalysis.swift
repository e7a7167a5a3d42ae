import SpikeDatasets
import SpikingLayers
import SpikingModels
import TorchTensors

extension TrainedRun {
    /// Which spike patterns each channel of the encoder emits for the images; with direct encoding, of the first
    /// neurons.
    ///
    /// - Throws: `TrainingError` for more than 62 steps.
    public func codesInUse(
        on images: ImageLoader, device: Device = .cpu, progress: (_ done: Int, _ count: Int) -> Void = { _, _ in }
    ) throws -> CodesInUse {
        let steps = description.configuration.steps
        guard steps <= 62 else { throw TrainingError("\(folder): codes are counted up to 62 steps, it has \(steps)") }
        let network = try network(on: device)
        var codes = CodesInUse(steps: steps, channels: network.input.channels)
        try each(images, progress) { batch in
            let spikes = try inItsPrecision(on: device) { try network.encode(batch.images.to(device)) }
            try codes.add(spikes)
        }
        return codes
    }

    /// What the synapses would cost an image, from the spikes that these images lead to.
    ///
    /// - Parameter spikes: Counts the spikes of every layer meanwhile.
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

    private func each(
        _ images: ImageLoader, _ progress: (_ done: Int, _ count: Int) -> Void,
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
