import TestSupport
import Testing
import TorchModules
import TorchTensors

@testable import SpikingLayers

/// Where a value lies exactly on a threshold or an edge, and where one form of the arithmetic must not stand for another.
@Suite(.leavesNothing) struct ExactArithmeticTests {
    /// A current of τ times the threshold charges an empty membrane to the threshold. A multiplication by 1/τ, which is
    /// only exact for powers of 2, would miss it for τ = 41, among others.
    @Test func divisionsAreDivisions() throws {
        for constant in 1...200 {
            let currents = try Tensor.full([1, 16], Double(constant))
            let dynamics = LIFDynamics(decay: .timeConstant(Double(constant)))
            for implementation in [NeuronImplementation.kernel, .tensorOperations] {
                let spikes = try lifSpikes(currents, dynamics, implementation: implementation)
                #expect(try spikes.sum().item() == 16, "τ = \(constant), \(implementation)")
            }
        }
    }

    /// The edges of the rectangle belong to it, and the corners of the triangle have height 0.
    @Test func edgesOfSurrogates() throws {
        let points = [-0.5, 0.5, -0.75, 0.75, 0.25, -2, 2, 0, 1, -1, 3, -3, 0.125, -0.125, 4, -4]
        for (surrogate, expected) in [
            (SurrogateGradient.rectangle(width: 1), points.map { abs($0) <= 0.5 ? 1.0 : 0 }),
            (.rectangle(width: 4), points.map { abs($0) <= 2 ? 0.25 : 0 }),
            (.triangle(slope: 1), points.map { max(0, 1 - abs($0)) }),
            (.triangle(slope: 0.5), points.map { 0.5 * max(0, 1 - abs($0) / 2) }),
            (.fastSigmoid(slope: 1), points.map { 1 / ((1 + abs($0)) * (1 + abs($0))) }),
        ] {
            #expect(points.map { surrogate.derivative($0) } == expected, "\(surrogate)")
            #expect(try surrogate.derivative(Tensor(points)).elements(as: Double.self) == expected, "\(surrogate)")
            var found = [Float](repeating: .nan, count: 16)
            surrogate.derivatives(points.map { Float($0) }, threshold: 0, count: 16, into: &found)
            #expect(found == expected.map { Float($0) }, "\(surrogate)")
        }
        #expect(SurrogateGradient.triangle().value(-1) == 0 && SurrogateGradient.triangle().value(1) == 1)
        #expect(SurrogateGradient.triangle().value(9) == 1 && SurrogateGradient.triangle().value(-9) == 0)
        #expect(SurrogateGradient.rectangle().value(0.5) == 1 && SurrogateGradient.rectangle().value(-0.5) == 0)
        #expect(SurrogateGradient.sigmoid().derivative(0) == 1 && SurrogateGradient.arctangent().derivative(0) == 1)
        #expect(SurrogateGradient.fastSigmoid().value(1) == 0.5 + 1.0 / 26)
    }

    @Test func aCurrentWithoutDimensions() throws {
        for implementation in [NeuronImplementation.automatic, .kernel, .tensorOperations] {
            let spikes = try lifSpikes(constant: Tensor(2.0).to(.float32), steps: 3, implementation: implementation)
            #expect(try spikes.shape == [3] && spikes.sum().item() == 3)
        }
    }

    @Test func noStepsGiveNoSpikes() throws {
        for implementation in [NeuronImplementation.kernel, .tensorOperations] {
            let spikes = try TemporalEncoding(.rate).spikes(
                .ones([2, 3, 4]), thresholds: .zeros([0, 3]), implementation: implementation)
            #expect(spikes.shape == [0, 2, 3, 4])
        }
    }

    @Test func stepsTakeTwoToFourDimensions() throws {
        let encoder = try TemporalEncoder(TemporalEncoding(.rate), channels: 3)
        for (shape, isRight) in [
            ([2, 3], true), ([2, 3, 4], true), ([2, 3, 4, 5], true), ([3], false), ([2, 3, 4, 5, 6], false),
        ] {
            var state = TemporalEncoder.State()
            let text = message {
                let spikes = try encoder.step(.ones(shape), &state)
                #expect(spikes.shape == shape)
            }
            #expect((text == nil) == isRight, "\(shape): \(text ?? "")")
        }
        let learnable = try LearnableLIFNeuron(steps: 1, channels: 3)
        var state = LearnableLIFNeuron.State()
        #expect(message { _ = try learnable.step(.ones([3]), &state) }?.contains("[B, C, …] with C = 3") == true)
    }

    // MARK: Kernels that are chosen

    private func recorded(_ body: () throws -> Tensor) throws -> Int {
        let before = CustomFunction.liveCount
        return try withExtendedLifetime(body()) { CustomFunction.liveCount - before }
    }

