import Foundation
import TestSupport
import Testing
import TorchModules
import TorchTensors

@testable import SpikingLayers

@Suite(.leavesNothing) struct LearnableLIFNeuronTests {
    /// Spikes, and gradients of Σ w·S: of the currents, λ's free parameter and the weights.
    private func run(
        _ currents: Tensor, _ w: Tensor, _ layer: LearnableLIFNeuron
    ) throws -> (spikes: Tensor, gradients: [Tensor]) {
        let currents = try currents.detached().requireGradient()
        try layer.clearGradients()
        let spikes = try layer(currents)
        try (spikes * w).sum().backward()
        return (
            try spikes.detached(),
            [currents.gradient!, layer.decayLogit.gradient!, layer.inputWeight.gradient!]
        )
    }

    private func difference(_ a: Tensor, _ b: Tensor) throws -> Double {
        try (a.to(.float64) - b.to(.float64)).absolute().maximum().item()
    }

    /// One computed by the kernel and one by operations, with the same random parameters.
    private func pair(
        _ shape: [Int], _ dynamics: LIFDynamics, _ random: inout TestRandom
    ) throws -> (fast: LearnableLIFNeuron, oracle: LearnableLIFNeuron) {
        let steps = shape[0]
        let channels = shape[2]
        let fast = try LearnableLIFNeuron(
            steps: steps, channels: channels, startingAt: dynamics, implementation: .kernel)
        let oracle = try LearnableLIFNeuron(
            steps: steps, channels: channels, startingAt: dynamics, implementation: .tensorOperations)
        try fast.load(state: [
            "decay_logit": random.normal([steps, channels]), "input_weight": random.normal([steps, channels]) + 1.5,
        ])
        try oracle.load(state: fast.state())
        return (fast, oracle)
    }

    static let everyDynamics: [LIFDynamics] = [ResetRule.subtractThreshold, .toZero].flatMap { reset in
        [true, false].flatMap { detaches in
            [
                SurrogateGradient.sigmoid(), .arctangent(), .triangle(slope: 0.7), .fastSigmoid(slope: 5),
                .rectangle(width: 0.8),
            ].map {
                LIFDynamics(threshold: detaches ? 1 : 0.7, reset: reset, detachesReset: detaches, surrogate: $0)
            }
        }
    }

    static let shapes = [
        [1, 2, 3], [4, 7, 40], [5, 3, 5, 9], [4, 2, 3, 7, 5], [4, 2, 4, 8, 8], [2, 1, 1, 3, 3], [3, 3, 33, 31, 33],
    ]

    @Test(arguments: shapes) func kernelAgreesWithOperations(shape: [Int]) throws {
        var random = TestRandom()
        for dynamics in Self.everyDynamics {
            let x = try random.normal(shape)
            let w = try random.normal(shape)
            let (fast, oracle) = try pair(shape, dynamics, &random)
            let result = try run(x, w, fast)
            let expected = try run(x, w, oracle)
            let message = "\(dynamics), seed \(random.seed)"
            #expect(try result.spikes.equals(expected.spikes), "\(message)")
            // A few units in the last place of numbers of about 30.
            #expect(try difference(result.gradients[0], expected.gradients[0]) < 3e-5, "\(message)")
            // Sums of n numbers near 1, which the operations add in float32: its unit 6e-8 times their size and √n.
            let addends = Double(shape.reduce(1, *) / shape[0] / shape[2])
            for (a, b) in zip(result.gradients, expected.gradients).dropFirst() {
                #expect(try difference(a, b) < 1e-5 * (1 + addends.squareRoot()), "\(message)")
            }
        }
    }

