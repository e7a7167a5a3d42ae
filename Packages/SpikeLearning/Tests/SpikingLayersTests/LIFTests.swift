import SpikingLayers
import TestSupport
import Testing
import TorchTensors

@Suite(.leavesNothing) struct LIFTests {
    /// Spikes, and the gradient of Σ w·S with respect to the currents.
    private func run(
        _ currents: Tensor, _ weights: Tensor, _ dynamics: LIFDynamics, _ implementation: NeuronImplementation
    ) throws -> (spikes: Tensor, gradient: Tensor) {
        let currents = try currents.detached().requireGradient()
        let spikes = try lifSpikes(currents, dynamics, implementation: implementation)
        try (spikes * weights).sum().backward()
        return (try spikes.detached(), currents.gradient!)
    }

    private func largestDifference(_ a: Tensor, _ b: Tensor) throws -> Double {
        try a.count == 0 ? 0 : (a.to(.float64) - b.to(.float64)).absolute().maximum().item()
    }

    /// float64: rounding of a few operations on numbers near 1, some 1e-15. float32: likewise some 1e-6, as the surrogate of
    /// slope 25 magnifies the rounding of U.
    @Test(arguments: [
        (DType.float64, NeuronImplementation.tensorOperations, 1e-10),
        (.float32, .tensorOperations, 1e-5), (.float32, .kernel, 1e-5),
    ])
    func agreesWithReference(dtype: DType, implementation: NeuronImplementation, tolerance: Double) throws {
        for reference in try ReferenceCase.all() {
            let x = try Tensor(reference.x, shape: reference.shape).to(dtype)
            let w = try Tensor(reference.w, shape: reference.shape).to(dtype)
            let (spikes, gradient) = try run(x, w, reference.dynamics, implementation)
            #expect(try spikes.elements(as: Double.self) == reference.spikes, "\(reference.id)")
            let expected = dtype == .float64 ? reference.float64.gradX : reference.float32.gradX
            let difference = zip(try gradient.elements(as: Double.self), expected).map { abs($0 - $1) }.max()!
            #expect(difference <= tolerance, "\(reference.id): \(difference)")
        }
    }

    static let everyDynamics: [LIFDynamics] = {
        let surrogates: [SurrogateGradient] = [
            .sigmoid(), .arctangent(), .triangle(slope: 0.7), .fastSigmoid(slope: 5), .rectangle(width: 0.8),
        ]
        var all: [LIFDynamics] = []
        for decay in [MembraneDecay.factor(0.5), .factor(0.9), .timeConstant(2), .timeConstant(3.3)] {
            for reset in [ResetRule.subtractThreshold, .toZero] {
                for detaches in [true, false] {
                    for surrogate in surrogates {
                        all.append(
                            LIFDynamics(
                                decay: decay, threshold: detaches ? 1 : 0.7, reset: reset, detachesReset: detaches,
                                surrogate: surrogate))
                    }
                }
            }
        }
        return all
    }()

    /// Sizes with and without a remainder of 32, below and above a tile, and several tiles a thread.
    @Test(arguments: [[4, 3, 5], [1, 64], [5, 33], [16, 2, 1031], [3, 70001]])
    func kernelAgreesWithOperations(shape: [Int]) throws {
        var random = TestRandom()
        let x = try random.normal(shape)
        let w = try random.normal(shape)
        for dynamics in shape[1] > 2000 ? [LIFDynamics(), Self.everyDynamics.last!] : Self.everyDynamics {
            let fast = try run(x, w, dynamics, .kernel)
            let oracle = try run(x, w, dynamics, .tensorOperations)
            // The same arithmetic in the same order, but for a potential exactly at the threshold.
            #expect(try fast.spikes.equals(oracle.spikes), "\(dynamics), seed \(random.seed)")
            // Gradients add up over the steps; each differs by a few units in the last place of a number of about 10.
            #expect(try largestDifference(fast.gradient, oracle.gradient) < 2e-5, "\(dynamics), seed \(random.seed)")
        }
    }

    @Test(arguments: [[4, 3, 5], [16, 2, 1031]])
    func bfloat16(shape: [Int]) throws {
        var random = TestRandom()
        let x = try random.normal(shape).to(.bfloat16)
        let w = try random.normal(shape).to(.bfloat16)
        for dynamics in Self.everyDynamics {
            let fast = try run(x, w, dynamics, .kernel)
            let oracle = try run(x, w, dynamics, .tensorOperations)
            #expect(fast.spikes.dtype == .bfloat16 && fast.gradient.dtype == .bfloat16)
            #expect(try fast.spikes.equals(oracle.spikes), "\(dynamics), seed \(random.seed)")
            // Both are computed in float32 and rounded once: at most one unit, 2^-8 of the number.
            let scale = try oracle.gradient.to(.float32).absolute() + 1e-3
            let difference = try (fast.gradient.to(.float32) - oracle.gradient.to(.float32)).absolute() / scale
            #expect(try difference.maximum().item() < 0.0079, "\(dynamics), seed \(random.seed)")
        }
    }

