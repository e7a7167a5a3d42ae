import SpikingLayers
import TestSupport
import Testing
import TorchModules
import TorchTensors

/// Normalisation and neurons in one kernel, against one after the other.
@Suite("Normalised LIF", .leavesNothing) struct NormalizedLIFTests {
    struct Case: CustomTestStringConvertible {
        let dtype: DType
        let steps: Int
        let channels: Int
        let side: Int
        var dynamics = LIFDynamics()

        var testDescription: String { "\(dtype), T \(steps), C \(channels), \(side) × \(side), \(dynamics.reset)" }
    }

    struct Outcome {
        let spikes: Tensor
        let gradients: [Tensor]
        let state: [String: Tensor]
    }

    /// Beside small ones: channels that do not divide a tile, more of them than one has neurons, more than one block.
    static let cases: [Case] = [
        Case(dtype: .float32, steps: 4, channels: 32, side: 3),
        Case(dtype: .float32, steps: 4, channels: 96, side: 20),
        Case(dtype: .float32, steps: 1, channels: 64, side: 5),
        Case(
            dtype: .float32, steps: 4, channels: 64, side: 8,
            dynamics: LIFDynamics(decay: .timeConstant(2), reset: .toZero, surrogate: .arctangent())),
        Case(dtype: .float32, steps: 80, channels: 1024, side: 2),
        Case(dtype: .bfloat16, steps: 4, channels: 32, side: 3),
        Case(dtype: .bfloat16, steps: 4, channels: 96, side: 20),
        Case(dtype: .bfloat16, steps: 3, channels: 1024, side: 4),
    ]

    @Test(arguments: cases) func equalsOneAfterTheOther(_ test: Case) throws {
        var numbers = TestRandom()
        let batch = 3
        // Images with channels innermost, [T · B, H, W, C] seen as [T, B, C, H, W].
        let shape = [test.steps * batch, test.side, test.side, test.channels]
        let values = try (numbers.normal(shape) * 1.5 + 0.5).to(test.dtype).permuted([0, 3, 1, 2])
        let upstream = try numbers.normal(shape).to(test.dtype).permuted([0, 3, 1, 2])
        let scale = try numbers.normal([test.channels]) * 0.2 + 1
        let shift = try numbers.normal([test.channels]) * 0.2 + 0.5

        func outcome(_ spikes: (LIFNeuron, BatchNorm2d, Tensor) throws -> Tensor) throws -> Outcome {
            let normalization = try BatchNorm2d(channels: test.channels)
            try normalization.load(
                state: normalization.state().merging(["weight": scale, "bias": shift]) { $1 })
            let frames = try values.detached().requireGradient()
            let fired = try spikes(LIFNeuron(test.dynamics), normalization, frames)
            try (fired * upstream.viewed([test.steps, batch] + upstream.shape.dropFirst())).sum().backward()
            let parameters = normalization.parameters.map(\.tensor)
            return Outcome(
                spikes: try fired.detached(),
                gradients: try ([frames] + parameters).map { try $0.gradient!.to(.float64) },
                state: try normalization.state())
        }
        let fused = try outcome { neuron, normalization, frames in
            let x = try frames.viewed([test.steps, batch] + frames.shape.dropFirst())
            #expect(x.strides[2] == 1)
            return try neuron(x, normalizedBy: normalization)
        }
        let separate = try outcome { neuron, normalization, frames in
            // In float32, as the kernel computes: bfloat16 is rounded between the layers otherwise.
            let (x, fold) = try frames.to(.float32).viewed([test.steps, batch] + frames.shape.dropFirst())
                .mergingTimeIntoBatch()
            return try neuron(fold.unfold(normalization(x))).to(test.dtype)
        }

        // A sum in another order may move a mean by its last digit, and a current over its threshold: of 10⁶ at most one.
        let differences = try (fused.spikes .!= separate.spikes).to(.float64).sum().item()
        #expect(differences <= 1, "seed \(numbers.seed)")
        guard differences == 0 else { return }
        // Gradients of float32 are sums of products of three numbers near 1; bfloat16 rounds twice, to 2⁻⁸.
        let tolerance = test.dtype == .float32 ? 1e-5 : 0.02
        for (index, (a, b)) in zip(fused.gradients, separate.gradients).enumerated() {
            let size = max(1, try greatest(b))
            #expect(try greatest(a - b) <= tolerance * size, "gradient \(index), seed \(numbers.seed)")
        }
        for (name, tensor) in separate.state {
            let other = try #require(fused.state[name])
            #expect(try greatest(tensor.to(.float64) - other.to(.float64)) <= 1e-6, "\(name), seed \(numbers.seed)")
        }
    }

    private func greatest(_ x: Tensor) throws -> Double {
        try x.absolute().flattened().elements(as: Double.self).max()!
    }

    @Test func isTheSameOnAnyNumberOfThreads() throws {
        let before = Torch.threadCount
        defer { try? Torch.setThreadCount(before) }
        var numbers = TestRandom()
        let values = try numbers.normal([4, 3, 20, 20, 96]).permuted([0, 1, 4, 2, 3])
        func result(_ threads: Int) throws -> [Tensor] {
            try Torch.setThreadCount(threads)
            let normalization = try BatchNorm2d(channels: 96)
            let x = try values.detached().requireGradient()
            let spikes = try LIFNeuron()(x, normalizedBy: normalization)
            try (spikes * values).sum().backward()
            return [spikes, x.gradient!] + normalization.parameters.map { $0.tensor.gradient! }
        }
        for (one, two) in zip(try result(1), try result(2)) {
            #expect(try one.equals(two), "seed \(numbers.seed)")
        }
    }

    @Test func otherCurrentsAreNormalizedBefore() throws {
        var numbers = TestRandom()
        // Channels outermost, and not a multiple of 32.
        for shape in [[2, 3, 32, 4, 4], [2, 3, 5, 4, 4]] {
            let x = try numbers.normal(shape)
            let (a, b) = (try BatchNorm2d(channels: shape[2]), try BatchNorm2d(channels: shape[2]))
            let (frames, fold) = try x.mergingTimeIntoBatch()
            let expected = try LIFNeuron()(fold.unfold(b(frames)))
            #expect(try LIFNeuron()(x, normalizedBy: a).equals(expected), "seed \(numbers.seed)")
        }
    }
}
