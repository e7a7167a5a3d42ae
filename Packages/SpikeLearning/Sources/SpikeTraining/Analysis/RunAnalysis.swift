import SpikeDatasets
import SpikingLayers
import SpikingModels
import TorchTensors

extension TrainedRun {
    /// Which spike patterns each channel of the encoder emits for the pictures; with direct encoding, of the first
    /// neurons.
    ///
    /// - Throws: `TrainingError` for more than 62 steps.
    public func codesInUse(
        on pictures: PictureLoader, device: Device = .cpu, progress: (_ done: Int, _ count: Int) -> Void = { _, _ in }
    ) throws -> CodesInUse {
        let steps = description.configuration.steps
        guard steps <= 62 else { throw TrainingError("\(folder): codes are counted up to 62 steps, it has \(steps)") }
        let network = try network(on: device)
        var codes = CodesInUse(steps: steps, channels: network.input.channels)
        try each(pictures, progress) { batch in
            let spikes = try inItsPrecision(on: device) { try network.encode(batch.pictures.to(device)) }
            try codes.add(spikes)
        }
        return codes
    }

    /// What the synapses would cost a picture, from the spikes that these pictures lead to.
    ///
    /// - Parameter spikes: Counts the spikes of every layer meanwhile.
    public func energyEstimate(
        on pictures: PictureLoader, device: Device = .cpu, spikes: SpikeRateMeter = SpikeRateMeter(),
        progress: (_ done: Int, _ count: Int) -> Void = { _, _ in }
    ) throws -> EnergyEstimate {
        let network = try network(on: device)
        var meter = SynapseMeter()
        try each(pictures, progress) { batch in
            _ = try spikes.counting(network) {
                try inItsPrecision(on: device) { try meter.logits(of: batch.pictures.to(device), network) }
            }
        }
        guard let estimate = meter.estimate else { throw TrainingError("\(folder): there are no pictures to measure") }
        return estimate
    }

    private func each(
        _ pictures: PictureLoader, _ progress: (_ done: Int, _ count: Int) -> Void,
        _ body: (PictureBatch) throws -> Void
    ) throws {
        let batches = pictures.batches(epoch: 0)
        try withoutGradient {
            while let batch = try batches.next() {
                try body(batch)
                progress(batch.index + 1, pictures.batchCount)
            }
        }
    }
}
