import TestSupport
import Testing
import TorchModules
import TorchTensors

@testable import SpikingLayers

/// One step at a time gives what all steps at once give.
@Suite(.leavesNothing) struct SteppedLayerTests {
    /// Spikes, and gradients of Σ w·S: of the input, then of the layer's parameters.
    private struct Outcome {
        let spikes: Tensor
        let gradients: [Tensor]
    }

    private func outcome(
        _ layer: some Module, _ x: Tensor, _ w: Tensor, _ spikes: (Tensor) throws -> Tensor
    ) throws -> Outcome {
        let x = try x.detached().requireGradient()
        try layer.clearGradients()
        let spikes = try spikes(x)
        try (spikes * w).sum().backward()
        return Outcome(
            spikes: try spikes.detached(),
            gradients: [x.gradient!] + layer.parameters.map { $0.tensor.gradient! })
    }

    private func steps<Stepped: SteppedLayer>(
        _ layer: Stepped, _ count: Int, _ input: (Int) throws -> Tensor
    ) throws -> Tensor {
        var state = Stepped.State()
        return try Tensor.stacked((0..<count).map { try layer.step(input($0), &state) })
    }

    private func distance(_ a: Tensor, _ b: Tensor) throws -> Double {
        try (a.to(.float64) - b.to(.float64)).absolute().maximum().item()
    }

