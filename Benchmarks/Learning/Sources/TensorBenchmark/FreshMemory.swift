import TorchTensors

/// What a fresh 32 MiB tensor costs, filled with ones.
enum FreshMemory {
    /// The median of so many, in seconds.
    static func seconds(repeats: Int = 30) throws -> Double {
        // glibc takes up to nine blocks before it comes back to the first.
        for _ in 0..<16 { _ = try Tensor.ones([8 << 20]) }
        return median(
            try (0..<repeats).map { _ in
                let begin = ContinuousClock.now
                _ = try Tensor.ones([8 << 20])
                return (ContinuousClock.now - begin) / .seconds(1)
            })
    }
}

func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
