import Foundation
import TestSupport
import Testing
import TorchModules
import TorchTensors

@testable import SpikingLayers

@Suite(.leavesNothing) struct TemporalEncodingTests {
    struct Result {
        let spikes: Tensor
        let xGradient: Tensor
        let thresholdGradient: Tensor
    }

    /// Spikes, and gradients of Σ w·S.
    private func run(
        _ x: Tensor, _ thresholds: Tensor, _ w: Tensor, _ encoding: TemporalEncoding,
        _ implementation: NeuronImplementation
    ) throws -> Result {
        let x = try x.detached().requireGradient()
        let thresholds = try thresholds.detached().requireGradient()
        let spikes = try encoding.spikes(x, thresholds: thresholds, implementation: implementation)
        try (spikes * w).sum().backward()
        return Result(
            spikes: try spikes.detached(), xGradient: x.gradient!, thresholdGradient: thresholds.gradient!)
    }

    private func difference(_ a: Tensor, _ b: Tensor) throws -> Double {
        try (a.to(.float64) - b.to(.float64)).absolute().maximum().item()
    }

    private func thresholds(_ steps: Int, _ channels: Int, _ random: inout TestRandom) throws -> Tensor {
        try (random.normal([steps, channels]) * 0.3).exp() * 0.6
    }

    /// float64: rounding of some 10 operations on numbers up to 10, some 1e-14. float32: likewise some 5e-6.
    @Test(arguments: [
        (DType.float64, NeuronImplementation.tensorOperations, 1e-10),
        (.float32, .tensorOperations, 1e-5), (.float32, .kernel, 1e-5),
    ])
    func agreesWithReference(dtype: DType, implementation: NeuronImplementation, tolerance: Double) throws {
        for reference in try EncoderCase.all() {
            let encoder = try reference.encoder(implementation)
            try encoder.to(dtype)
            let x = try Tensor(reference.x, shape: reference.xShape).to(dtype).requireGradient()
            let w = try Tensor(reference.w, shape: reference.sShape).to(dtype)
            let spikes = try encoder(x)
            try (spikes * w).sum().backward()
            #expect(spikes.shape == reference.sShape)
            #expect(try spikes.elements(as: Double.self) == reference.spikes, "\(reference.id)")
            func compare(_ what: String, _ tensor: Tensor, _ expected: [Double]) throws {
                let difference = zip(try tensor.elements(as: Double.self), expected).map { abs($0 - $1) }.max()!
                #expect(difference <= tolerance, "\(reference.id), \(what): \(difference)")
            }
            try compare("θ", encoder.thresholds().detached(), reference.theta)
            try compare("gradient of x", x.gradient!, reference.gradX)
            try compare("gradient of a", encoder.logThreshold.tensor.gradient!, reference.gradA)
            try compare("gradient of b", encoder.decayLogit.tensor.gradient!, reference.gradB)
        }
    }

    static let everyEncoding: [TemporalEncoding] = TemporalCode.allCases.flatMap { code in
        [
            SurrogateGradient.sigmoid(), .arctangent(), .triangle(slope: 0.7), .fastSigmoid(slope: 5),
            .rectangle(width: 0.8),
        ]
        .flatMap { surrogate in
            [false, true].map { TemporalEncoding(code, surrogate: surrogate, detachesSpikeInUpdate: $0) }
        }
    }

    /// Tables, maps of odd and even sizes, several tiles a block and several blocks.
    static let shapes = [[2, 3], [7, 40], [3, 5, 9], [2, 3, 7, 5], [2, 4, 8, 8], [1, 1, 3, 3], [3, 33, 31, 33]]

    @Test(arguments: shapes) func kernelAgreesWithOperations(shape: [Int]) throws {
        var random = TestRandom()
        for encoding in shape.count == 4 && shape[1] > 30 ? Array(Self.everyEncoding.prefix(20)) : Self.everyEncoding {
            for steps in [1, 5] {
                let x = try random.normal(shape)
                let w = try random.normal([steps] + shape)
                let thresholds = try thresholds(steps, shape[1], &random)
                let fast = try run(x, thresholds, w, encoding, .kernel)
                let oracle = try run(x, thresholds, w, encoding, .tensorOperations)
                let message = "\(encoding), T = \(steps), seed \(random.seed)"
                #expect(try fast.spikes.equals(oracle.spikes), "\(message)")
                // A few units in the last place of numbers of about 30.
                #expect(try difference(fast.xGradient, oracle.xGradient) < 3e-5, "\(message)")
                // Sums of n numbers near 1, which the operations add in float32: its unit 6e-8 times their size and √n.
                let addends = Double(shape.reduce(1, *) / shape[1])
                let tolerance = 1e-5 * (1 + addends.squareRoot())
                #expect(try difference(fast.thresholdGradient, oracle.thresholdGradient) < tolerance, "\(message)")
            }
        }
    }

