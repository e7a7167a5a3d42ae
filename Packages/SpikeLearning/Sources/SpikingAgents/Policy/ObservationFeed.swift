import SpikeEncoding
import SpikeGym
import TorchTensors

/// Encodes what the copies of an environment show, for a network: [B, features] to [T, B, units], float32.
struct ObservationFeed {
    let encoder: ObservationEncoder
    private(set) var state: ObservationEncoderState
    let device: Device

    init(_ encoder: ObservationEncoder, batch: Int, device: Device) {
        self.init(encoder, ObservationEncoderState(batch: batch, of: encoder), device: device)
    }

    /// Goes on from a state.
    init(_ encoder: ObservationEncoder, _ state: ObservationEncoderState, device: Device) {
        self.encoder = encoder
        self.state = state
        self.device = device
    }

    /// - Throws: `CodecError` for NaN or infinity, `TensorError`.
    mutating func spikes(_ observations: [Float]) throws -> (tensor: Tensor, spikes: ObservationSpikes) {
        let rows = Observations(
            values: observations.map { Double($0) }, featureCount: encoder.scaler.featureCount)
        let spikes = try encoder.encode(rows, &state)
        let tensor = try Tensor(
            sharing: spikes.values.map { Float($0) }, shape: [spikes.steps, spikes.batch, spikes.units])
        return (try tensor.to(device), spikes)
    }

    /// As `spikes`, but the observations are not what the next are compared with.
    func peek(_ observations: [Float]) throws -> Tensor {
        var other = self
        return try other.spikes(observations).tensor
    }

    /// Begins an episode in every copy.
    mutating func beginEpisodes() { state.beginEpisodes() }

    /// Begins episodes where a step ended some.
    mutating func follow(_ step: EnvironmentStep) {
        for row in 0..<state.batch where step.isEnd(row) { state.beginEpisode(row: row) }
    }
}
