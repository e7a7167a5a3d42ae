import TorchTensors

/// Hands out random streams for initial values: the same for the same seed and the same order of `split`s.
///
/// Pass one source through the construction of a network; each tensor draws from a stream of its own.
public struct RandomSource: Sendable {
    private let stream: RandomStream
    private var splits = 0

    public init(seed: UInt64) { stream = RandomStream(seed: seed) }

    /// An independent stream, another one with each call.
    public mutating func split() -> RandomStream {
        defer { splits += 1 }
        return stream.split(splits)
    }
}