    @Test(arguments: shapes.dropLast()) func bfloat16(shape: [Int]) throws {
        var random = TestRandom()
        for encoding in Self.everyEncoding {
            let x = try random.normal(shape).to(.bfloat16)
            let w = try random.normal([4] + shape).to(.bfloat16)
            let thresholds = try thresholds(4, shape[1], &random)
            let fast = try run(x, thresholds, w, encoding, .kernel)
            let oracle = try run(x, thresholds, w, encoding, .tensorOperations)
            let message = "\(encoding), seed \(random.seed)"
            #expect(fast.spikes.dtype == .bfloat16 && fast.xGradient.dtype == .bfloat16)
            #expect(try fast.spikes.equals(oracle.spikes), "\(message)")
            // Both are computed in float32 and rounded once: at most one unit, 2^-8 of the number.
            let scale = try oracle.xGradient.to(.float32).absolute() + 1e-3
            let differences = try (fast.xGradient.to(.float32) - oracle.xGradient.to(.float32)).absolute() / scale
            #expect(try differences.maximum().item() < 0.0079, "\(message)")
            // Thresholds and their gradients stay in float32.
            #expect(try difference(fast.thresholdGradient, oracle.thresholdGradient) < 2e-4, "\(message)")
        }
    }

    @Test func everyLayoutGivesTheSame() throws {
        var random = TestRandom()
        let x = try random.normal([3, 20, 7, 9])
        let w = try random.normal([4, 3, 20, 7, 9])
        let thresholds = try thresholds(4, 20, &random)
        for dtype in [DType.float32, .bfloat16] {
            let x = try x.to(dtype)
            let expected = try run(x, thresholds, w, TemporalEncoding(.phase), .kernel)
            let channelsInside = try x.permuted(0, 2, 1, 3).contiguous().permuted(0, 2, 1, 3)
            for (layout, input) in [("channels last", try x.channelsLast()), ("channels inside", channelsInside)] {
                let result = try run(input, thresholds, w, TemporalEncoding(.phase), .kernel)
                let message = "\(layout), \(dtype), seed \(random.seed)"
                #expect(Array(result.spikes.strides.dropFirst()) == input.strides, "\(message)")
                #expect(try result.spikes.equals(expected.spikes), "\(message)")
                #expect(try result.xGradient.equals(expected.xGradient), "\(message)")
                // The same numbers in another order.
                #expect(try difference(result.thresholdGradient, expected.thresholdGradient) < 1e-4, "\(message)")
            }
        }
        let strided = try Tensor.stacked([x, x], 2).flattened(1, 2).sliced(1, 0..<40, step: 2)
        #expect(!strided.isContiguous)
        let spikes = try TemporalEncoding(.phase).spikes(strided, thresholds: thresholds, implementation: .kernel)
        let oracle = try TemporalEncoding(.phase).spikes(x, thresholds: thresholds, implementation: .tensorOperations)
        #expect(try spikes.equals(oracle), "seed \(random.seed)")
    }

    @Test func threadsDoNotMatter() throws {
        var random = TestRandom()
        let shape = [5, 24, 53, 61]
        let x = try random.normal(shape)
        let w = try random.normal([4] + shape)
        let thresholds = try thresholds(4, 24, &random)
        let before = Torch.threadCount
        defer { try? Torch.setThreadCount(before) }
        try Torch.setThreadCount(1)
        let one = try run(x, thresholds, w, TemporalEncoding(.phase), .kernel)
        try Torch.setThreadCount(4)
        let four = try run(x, thresholds, w, TemporalEncoding(.phase), .kernel)
        #expect(try one.spikes.equals(four.spikes), "seed \(random.seed)")
        #expect(try one.xGradient.equals(four.xGradient), "seed \(random.seed)")
        #expect(try one.thresholdGradient.equals(four.thresholdGradient), "seed \(random.seed)")
    }