    @Test(arguments: shapes.dropLast()) func bfloat16(shape: [Int]) throws {
        var random = TestRandom()
        for dynamics in Self.everyDynamics {
            let x = try random.normal(shape).to(.bfloat16)
            let w = try random.normal(shape).to(.bfloat16)
            let (fast, oracle) = try pair(shape, dynamics, &random)
            let result = try run(x, w, fast)
            let expected = try run(x, w, oracle)
            let message = "\(dynamics), seed \(random.seed)"
            #expect(result.spikes.dtype == .bfloat16 && result.gradients[0].dtype == .bfloat16)
            #expect(try result.spikes.equals(expected.spikes), "\(message)")
            // Both are computed in float32 and rounded once: at most one unit, 2^-8 of the number.
            let (a, b) = (try result.gradients[0].to(.float32), try expected.gradients[0].to(.float32))
            #expect(try ((a - b).absolute() / (b.absolute() + 1e-3)).maximum().item() < 0.0079, "\(message)")
            // Parameters and their gradients stay in float32.
            for (a, b) in zip(result.gradients, expected.gradients).dropFirst() {
                #expect(try difference(a, b) < 2e-4, "\(message)")
            }
        }
    }

    /// The same arithmetic: λ·V and 1·I.
    @Test(arguments: [ResetRule.subtractThreshold, .toZero], [true, false])
    func beginsAtThePlainNeuron(reset: ResetRule, detaches: Bool) throws {
        var random = TestRandom()
        let x = try random.normal([4, 3, 5, 7, 7]) * 2
        let w = try random.normal([4, 3, 5, 7, 7])
        let dynamics = LIFDynamics(reset: reset, detachesReset: detaches)
        for implementation in [NeuronImplementation.kernel, .tensorOperations] {
            let layer = try LearnableLIFNeuron(
                steps: 4, channels: 5, startingAt: dynamics, implementation: implementation)
            let result = try run(x, w, layer)
            let plain = try x.detached().requireGradient()
            let spikes = try lifSpikes(plain, dynamics, implementation: implementation)
            try (spikes * w).sum().backward()
            #expect(try result.spikes.equals(spikes.detached()), "seed \(random.seed)")
            #expect(try result.gradients[0].equals(plain.gradient!), "seed \(random.seed)")
        }
    }

    @Test func beginsAtTheDecayThatIsGiven() throws {
        let timeConstant = try LearnableLIFNeuron(
            steps: 2, channels: 1, startingAt: LIFDynamics(decay: .timeConstant(4)))
        #expect(try timeConstant.decays().elements(as: Float.self).allSatisfy { abs($0 - 0.75) < 1e-6 })
        #expect(try timeConstant.inputWeight.detached().elements(as: Float.self) == [0.25, 0.25])
        let factor = try LearnableLIFNeuron(steps: 1, channels: 1, startingAt: LIFDynamics(decay: .factor(0.9)))
        #expect(try abs(factor.decays().item() - 0.9) < 1e-6)
        #expect(try factor.inputWeight.item() == 1)
    }

    /// At T = 1, and at the second step after a silent first one, the loss with the surrogate's value in place of the
    /// step is smooth. Silent: the potential stays below the threshold by more than the rectangle's half width.
    @Test func agreesWithFiniteDifferences() throws {
        let surrogate = SurrogateGradient.rectangle(width: 0.8)
        let layer = try LearnableLIFNeuron(
            steps: 2, channels: 1, startingAt: LIFDynamics(surrogate: surrogate), implementation: .kernel)
        func loss(_ free: Double, _ weights: (Double, Double), _ currents: (Double, Double)) -> Double {
            let first = weights.0 * currents.0
            let second = 1 / (1 + exp(-free)) * first + weights.1 * currents.1
            return 3 * surrogate.value(second - 1)
        }
        let currents = (0.4, 0.9)
        let result = try run(
            Tensor([Float(currents.0), Float(currents.1)], shape: [2, 1, 1]),
            Tensor([0, 3] as [Float], shape: [2, 1, 1]),
            layer)
        let h = 1e-5
        func slope(_ change: (Double) -> Double) -> Double { (change(h) - change(-h)) / (2 * h) }
        let ofCurrents = [
            slope { loss(0, (1, 1), (currents.0 + $0, currents.1)) },
            slope { loss(0, (1, 1), (currents.0, currents.1 + $0)) },
        ]
        let ofFree = [0, slope { loss($0, (1, 1), currents) }]
        let ofWeights = [slope { loss(0, (1 + $0, 1), currents) }, slope { loss(0, (1, 1 + $0), currents) }]
        for (gradient, expected) in zip(result.gradients, [ofCurrents, ofFree, ofWeights]) {
            for (a, b) in zip(try gradient.elements(as: Double.self), expected) {
                // Float rounding of numbers near 4.
                #expect(abs(a - b) < 5e-6, "\(a), \(b)")
            }
        }
    }

