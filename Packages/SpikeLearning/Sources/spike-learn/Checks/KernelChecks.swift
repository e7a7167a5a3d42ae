import SpikingLayers
import TorchModules
import TorchTensors

extension SelfCheck {
    /// Compares the kernels of neurons and encoders with their definition in tensor operations, and with finite
    /// differences.
    static let kernelChecks = [
        SelfCheck(name: "LIF kernel against tensor operations") { device in
            for test in NeuronCase.all(on: device) { try test.checkLIF() }
        },
        SelfCheck(name: "LIF kernel with constant currents against tensor operations") { device in
            for test in NeuronCase.all(on: device) { try test.checkConstantLIF() }
        },
        SelfCheck(name: "learnable LIF kernel against tensor operations") { device in
            for test in NeuronCase.all(on: device) { try test.checkLearnableLIF() }
        },
        SelfCheck(name: "normalised LIF kernel against tensor operations") { device in
            for test in NeuronCase.all(on: device) { try test.checkNormalizedLIF() }
        },
        SelfCheck(name: "temporal encoding kernel against tensor operations") { device in
            for test in NeuronCase.all(on: device) { try test.checkTemporalEncoding() }
        },
        SelfCheck(name: "normalised LIF kernel against finite differences") { device in
            guard hasKernels(device) else { return }
            try checkDifferences(device)
        },
    ]

    /// Whether neurons have kernels on a device; if not, there is nothing to compare.
    fileprivate static func hasKernels(_ device: Device) -> Bool {
        switch device {
        case .cpu: true
        case .mps: false
        case .cuda: CUDACompiler.problem == nil
        }
    }

    /// Compares gradients of the kernel with finite differences.
    ///
    /// With a surrogate of constant slope and a detached reset, spikes are linear in the currents as far as gradients
    /// are concerned: the gradient of Σ w·S is that of Σ w·U / width, which finite differences approximate.
    private static func checkDifferences(_ device: Device) throws {
        let (steps, batch, channels, side, width) = (4, 3, 32, 3, 1e4)
        let dynamics = LIFDynamics(decay: .factor(0.75), surrogate: .rectangle(width: width))
        let shape = [steps * batch, side, side, channels]
        let values = try Tensor.normal(shape, from: RandomStream(seed: 3))
        let weights = try Tensor.normal(shape, from: RandomStream(seed: 4)) * width
        func frames(_ x: Tensor) throws -> Tensor {
            try x.permuted([0, 3, 1, 2]).viewed([steps, batch, channels, side, side])
        }
        let x = try values.to(device).detached().requireGradient()
        let normalization = try BatchNorm2d(channels: channels)
        try normalization.to(device)
        let spikes = try LIFNeuron(dynamics)(frames(x), normalizedBy: normalization)
        try (spikes * frames(weights.to(device))).sum().backward()
        let found = try x.gradient!.flattened().elements(as: Double.self)

        let doubles = try values.to(.float64)
        let doubleWeights = try frames(weights.to(.float64)) / width
        func sum(_ x: Tensor) throws -> Double {
            let frames = try frames(x)
            let mean = try frames.mean(0, 1, 3, 4).reshaped([1, 1, channels, 1, 1])
            let centered = try frames - mean
            let variance = try centered.squared().mean(0, 1, 3, 4).reshaped([1, 1, channels, 1, 1])
            let normalized = try centered / (variance + normalization.epsilon).sqrt()
            var membrane = try Tensor.zeros(like: normalized[0])
            var total = 0.0
            for t in 0..<steps {
                membrane = try membrane * 0.75 + normalized[t]
                total += try (membrane * doubleWeights[t]).sum().item()
            }
            return total
        }
        let step = 1e-4
        for index in stride(from: 5, to: found.count, by: found.count / 12) {
            func moved(_ by: Double) throws -> Double {
                var elements = try doubles.flattened().elements(as: Double.self)
                elements[index] += by
                return try sum(Tensor(elements, shape: shape))
            }
            let expected = try (moved(step) - moved(-step)) / (2 * step)
            guard abs(found[index] - expected) <= 1e-4 * max(1, abs(expected)) else {
                throw Mismatch(description: "gradient \(index): expected \(expected), got \(found[index])")
            }
        }
    }
}

/// A type, a shape and neurons for comparing kernels with tensor operations.
private struct NeuronCase {
    let device: Device
    let dtype: DType
    let steps: Int
    /// The dimensions of a frame, [B, C, H, W].
    let frame: [Int]
    let channelsLast: Bool
    let dynamics: LIFDynamics
    /// Whether both implementations round alike, so that no spike may differ.
    let isExact: Bool

