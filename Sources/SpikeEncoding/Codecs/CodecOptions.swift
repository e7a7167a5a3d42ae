/// Which spikes are put out. The encoder's own state moves the same way in both.
public enum Polarity: String, Sendable, Hashable, Codable, CaseIterable {
    /// Up and down.
    case bipolar
    /// Up only.
    case unipolar

    /// What a down event puts out.
    var down: Int8 { self == .bipolar ? -1 : 0 }
}

/// Which definition of a codec holds where the Python package `spike-encoding` 1.8.2 departs from its source.
public enum Dialect: String, Sendable, Hashable, Codable, CaseIterable {
    /// The published algorithm.
    case standard
    /// What the package computes.
    case reference
}

/// What stands before the first sample.
public enum Padding: String, Sendable, Hashable, Codable, CaseIterable {
    case zero
    /// The first sample itself.
    case edge
}
