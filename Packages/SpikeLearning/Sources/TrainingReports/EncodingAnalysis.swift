import SpikeDatasets
import SpikeTraining
import SpikingLayers
import SpikingModels
import TorchTensors

/// What a trained network makes of test images: its first spikes, and what its synapses would cost.
public struct EncodingAnalysis: Sendable {
    /// The first spikes of an image.
    public struct Example: Sendable {
        /// [T][C][H′·W′], 0 or 1.
        public let spikes: [[[Float]]]
        /// H′
        public let height: Int
        /// W′
        public let width: Int
    }

    public let parameterCount: Int

    /// θ, [T][C]; nil where neurons encode.
    public let thresholds: [[Double]]?

    /// θ where training begins, [T]; nil where neurons encode.
    public let initialThresholds: [Double]?

    /// Nil beyond 62 steps.
    public let codes: CodesInUse?

    public let example: Example

    public let energy: EnergyEstimate

    /// Images whose first spikes are counted, and those of which synapses are measured.
    public static let imageLimits = (codes: 500, energy: 100)

    /// - Parameter images: At least one; the first is the example.
    public init(_ run: TrainedRun, _ images: ImageSplit, device: Device = .cpu) throws {
        let network = try run.network(on: device)
        parameterCount = network.parameterCount
        if let encoder = network.input.encoder as? TemporalEncoder {
            let thresholds = try encoder.thresholds().detached().to(.cpu)
            let channels = thresholds.shape[1]
            let values = try thresholds.elements(as: Double.self)
            self.thresholds = (0..<encoder.steps).map { Array(values[$0 * channels..<($0 + 1) * channels]) }
            let fresh = try TemporalEncoder(encoder.encoding, channels: 1, steps: encoder.steps)
            initialThresholds = try fresh.thresholds().detached().elements(as: Double.self)
        } else {
            thresholds = nil
            initialThresholds = nil
        }

        let classCount = run.description.classNames.count
        func loader(_ limit: Int) throws -> ImageLoader {
            try ImageLoader(
                images.limited(.first(limit)), classCount: classCount, batchSize: 100, order: .asStored)
        }
        energy = try run.energyEstimate(on: loader(Self.imageLimits.energy), device: device)
        let codes =
            run.description.configuration.steps <= 62
            ? try run.codesInUse(on: loader(Self.imageLimits.codes), device: device)
            : nil
        self.codes = codes
        let batches = try loader(1).batches(epoch: 0)
        guard let first = try batches.next() else {
            throw TrainingError("\(run.folder): there is no test image to show; raise limit-test")
        }
        example = try withoutGradient { try Self.example(network.encode(first.images.to(device)).to(.cpu)) }
    }

    /// Of the first image.
    private static func example(_ spikes: Tensor) throws -> Example {
        let shape = spikes.shape
        let (steps, channels, area) = (shape[0], shape[2], shape[3] * shape[4])
        let first = try spikes.sliced(1, 0..<1).to(.float32).contiguous().elements(as: Float.self)
        let maps = (0..<steps).map { step in
            (0..<channels).map { channel in
                let start = (step * channels + channel) * area
                return Array(first[start..<start + area])
            }
        }
        return Example(spikes: maps, height: shape[3], width: shape[4])
    }
}
