import SpikeEncoding
import TorchTensors

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Random numbers for tests; put `seed` into the message of an expectation.
public struct TestRandom {
    public let seed: UInt64
    private let generator: Philox
    private var position: UInt64 = 0

    /// - Parameter seed: To repeat a run.
    public init(seed: UInt64 = .random(in: 0..<1_000_000)) {
        self.seed = seed
        generator = Philox(seed: seed)
    }

    /// Standard normal numbers, float32.
    public mutating func normal(_ shape: [Int]) throws -> Tensor {
        let count = shape.reduce(1, *)
        let values = (0..<count).map { index in
            let (u, v) = generator.uniforms(pair: position + UInt64(index))
            return Float(sqrt(-2 * log(1 - u)) * cos(2 * .pi * v))
        }
        position += UInt64(count)
        return try Tensor(values, shape: shape)
    }
}
