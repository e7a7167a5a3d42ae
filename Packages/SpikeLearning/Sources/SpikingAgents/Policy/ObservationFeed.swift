import SpikeEncoding
import SpikeGym
import TorchTensors

/// Encodes the observations of parallel environments for a network: [B, features] to float32 spikes [T, B, units].
struct ObservationFeed {
    let encoder: ObservationEncoder
    private(set) var state: ObservationEncoderState
    let device: Device

    init(_ encoder: ObservationEncoder, batch: Int, device: Device) {
        self.init(encoder, ObservationEncoderState(batch: batch, of: encoder), device: device)
    }

    /// Creates a feed that continues from an encoder's state.
    init(_ encoder: ObservationEncoder, _ state: ObservationEncoderState, device: Device) {
        self.encoder = encoder
        self.state = state
        self.device = device
    }

    /// Encodes observations [B, features], and remembers them for the changes to the next ones.
    ///
    /// - Throws: `CodecError` if an observation is NaN or infinite; `TensorError`.
    mutating func spikes(_ observations: [Float]) throws -> (tensor: Tensor, spikes: ObservationSpikes) {
        let rows = Observations(
            values: observations.map { Double($0) }, featureCount: encoder.scaler.featureCount)
        let spikes = try encoder.encode(rows, &state)
        let tensor = try Tensor(
            sharing: spikes.values.map { Float($0) }, shape: [spikes.steps, spikes.batch, spikes.units])
        return (try tensor.to(device), spikes)
    }

    /// Encodes observations [B, features] without remembering them: the next ones are not compared with these.
    func peek(_ observations: [Float]) throws -> Tensor {
        var other = self
        return try other.spikes(observations).tensor
    }

    /// Begins an episode in every environment.
    mutating func beginEpisodes() { state.beginEpisodes() }

    /// Begins an episode in each environment whose episode the step ended.
    mutating func follow(_ step: EnvironmentStep) {
        for row in 0..<state.batch where step.isEnd(row) { state.beginEpisode(row: row) }
    }
}