    static func all(on device: Device) -> [NeuronCase] {
        guard SelfCheck.hasKernels(device) else { return [] }
        let soft = LIFDynamics(decay: .factor(0.5), surrogate: .sigmoid())
        let hard = LIFDynamics(decay: .timeConstant(2), reset: .toZero, surrogate: .arctangent())
        let attached = LIFDynamics(decay: .factor(0.9), detachesReset: false, surrogate: .triangle())
        let third = LIFDynamics(
            decay: .timeConstant(3), threshold: 0.5, reset: .toZero, detachesReset: false, surrogate: .fastSigmoid())
        let box = LIFDynamics(decay: .factor(0.25), threshold: 0.75, surrogate: .rectangle(width: 1.5))
        let dtypes: [DType] = device.runsCUDA ? [.float32, .bfloat16, .float16] : [.float32, .bfloat16]
        return dtypes.flatMap { dtype in
            func test(
                _ steps: Int, _ frame: [Int], channelsLast: Bool = true, _ dynamics: LIFDynamics, isExact: Bool = true
            ) -> NeuronCase {
                NeuronCase(
                    device: device, dtype: dtype, steps: steps, frame: frame, channelsLast: channelsLast,
                    dynamics: dynamics, isExact: isExact)
            }
            let few = [
                test(4, [3, 64, 8, 8], hard), test(4, [2, 32, 5, 7], soft),
                test(3, [2, 5, 3, 7], channelsLast: false, attached), test(1, [7, 32, 1, 3], third, isExact: false),
            ]
            // What a kernel stores per time step does not depend on the type, so these cases run in float32 only.
            return dtype == .float32 ? few + [test(16, [2, 96, 3, 3], box), test(33, [1, 32, 2, 3], soft)] : few
        }
    }

    // Comparisons

    func checkLIF() throws {
        let currents = try frames([steps] + frame, seed: 1)
        try compare([currents]) { inputs, implementation in
            try lifSpikes(inputs[0], dynamics, implementation: implementation)
        }
    }

    func checkConstantLIF() throws {
        let current = try frames(frame, seed: 2)
        try compare([current]) { inputs, implementation in
            try lifSpikes(constant: inputs[0], steps: steps, dynamics, implementation: implementation)
        }
    }

    func checkLearnableLIF() throws {
        let currents = try frames([steps] + frame, seed: 3)
        let logits = try Tensor.normal([steps, frame[1]], from: RandomStream(seed: 4)).to(device)
        let weights = try (Tensor.normal([steps, frame[1]], from: RandomStream(seed: 5)) * 0.2 + 1).to(device)
        let layers = try [NeuronImplementation.kernel, .tensorOperations].map { implementation in
            let layer = try LearnableLIFNeuron(
                steps: steps, channels: frame[1], startingAt: starting, implementation: implementation)
            try layer.to(device)
            try layer.load(state: ["decayLogit": logits, "inputWeight": weights], strict: false)
            return layer
        }
        func layer(_ implementation: NeuronImplementation) -> LearnableLIFNeuron {
            layers[implementation == .kernel ? 0 : 1]
        }
        try compare(
            [currents], parameters: { layer($0).parameters.map(\.tensor) },
            { inputs, implementation in try layer(implementation)(inputs[0]) })
    }

    /// The dynamics that a learnable neuron starts from. It cannot start without leak, and need not: its decay is
    /// loaded.
    private var starting: LIFDynamics {
        LIFDynamics(
            threshold: dynamics.threshold, reset: dynamics.reset, detachesReset: dynamics.detachesReset,
            surrogate: dynamics.surrogate)
    }

    func checkTemporalEncoding() throws {
        guard steps == 3 || steps == 4 else { return }
        let x = try frames(frame, seed: 6)
        for code in TemporalCode.allCases {
            for detaches in [false, true] {
                let encoding = TemporalEncoding(
                    code, surrogate: dynamics.surrogate, detachesSpikeInUpdate: detaches)
                let rows = try (Tensor.uniform([steps, frame[1]], in: 0.1..<1, from: RandomStream(seed: 7))).to(device)
                try compare([x, rows]) { inputs, implementation in
                    try encoding.spikes(inputs[0], thresholds: inputs[1], implementation: implementation)
                }
            }
        }
    }

    func checkNormalizedLIF() throws {
        guard channelsLast, frame[1] % 32 == 0 else { return }
        let currents = try frames([steps] + frame, seed: 8)
        let scale = try (Tensor.normal([frame[1]], from: RandomStream(seed: 9)) * 0.2 + 1).to(device)
        let shift = try (Tensor.normal([frame[1]], from: RandomStream(seed: 10)) * 0.2 + 0.5).to(device)
        func outcome(_ implementation: NeuronImplementation) throws -> ([Tensor], [Tensor]) {
            let dtype = implementation == .kernel ? DType.float32 : .float64
            let normalization = try BatchNorm2d(channels: frame[1])
            try normalization.to(device)
            try normalization.to(dtype)
            let state = ["weight": try scale.to(dtype), "bias": try shift.to(dtype)]
            try normalization.load(state: state, strict: false)
            let x = try currents.detached().requireGradient()
            let spikes: Tensor
            if implementation == .kernel {
                spikes = try LIFNeuron(dynamics)(x, normalizedBy: normalization)
            } else {
                let (merged, fold) = try x.to(.float64).mergingTimeIntoBatch()
                spikes = try lifSpikes(
                    fold.unfold(normalization(merged)), dynamics, implementation: implementation
                ).to(self.dtype)
            }
            try (spikes * weights(like: spikes)).sum().backward()
            let gradients = [x.gradient!] + normalization.parameters.map { $0.tensor.gradient! }
            let state2 = try normalization.state()
            return ([spikes] + [state2["running_mean"]!, state2["running_var"]!], gradients)
        }
        let (kernel, twin) = (try outcome(.kernel), try outcome(.tensorOperations))
        // The sums of the tensor operations are more precise: of 10⁴ currents, one may be on the other side of its
        // threshold.
        try requireSpikes(kernel.0[0], twin.0[0], share: 1e-4)
        for (name, index) in [("running mean", 1), ("running variance", 2)] {
            try requireClose(kernel.0[index], twin.0[index], "\(name) of the normalised LIF", share: 0, tolerance: 1e-5)
        }
        for (index, pair) in zip(kernel.1, twin.1).enumerated() {
            try requireClose(
                pair.0, pair.1, "gradient \(index) of the normalised LIF", share: index == 0 ? 1e-3 : 0,
                tolerance: index == 0 ? tolerance : max(tolerance, 1e-3))
        }
    }

