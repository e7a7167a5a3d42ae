import TestSupport
import Testing
import TorchModules
import TorchTensors

@Suite("Batch normalisation with channels innermost", .leavesNothing)
struct BatchNormKernelTests {
    /// Result, gradients of input, weight and bias, and running statistics, in float64.
    private func everything(_ x: Tensor, _ upstream: Tensor, isTracking: Bool) throws -> [(String, Tensor)] {
        let norm = try BatchNorm2d(
            channels: x.shape[1], momentum: 0.3, epsilon: 1e-3, tracksRunningStatistics: isTracking)
        try norm.to(x.dtype)
        try withoutGradient {
            let channels = try Tensor.arange(x.shape[1]).to(x.dtype)
            try norm.weight!.copy(from: channels * 0.1 + 0.5)
            try norm.bias!.copy(from: channels * 0.2 - 1)
        }
        let x = try x.detached().requireGradient()
        let result = try norm(x)
        try result.backward(upstream)
        var all = [
            ("result", try result.detached()), ("input", x.gradient!), ("weight", norm.weight!.gradient!),
            ("bias", norm.bias!.gradient!),
        ]
        if isTracking { all += [("mean", norm.runningMean!), ("variance", norm.runningVariance!)] }
        return try all.map { ($0.0, try $0.1.to(.float64)) }
    }

    @Test(
        "as LibTorch in double precision", arguments: [[2, 3, 4, 5], [4, 64, 9, 7], [3, 17, 5, 2]], [true, false])
    func agreement(shape: [Int], isTracking: Bool) throws {
        var random = TestRandom()
        // A mean far from 0 costs digits of the variance.
        let x = try (random.normal(shape) * 2 + 10).channelsLast()
        let upstream = try random.normal(shape)
        let expected = try everything(x.to(.float64), upstream.to(.float64), isTracking: isTracking)
        let actual = try everything(x, upstream, isTracking: isTracking)
        for ((name, expected), (_, actual)) in zip(expected, actual) {
            let scale = max(1, try expected.absolute().maximum().item())
            let difference = try (expected - actual).absolute().maximum().item()
            // Values around 10 are known to 5e-7; so are their distances to the mean.
            #expect(difference < 5e-6 * scale, "\(name), seed \(random.seed)")
        }
    }

    @Test("the same on any number of threads, in the memory's order of the input")
    func threads() throws {
        var random = TestRandom()
        let x = try random.normal([8, 32, 16, 16]).channelsLast()
        let before = Torch.threadCount
        defer { try? Torch.setThreadCount(before) }
        let results = try [1, 2, 3].map { threads in
            try Torch.setThreadCount(threads)
            return try BatchNorm2d(channels: 32)(x)
        }
        #expect(results[0].strides == x.strides)
        #expect(try results[0].equals(results[1]) && results[0].equals(results[2]), "seed \(random.seed)")
    }

    @Test("long sums lose no digits")
    func longSums() throws {
        let x = try Tensor.full([16, 1, 256, 256], 0.1).tiled(1, 2, 1, 1).channelsLast()
        let norm = try BatchNorm2d(channels: 2, momentum: 1)
        _ = try norm(x)
        // A million times 0.1 in single precision is off by a percent if added one by one.
        #expect(try norm.runningMean!.elements(as: Float.self) == [0.1, 0.1])
    }
}