    /// Bit for bit the definition, in every type; and the kernel but for the rounding of gradients of about 10.
    ///
    /// - Parameter sumsParameters: Whether a parameter counts at several steps, so that its gradient is a sum over them,
    ///   in float32 and in an order of its own.
    private func compare(
        _ stepped: Outcome, _ definition: Outcome, _ fast: Outcome?, sumsParameters: Bool = false, _ what: String
    ) throws {
        #expect(try stepped.spikes.equals(definition.spikes), "\(what)")
        #expect(stepped.gradients.count == definition.gradients.count)
        for (index, (a, b)) in zip(stepped.gradients, definition.gradients).enumerated() {
            if sumsParameters && index > 0 {
                #expect(try distance(a, b) < 1e-4, "\(what)")
            } else {
                #expect(try a.equals(b), "\(what)")
            }
        }
        guard let fast else { return }
        #expect(try stepped.spikes.equals(fast.spikes), "\(what)")
        for (a, b) in zip(stepped.gradients, fast.gradients) { #expect(try distance(a, b) < 1e-4, "\(what)") }
    }

    static let types = [DType.float32, .float64, .bfloat16]

    @Test(arguments: types) func plainNeurons(dtype: DType) throws {
        var random = TestRandom()
        for dynamics in LIFTests.everyDynamics {
            let x = try random.normal([5, 3, 4, 7]).to(dtype)
            let w = try random.normal([5, 3, 4, 7]).to(dtype)
            let layer = LIFNeuron(dynamics, implementation: .tensorOperations)
            let stepped = try outcome(layer, x, w) { x in try steps(layer, 5) { try x[$0] } }
            let fast = LIFNeuron(dynamics, implementation: .kernel)
            try compare(
                stepped, outcome(layer, x, w) { try layer($0) },
                dtype == .float32 ? outcome(fast, x, w) { try fast($0) } : nil, "\(dynamics), seed \(random.seed)")
        }
    }

    @Test(arguments: types) func learnableNeurons(dtype: DType) throws {
        var random = TestRandom()
        for dynamics in LearnableLIFNeuronTests.everyDynamics {
            let x = try random.normal([4, 3, 5, 6]).to(dtype)
            let w = try random.normal([4, 3, 5, 6]).to(dtype)
            func neurons(_ implementation: NeuronImplementation) throws -> LearnableLIFNeuron {
                try LearnableLIFNeuron(steps: 4, channels: 5, startingAt: dynamics, implementation: implementation)
            }
            let layer = try neurons(.tensorOperations)
            try layer.load(state: [
                "decay_logit": random.normal([4, 5]), "input_weight": random.normal([4, 5]) + 1.5,
            ])
            let fast = try neurons(.kernel)
            try fast.load(state: layer.state())
            let stepped = try outcome(layer, x, w) { x in try steps(layer, 4) { try x[$0] } }
            try compare(
                stepped, outcome(layer, x, w) { try layer($0) },
                dtype == .float32 ? outcome(fast, x, w) { try fast($0) } : nil, "\(dynamics), seed \(random.seed)")
        }
    }

    @Test(arguments: types, TemporalCode.allCases) func encoders(dtype: DType, code: TemporalCode) throws {
        var random = TestRandom()
        let kinds: [(SurrogateGradient?, Bool)] = [(.sigmoid(), false), (.arctangent(), true), (nil, false)]
        for (surrogate, detaches) in kinds {
            let x = try (random.uniform([3, 4, 7]) * 2).to(dtype)
            let w = try random.normal([4, 3, 4, 7]).to(dtype)
            let encoding = TemporalEncoding(code, surrogate: surrogate, detachesSpikeInUpdate: detaches)
            func encoder(_ implementation: NeuronImplementation) throws -> TemporalEncoder {
                try TemporalEncoder(encoding, channels: 4, decay: 0.6, implementation: implementation)
            }
            let layer = try encoder(.tensorOperations)
            let what = "\(encoding), seed \(random.seed)"
            guard surrogate != nil else {
                let spikes = try steps(layer, 4) { _ in x }
                #expect(try !spikes.requiresGradient && spikes.equals(layer(x)), "\(what)")
                continue
            }
            let fast = try encoder(.kernel)
            let stepped = try outcome(layer, x, w) { x in try steps(layer, 4) { _ in x } }
            try compare(
                stepped, outcome(layer, x, w) { try layer($0) },
                dtype == .float32 ? outcome(fast, x, w) { try fast($0) } : nil, sumsParameters: true, what)
        }
    }

    /// A value every T steps; what is given in between is not read.
    @Test func anEncoderTakesAStreamOfValues() throws {
        var random = TestRandom()
        let values = try (0..<3).map { _ in try random.uniform([2, 3, 5]) * 2 }
        let layer = try TemporalEncoder(TemporalEncoding(.phase), channels: 3, steps: 4)
        let spikes = try steps(layer, 12) { t in t % 4 == 0 ? values[t / 4] : try values[t / 4] + 7 }
        for (index, value) in values.enumerated() {
            #expect(try spikes[4 * index..<4 * index + 4].equals(layer(value)), "value \(index), seed \(random.seed)")
        }
    }

    /// Spikes that come back as currents of the next step: two neurons that excite each other take turns.
    @Test func neuronsRecur() throws {
        let neuron = LIFNeuron(LIFDynamics(decay: .factor(0)))
        let exchange = try Tensor([0, 1, 1, 0] as [Float], shape: [2, 2])
        var state = LIFNeuron.State()
        var spikes = try neuron.step(Tensor([1, 0] as [Float], shape: [1, 2]), &state)
        var seen: [[Float]] = []
        for _ in 0..<4 {
            seen.append(try spikes.flattened().elements(as: Float.self))
            spikes = try neuron.step(spikes.matmul(exchange), &state)
        }
        #expect(seen == [[1, 0], [0, 1], [1, 0], [0, 1]])
    }

    /// The gradient ends where the state was detached.
    @Test func aDetachedStateCutsTheGraph() throws {
        let neuron = LIFNeuron()
        let x = try Tensor.full([1, 2], 0.4).requireGradient()
        var state = LIFNeuron.State()
        _ = try neuron.step(x, &state)
        var detached = try state.detached()
        #expect(try detached.membrane!.equals(state.membrane!.detached()))
        let y = try Tensor.full([1, 2], 0.5).requireGradient()
        try neuron.step(y, &detached).sum().backward()
        #expect(x.gradient == nil && y.gradient != nil)
        try neuron.step(y, &state).sum().backward()
        #expect(try x.gradient!.minimum().item() > 0)
    }

    @Test func observersSeeEachStep() throws {
        let neuron = LIFNeuron()
        var shapes: [[Int]] = []
        neuron.spikeObserver = { (spikes) throws(TensorError) in shapes.append(spikes.shape) }
        _ = try steps(neuron, 2) { _ in try .full([3, 4], 2) }
        #expect(shapes == [[1, 3, 4], [1, 3, 4]])
    }

    @Test func wrongInputs() throws {
        let neuron = LIFNeuron()
        var state = LIFNeuron.State()
        _ = try neuron.step(.zeros([2, 3]), &state)
        #expect(
            message { _ = try neuron.step(.zeros([2, 1]), &state) }
                == "LIF: the state is of inputs of shape [2, 3], got [2, 1]; begin with a new state")
        let integers = message { _ = try neuron.step(.zeros([2, 3], dtype: .int32), &state) }
        #expect(integers?.contains("int32 [2, 3]") == true)

        let learnable = try LearnableLIFNeuron(steps: 1, channels: 3)
        var second = LearnableLIFNeuron.State()
        let channels = message { _ = try learnable.step(.zeros([2, 4]), &second) }
        #expect(channels?.contains("C = 3, got shape [2, 4]") == true)
        _ = try learnable.step(.zeros([2, 3]), &second)
        #expect(
            message { _ = try learnable.step(.zeros([2, 3]), &second) }
                == "learnable LIF: the layer has learned 1 step; begin with a new state")

        let encoder = try TemporalEncoder(TemporalEncoding(.rate), channels: 3)
        var third = TemporalEncoder.State()
        #expect(message { _ = try encoder.step(.zeros([2, 4]), &third) }?.contains("with C = 3, got [2, 4]") == true)
        #expect(message { _ = try encoder.step(.zeros([3]), &third) }?.contains("of 2 to 4 dimensions") == true)
    }
}