    /// Away from its thresholds a step does not change with x or θ: with a surrogate that is 0 there, no gradient is
    /// left.
    @Test(arguments: [NeuronImplementation.kernel, .tensorOperations])
    func withoutDecisionsNearbyThereIsNoGradient(implementation: NeuronImplementation) throws {
        let x = try Tensor([2, 0.2, 0.7, -1] as [Float], shape: [1, 1, 4])
        let thresholds = try Tensor([1, 0.5, 0.3] as [Float], shape: [3, 1])
        for code in TemporalCode.allCases {
            let encoding = TemporalEncoding(code, surrogate: .rectangle(width: 0.01))
            let result = try run(x, thresholds, .ones([3, 1, 1, 4]), encoding, implementation)
            #expect(try result.xGradient.elements(as: Float.self) == [0, 0, 0, 0], "\(code)")
            #expect(try result.thresholdGradient.elements(as: Float.self) == [0, 0, 0], "\(code)")
        }
    }

    /// At T = 1 the gradient is that of w·value(x − θ), which is smooth.
    @Test(arguments: TemporalCode.allCases) func oneStepAgreesWithFiniteDifferences(code: TemporalCode) throws {
        let surrogate = SurrogateGradient.sigmoid()
        for (x, threshold, w) in [(0.3, 0.7, 1.3), (1.2, 0.9, -0.4), (0.5, 0.5, 2)] {
            let result = try run(
                Tensor([Float(x)], shape: [1, 1]), Tensor([Float(threshold)], shape: [1, 1]),
                Tensor([Float(w)], shape: [1, 1, 1]), TemporalEncoding(code, surrogate: surrogate), .kernel)
            func value(_ x: Double, _ threshold: Double) -> Double { w * surrogate.value(x - threshold) }
            let step = 1e-5
            let ofX = (value(x + step, threshold) - value(x - step, threshold)) / (2 * step)
            let ofThreshold = (value(x, threshold + step) - value(x, threshold - step)) / (2 * step)
            // Float rounding of numbers near 2.
            #expect(try abs(result.xGradient.item() - ofX) < 2e-6)
            #expect(try abs(result.thresholdGradient.item() - ofThreshold) < 2e-6)
        }
    }

    @Test func withoutSurrogateNothingLearns() throws {
        for implementation in [NeuronImplementation.kernel, .tensorOperations] {
            for code in TemporalCode.allCases {
                let x = try Tensor.ones([1, 2, 3]).requireGradient()
                let encoder = try TemporalEncoder(
                    TemporalEncoding(code, surrogate: nil), channels: 2, implementation: implementation)
                let spikes = try encoder(x)
                #expect(!spikes.requiresGradient)
                #expect(try spikes.equals(TemporalEncoder(TemporalEncoding(code), channels: 2)(x).detached()))
            }
        }
    }

    @Test func emptyInputs() throws {
        for shape in [[0, 2], [3, 2, 0]] {
            for implementation in [NeuronImplementation.kernel, .tensorOperations] {
                let result = try run(
                    .zeros(shape), .ones([4, 2]), .zeros([4] + shape), TemporalEncoding(.phase), implementation)
                #expect(result.spikes.shape == [4] + shape)
                #expect(try result.thresholdGradient.elements(as: Float.self).allSatisfy { $0 == 0 })
            }
        }
    }

    @Test func wrongInputs() throws {
        func message(_ x: Tensor, _ thresholds: Tensor, _ implementation: NeuronImplementation = .automatic) -> String {
            let error = #expect(throws: TensorError.self) {
                try TemporalEncoding(.rate).spikes(x, thresholds: thresholds, implementation: implementation)
            }
            #expect(error?.description.contains("\n") == false)
            return error?.description ?? ""
        }
        let thresholds = try Tensor.ones([4, 3])
        #expect(message(try .zeros([3]), thresholds).contains("without one of time"))
        #expect(message(try .zeros([4, 2, 3, 5, 5]), thresholds).contains("[4, 2, 3, 5, 5]"))
        #expect(message(try .zeros([2, 3], dtype: .int32), thresholds).contains("int32"))
        #expect(message(try .zeros([2, 5, 4, 4]), thresholds).contains("[4, 3] do not fit"))
        #expect(message(try .zeros([2, 3]), try .ones([3])).contains("[3] do not fit"))
        #expect(message(try .zeros([2, 3], dtype: .float64), thresholds, .kernel).contains("float64"))
    }

    @Test func nothingButTheInputIsKept() throws {
        let x = try Tensor.ones([1, 10, 100, 100]).requireGradient()
        let thresholds = try Tensor.ones([4, 10]).requireGradient()
        let peak = try Torch.peakMemory { _ = try TemporalEncoding(.phase).spikes(x, thresholds: thresholds) }
        // The spikes alone, 4 times the input, and a few bytes for LibTorch's threads.
        #expect(peak <= 4 * x.count * 4 + 4096)
    }
}