    /// One recorded function stands for both layers where they are fused, and each layer has its own where not.
    @Test func normalisationAndNeuronsAreFusedInTraining() throws {
        let values = try spreadTensor([2, 3, 4, 4, 32]).to(.float32).permuted([0, 1, 4, 2, 3])
        func count(
            _ x: Tensor, _ implementation: NeuronImplementation = .automatic, isTraining: Bool = true,
            _ change: (BatchNorm2d) throws -> Void = { _ in }
        ) throws -> Int {
            let normalization = try BatchNorm2d(channels: x.shape[2])
            try change(normalization)
            let neuron = LIFNeuron(implementation: implementation)
            neuron.isTraining = isTraining
            return try recorded { try neuron(x.detached().requireGradient(), normalizedBy: normalization) }
        }
        #expect(try count(values) == 1 && count(values, .kernel) == 1)
        #expect(try count(values, isTraining: false) == 2)
        #expect(try count(values, .tensorOperations) == 3)
        let narrow = try spreadTensor([2, 3, 4, 4, 5]).to(.float32).permuted([0, 1, 4, 2, 3])
        #expect(try count(narrow) == 2)
        // In use, the running statistics count.
        let normalization = try BatchNorm2d(channels: 32)
        normalization.evaluate()
        let spikes = try LIFNeuron()(values, normalizedBy: normalization)
        let (frames, fold) = try values.mergingTimeIntoBatch()
        #expect(try spikes.equals(lifSpikes(fold.unfold(normalization(frames)))))
        #expect(try normalization.numBatchesTracked!.item() == 0)
    }

    @Test func currentsThatTheFusedKernelTakes() throws {
        func suits(_ memory: [Int], _ dtype: DType = .float32, channels: Int? = nil) throws -> Bool {
            let x = try Tensor.ones(memory).to(dtype).permuted([0, 1, 4, 2, 3])
            return NormalizedLIFKernel.suits(x, channels: channels ?? memory[4])
        }
        #expect(try suits([2, 3, 4, 5, 32]) && suits([1, 1, 1, 2, 64], .bfloat16) && suits([1, 1, 2, 1, 32]))
        #expect(try !suits([2, 3, 4, 5, 32], .float64) && !suits([2, 3, 4, 5, 32], .float16))
        #expect(try !suits([2, 3, 4, 5, 32], channels: 64) && !suits([1, 1, 1, 1, 32]) && !suits([2, 3, 4, 5, 48]))
        #expect(try !NormalizedLIFKernel.suits(.ones([2, 3, 32, 4, 5]), channels: 32))
        #expect(try !NormalizedLIFKernel.suits(.ones([64, 32]), channels: 32))
        #expect(try NormalizedLIFKernel.suits(.ones([2, 3, 32]), channels: 32))
    }

    @Test func framesThatTheSparseGradientTakes() throws {
        func suits(
            _ shape: [Int] = [2, 32, 4, 4], _ dtype: DType = .float32, weight: [Int] = [32, 32, 3, 3],
            _ weightType: DType = .float32, stride: Int = 1, padding: Int = 1
        ) throws -> Bool {
            let weight = try Tensor.ones(weight).to(weightType)
            return try SparseConvolution.suits(weight: weight, stride: stride, padding: padding)
                && SparseConvolution.suits(Tensor.ones(shape).to(dtype).channelsLast(), weight: weight)
        }
        #expect(try suits() && suits([2, 32, 4, 4], .bfloat16) && suits(weight: [64, 32, 1, 1], padding: 0))
        #expect(try suits([1, 64, 2, 2], weight: [96, 64, 3, 3]))
        #expect(try !suits([2, 32, 4, 4], .float64) && !suits(weight: [32, 32, 3, 3], .bfloat16))
        #expect(try !suits(stride: 2) && !suits(padding: 0) && !suits(padding: 2))
        #expect(try !suits(weight: [32, 32, 2, 2]) && !suits(weight: [32, 32, 5, 5], padding: 2))
        #expect(try !suits(weight: [32, 32, 3, 1]) && !suits(weight: [32, 32, 1, 3]))
        #expect(try !suits(weight: [32, 64, 3, 3]) && !suits(weight: [48, 32, 3, 3]))
        #expect(try !suits([2, 48, 4, 4], weight: [32, 48, 3, 3]) && !suits([0, 32, 4, 4]))
        #expect(try !SparseConvolution.suits(.ones([2, 32, 4, 4]), weight: .ones([32, 32, 3, 3])))
    }

    @Test func densitiesUpToWhichTheSparseGradientIsFaster() {
        func limit(_ kernel: Int, _ outputs: Int, _ dtype: DType = .float32) -> Double {
            SparseWeightGradient.densityLimit(kernel: kernel, outputs: outputs, dtype)
        }
        #expect(limit(3, 32) == 0.7 && limit(3, 512) == 0.7 && limit(1, 128) == 0.45 && limit(1, 127) == 0.1)
        #expect(limit(3, 32, .bfloat16) == 0.7 * 0.45 && limit(1, 32, .bfloat16) == 0.1 * 0.45)
    }

    /// The density is measured at every 16th pixel, in all channels.
    @Test func densityOfEverySixteenthPixel() throws {
        for dtype in [DType.float32, .bfloat16] {
            var values = [Float](repeating: 0, count: 64 * 64)
            for pixel in stride(from: 0, to: 64, by: 16) {
                for channel in 0..<64 { values[pixel * 64 + channel] = -1 }
            }
            let frames = try Tensor(values, shape: [1, 8, 8, 64]).permuted(0, 3, 1, 2)
            #expect(try SparseConvolution.density(frames.to(dtype)) == 1)
            for index in values.indices { values[index] = index % 64 == 33 ? 2 : 0 }
            let column = try Tensor(values, shape: [1, 8, 8, 64]).permuted(0, 3, 1, 2)
            #expect(try SparseConvolution.density(column.to(dtype)) == 1.0 / 64)
        }
    }
}