    @Test func everyLayoutGivesTheSame() throws {
        var random = TestRandom()
        let shape = [4, 3, 20, 7, 9]
        let x = try random.normal(shape)
        let w = try random.normal(shape)
        let (layer, _) = try pair(shape, LIFDynamics(), &random)
        for dtype in [DType.float32, .bfloat16] {
            let x = try x.to(dtype)
            let expected = try run(x, w, layer)
            let channelsLast = try x.permuted(0, 1, 3, 4, 2).contiguous().permuted(0, 1, 4, 2, 3)
            let timeInside = try x.permuted(1, 2, 3, 4, 0).contiguous().permuted(4, 0, 1, 2, 3)
            for (layout, currents) in [("channels last", channelsLast), ("time inside", timeInside)] {
                let result = try run(currents, w, layer)
                let message = "\(layout), \(dtype), seed \(random.seed)"
                #expect(try result.spikes.equals(expected.spikes), "\(message)")
                #expect(try result.gradients[0].equals(expected.gradients[0]), "\(message)")
                // The same numbers in another order.
                for (a, b) in zip(result.gradients, expected.gradients).dropFirst() {
                    #expect(try difference(a, b) < 1e-4, "\(message)")
                }
            }
        }
    }

    @Test func threadsDoNotMatter() throws {
        var random = TestRandom()
        let shape = [4, 5, 24, 53, 61]
        let x = try random.normal(shape)
        let w = try random.normal(shape)
        let (layer, _) = try pair(shape, LIFDynamics(), &random)
        let before = Torch.threadCount
        defer { try? Torch.setThreadCount(before) }
        try Torch.setThreadCount(1)
        let one = try run(x, w, layer)
        try Torch.setThreadCount(4)
        let four = try run(x, w, layer)
        #expect(try one.spikes.equals(four.spikes), "seed \(random.seed)")
        for (a, b) in zip(one.gradients, four.gradients) { #expect(try a.equals(b), "seed \(random.seed)") }
    }

    @Test func isALayerLikeOthers() throws {
        let layer = try LearnableLIFNeuron(steps: 4, channels: 3)
        let parameters = layer.namedParameters()
        #expect(parameters.map(\.name) == ["decay_logit", "input_weight"])
        #expect(parameters.allSatisfy { !$0.parameter.isDecayed && $0.parameter.tensor.shape == [4, 3] })
        try layer(Tensor.full([4, 2, 3], 0.6)).sum().backward()
        let free = layer.decayLogit.gradient!
        #expect(try free[0].absolute().maximum().item() == 0)
        #expect(try free[1..<4].absolute().minimum().item() > 0)
        #expect(try layer.inputWeight.gradient!.absolute().minimum().item() > 0)
    }

    @Test func emptyInputs() throws {
        for implementation in [NeuronImplementation.kernel, .tensorOperations] {
            let layer = try LearnableLIFNeuron(steps: 2, channels: 3, implementation: implementation)
            let result = try run(.zeros([2, 0, 3]), .zeros([2, 0, 3]), layer)
            #expect(result.spikes.shape == [2, 0, 3])
            #expect(try result.gradients[2].elements(as: Float.self).allSatisfy { $0 == 0 })
        }
    }

    @Test func wrongInputs() throws {
        func message(_ x: Tensor, _ implementation: NeuronImplementation = .automatic) throws -> String {
            let layer = try LearnableLIFNeuron(steps: 4, channels: 3, implementation: implementation)
            let error = #expect(throws: TensorError.self) { try layer(x) }
            #expect(error?.description.contains("\n") == false)
            return error?.description ?? ""
        }
        #expect(try message(.zeros([4, 3])).contains("[T, B, C, …]"))
        #expect(try message(.zeros([4, 2, 3], dtype: .int64)).contains("int64"))
        #expect(try message(.zeros([5, 2, 3])).contains("4 steps and 3 channels"))
        #expect(try message(.zeros([4, 2, 2])).contains("[4, 2, 2]"))
        #expect(try message(.zeros([4, 2, 3], dtype: .float64), .kernel).contains("float64"))
    }
}
