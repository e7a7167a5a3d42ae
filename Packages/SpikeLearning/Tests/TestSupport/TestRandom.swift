import TorchTensors

/// Random tensors for tests; put `seed` into the message of an expectation.
public struct TestRandom {
    public let seed: UInt64
    private let stream: RandomStream
    private var draws = 0

    /// - Parameter seed: To repeat a run.
    public init(seed: UInt64 = .random(in: 0..<1_000_000)) {
        self.seed = seed
        stream = RandomStream(seed: seed)
    }

    /// Standard normal numbers, float32; others with each call.
    public mutating func normal(_ shape: [Int]) throws -> Tensor {
        defer { draws += 1 }
        return try .normal(shape, from: stream.split(draws))
    }

    /// Numbers in 0..<1, float32; others with each call.
    public mutating func uniform(_ shape: [Int]) throws -> Tensor {
        defer { draws += 1 }
        return try .uniform(shape, in: 0..<1, from: stream.split(draws))
    }
}
