import TorchTensors

/// A source of independent random streams for the first values of tensors. The same seed and the same order of calls
/// give the same streams.
///
/// Pass one source to all layers of a network; each tensor draws from its own stream.
public struct RandomSource: Sendable {
    private let stream: RandomStream
    private var splits = 0

    /// Creates a source with a seed.
    public init(seed: UInt64) { stream = RandomStream(seed: seed) }

    /// Returns an independent stream, a different one at each call.
    public mutating func split() -> RandomStream {
        defer { splits += 1 }
        return stream.split(splits)
    }
}
