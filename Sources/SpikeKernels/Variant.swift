/// The definition of an algorithm, where the Python package `spike-encoding` 1.8.2 deviates from the publication.
public enum Variant: Sendable {
    /// The algorithm as published.
    case standard
    /// The algorithm as the package computes it.
    case reference
}
