import SpikeKernels

/// Whether a codec emits spikes in both directions. It does not affect the state of the encoder.
public enum Polarity: String, Sendable, Hashable, Codable, CaseIterable, ParameterValue {
    /// Spikes go up and down.
    case bipolar
    /// Spikes go only up.
    case unipolar

    /// The spike of a down event: −1, or 0 if spikes go only up.
    var down: Int8 { self == .bipolar ? -1 : 0 }
}

/// The definition of a codec, where the Python package `spike-encoding` 1.8.2 deviates from the publication.
public enum Dialect: String, Sendable, Hashable, Codable, CaseIterable, ParameterValue {
    /// The published algorithm.
    case standard
    /// The algorithm as the package computes it.
    case reference

    /// The variant of `SpikeKernels` with the same meaning.
    var variant: Variant { self == .standard ? .standard : .reference }
}

/// The value that the first sample of a recording is compared with.
public enum Padding: String, Sendable, Hashable, Codable, CaseIterable, ParameterValue {
    /// The value 0.
    case zero
    /// The first sample itself.
    case edge
}
