import SpikeDatasets
import SpikeTraining
import SpikingLayers
import SpikingModels
import TorchTensors

/// Measures a trained network on test images: its first spikes, the codes it uses, and the estimated energy of its
/// synapses.
public struct EncodingAnalysis: Sendable {
    /// The spikes of the first spiking layer for one image.
    public struct Example: Sendable {
        /// The spikes, [T][C][H′·W′], each 0 or 1.
        public let spikes: [[[Float]]]
        /// The height H′ of the spike maps.
        public let height: Int
        /// The width W′ of the spike maps.
        public let width: Int
    }

    /// The number of the network's parameters.
    public let parameterCount: Int

    /// The encoder's thresholds θ, [T][C]; `nil` if neurons encode instead.
    public let thresholds: [[Double]]?

    /// The thresholds θ before training, [T]; `nil` if neurons encode instead.
    public let initialThresholds: [Double]?

    /// The codes that the channels use; `nil` for more than 62 time steps.
    public let codes: CodesInUse?

    /// The first spikes of the first image.
    public let example: Example

    /// The estimated energy of the synapses per image.
    public let energy: EnergyEstimate

    /// The largest numbers of images for counting codes and for measuring energy.
    public static let imageLimits = (codes: 500, energy: 100)

    /// Measures the network of a run.
    ///
    /// - Parameters:
    ///   - run: The trained run.
    ///   - images: The test images, at least one; the first is the example.
    ///   - device: The device that the network runs on.
    /// - Throws: The errors of reading the run and of computing with its network.
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

        let loader = try ImageLoader(
            images.limited(.first(Self.imageLimits.codes)), classCount: run.description.classNames.count,
            batchSize: Self.imageLimits.energy, order: .asStored)
        let measures = try run.encodingMeasures(
            on: loader, energyCount: Self.imageLimits.energy, network, device: device)
        energy = measures.energy
        codes = measures.codes
        example = try Self.example(measures.firstSpikes)
    }

    /// Turns spikes into an example.
    ///
    /// - Parameter spikes: The spikes of one image, [T, 1, C, H′, W′], float32.
    private static func example(_ spikes: Tensor) throws -> Example {
        let shape = spikes.shape
        let (steps, channels, area) = (shape[0], shape[2], shape[3] * shape[4])
        let first = try spikes.contiguous().elements(as: Float.self)
        let maps = (0..<steps).map { step in
            (0..<channels).map { channel in
                let start = (step * channels + channel) * area
                return Array(first[start..<start + area])
            }
        }
        return Example(spikes: maps, height: shape[3], width: shape[4])
    }
}