    /// Compares spikes and gradients.
    private func compare(
        _ inputs: [Tensor], parameters: (NeuronImplementation) -> [Tensor] = { _ in [] },
        _ spikes: ([Tensor], NeuronImplementation) throws -> Tensor
    ) throws {
        func outcome(_ implementation: NeuronImplementation) throws -> (Tensor, [Tensor]) {
            let inputs = try inputs.map { try $0.detached().requireGradient() }
            let fired = try spikes(inputs, implementation)
            try (fired * weights(like: fired)).sum().backward()
            let gradients = (inputs + parameters(implementation)).map { $0.gradient! }
            return (try fired.detached(), gradients)
        }
        let (kernel, twin) = (try outcome(.kernel), try outcome(.tensorOperations))
        try requireSpikes(kernel.0, twin.0, share: isExact ? 0 : 1e-4)
        for (index, pair) in zip(kernel.1, twin.1).enumerated() {
            try requireClose(pair.0, pair.1, "gradient \(index)", share: isExact ? 0 : 1e-3, tolerance: tolerance)
        }
    }

    // Values

    /// Normally distributed numbers [.., C, H, W] around 0.5, in the case's type and layout.
    private func frames(_ shape: [Int], seed: UInt64) throws -> Tensor {
        let rank = shape.count
        let values: Tensor
        if channelsLast {
            let memory = Array(shape.dropLast(3)) + [shape[rank - 2], shape[rank - 1], shape[rank - 3]]
            let order = Array(0..<rank - 3) + [rank - 1, rank - 3, rank - 2]
            values = try Tensor.normal(memory, from: RandomStream(seed: seed)).permuted(order)
        } else {
            values = try Tensor.normal(shape, from: RandomStream(seed: seed))
        }
        return try (values + 0.5).to(dtype).to(device)
    }

    private func weights(like spikes: Tensor) throws -> Tensor {
        try Tensor.normal(spikes.shape, from: RandomStream(seed: 11)).to(spikes.dtype).to(device)
    }

    /// The tolerance relative to the largest gradient: products and sums of a few numbers near 1, rounded to the type
    /// at the end.
    private var tolerance: Double {
        switch dtype {
        case .float32: 2e-5
        case .float16: 2e-3
        default: 2e-2
        }
    }

    /// Requires spikes to agree.
    ///
    /// - Parameter share: The share of elements that may differ.
    private func requireSpikes(_ found: Tensor, _ expected: Tensor, share: Double) throws {
        let different = try (found .!= expected).to(.float64).sum().item()
        let active = try expected.to(.float64).mean().item()
        guard different <= share * Double(found.count) + (share > 0 ? 1 : 0) else {
            throw Mismatch(description: "\(different) of \(found.count) spikes differ; \(label)")
        }
        guard active > 0.01, active < 0.99 else {
            throw Mismatch(description: "a share of \(active) fires, which says little; \(label)")
        }
    }

    /// Requires values to agree.
    ///
    /// - Parameters:
    ///   - share: The share of elements that may be further apart.
    ///   - tolerance: The allowed difference, relative to the largest value.
    private func requireClose(
        _ found: Tensor, _ expected: Tensor, _ what: String, share: Double, tolerance: Double
    ) throws {
        let (found, expected) = (try found.detached().to(.float64), try expected.detached().to(.float64))
        let size = try expected.absolute().flattened().maximum(0).item()
        let near = try ((found - expected).absolute() <= tolerance * max(size, 1e-30)).to(.float64).sum().item()
        // This condition is false for NaN.
        guard near >= Double(found.count) * (1 - share) - (share > 0 ? Double(steps) : 0) else {
            let apart = try (found - expected).absolute().flattened().maximum(0).item()
            throw Mismatch(
                description:
                    "\(what): \(found.count - Int(near)) of \(found.count) differ by more than \(tolerance) of "
                    + "\(size), at most \(apart); \(label)")
        }
    }

    private var label: String {
        "\(dtype), T \(steps), frame \(frame), channels \(channelsLast ? "innermost" : "outermost"), \(dynamics)"
    }
}