    @Test func everyLayoutGivesTheSame() throws {
        var random = TestRandom()
        let x = try random.normal([4, 2, 8, 6, 5])
        let w = try random.normal([4, 2, 8, 6, 5])
        let expected = try run(x, w, LIFDynamics(), .kernel)
        let channelsLast = try x.permuted(0, 1, 3, 4, 2).contiguous().permuted(0, 1, 4, 2, 3)
        let timeInside = try x.permuted(1, 2, 3, 4, 0).contiguous().permuted(4, 0, 1, 2, 3)
        let everySecond = try Tensor.stacked([x, x], 3).flattened(2, 3).sliced(2, 0..<16, step: 2)
        for (layout, currents) in [("channels last", channelsLast), ("time inside", timeInside)] {
            let result = try run(currents, w, LIFDynamics(), .kernel)
            #expect(try result.spikes.equals(expected.spikes), "\(layout), seed \(random.seed)")
            #expect(try result.gradient.equals(expected.gradient), "\(layout), seed \(random.seed)")
        }
        let strided = try lifSpikes(everySecond, implementation: .kernel)
        #expect(try strided.equals(lifSpikes(everySecond.contiguous(), implementation: .kernel)))
        #expect(try lifSpikes(channelsLast).strides == channelsLast.strides)
        let repeated = try channelsLast[0].repeatedOverTime(3)
        let constant = try lifSpikes(repeated, implementation: .kernel)
        #expect(constant.strides == (try repeated.permuted(0, 1, 3, 4, 2).contiguous().permuted(0, 1, 4, 2, 3)).strides)
        #expect(try constant.equals(lifSpikes(repeated.contiguous(), implementation: .kernel)))
    }

    /// Not a multiple of a tile, with channels innermost, and in bfloat16: the same spikes, and the sum of the gradients.
    @Test(arguments: [DType.float32, .bfloat16, .float64]) func aConstantCurrent(dtype: DType) throws {
        var random = TestRandom()
        let dynamics = LIFDynamics(decay: .timeConstant(2), reset: .toZero)
        for shape in [[3, 5, 7, 31], [2, 40, 40, 32]] {
            let values = try (random.normal(shape) + 0.5).to(dtype).permuted([0, 3, 1, 2])
            let upstream = try random.normal([4] + values.shape).to(dtype)
            func outcome(_ spikes: (Tensor) throws -> Tensor) throws -> (spikes: Tensor, gradient: Tensor) {
                let x = try values.detached().requireGradient()
                let spikes = try spikes(x)
                try (spikes * upstream).sum().backward()
                return (try spikes.detached(), x.gradient!)
            }
            let read = try outcome { try lifSpikes(constant: $0, steps: 4, dynamics) }
            let repeated = try outcome { try lifSpikes($0.repeatedOverTime(4), dynamics) }
            #expect(try read.spikes.equals(repeated.spikes), "seed \(random.seed)")
            // Four terms below 10, added in another order; in bfloat16 each is rounded to 2⁻⁸ before.
            let distance = try (read.gradient - repeated.gradient).to(.float64).absolute()
            let tolerance = dtype == .bfloat16 ? 0.2 : 1e-5
            #expect(try distance.elements(as: Double.self).max()! <= tolerance, "seed \(random.seed)")
            let layer = try LIFNeuron(dynamics)(constant: values, steps: 4)
            #expect(try layer.equals(read.spikes), "seed \(random.seed)")
        }
    }

    @Test func threadsDoNotMatter() throws {
        var random = TestRandom()
        let x = try random.normal([4, 300_001])
        let w = try random.normal([4, 300_001])
        let before = Torch.threadCount
        defer { try? Torch.setThreadCount(before) }
        try Torch.setThreadCount(1)
        let one = try run(x, w, LIFDynamics(), .kernel)
        try Torch.setThreadCount(4)
        let four = try run(x, w, LIFDynamics(), .kernel)
        #expect(try one.spikes.equals(four.spikes) && one.gradient.equals(four.gradient), "seed \(random.seed)")
    }

    @Test func nothingIsRecordedWithoutGradient() throws {
        let x = try Tensor.ones([2, 3]).requireGradient()
        let spikes = try withoutGradient { try lifSpikes(x) }
        #expect(!spikes.requiresGradient)
        #expect(try !lifSpikes(x.detached()).requiresGradient)
    }

    @Test func emptyInputs() throws {
        for shape in [[0, 3], [4, 0], [0]] {
            for implementation in [NeuronImplementation.kernel, .tensorOperations] {
                let x = try Tensor.zeros(shape).requireGradient()
                let spikes = try lifSpikes(x, implementation: implementation)
                #expect(spikes.shape == shape)
            }
        }
    }

    @Test func wrongInputs() throws {
        let integers = #expect(throws: TensorError.self) { try lifSpikes(Tensor([1, 2] as [Int32])) }
        #expect(integers!.description.contains("int32 [2]"))
        let noTime = #expect(throws: TensorError.self) { try lifSpikes(Tensor(1.0)) }
        #expect(noTime!.description.contains("first dimension of time"))
        let double = #expect(throws: TensorError.self) {
            try lifSpikes(.zeros([2, 2], dtype: .float64), implementation: .kernel)
        }
        #expect(double!.description.contains("float64"))
    }

    @Test func aChangedInputIsNoticed() throws {
        let x = try Tensor.ones([2, 3]).requireGradient()
        let currents = try x * 2
        let spikes = try lifSpikes(currents)
        try currents += 1
        let error = #expect(throws: TensorError.self) { try spikes.sum().backward() }
        #expect(error!.description.contains("modified by an inplace operation"))
    }

    @Test func nothingButTheInputIsKept() throws {
        let x = try Tensor.ones([4, 100_000]).requireGradient()
        let size = x.count * 4
        func peak(_ implementation: NeuronImplementation) throws -> Int {
            try Torch.peakMemory { _ = try lifSpikes(x, implementation: implementation) }
        }
        // The spikes alone, and a few bytes for LibTorch's threads.
        #expect(try peak(.kernel) <= size + 4096)
        // The potentials of every step beside them.
        #expect(try peak(.tensorOperations) > 2 * size)
    }
}
