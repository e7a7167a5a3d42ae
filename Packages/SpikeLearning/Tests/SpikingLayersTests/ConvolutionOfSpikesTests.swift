import TestSupport
import Testing
import TorchModules
import TorchTensors

@testable import SpikingLayers

/// Convolutions and gradients that skip zeros, against LibTorch's in double precision.
@Suite("Convolution of spikes", .leavesNothing) struct ConvolutionOfSpikesTests {
    struct Case: CustomTestStringConvertible {
        var dtype = DType.float32
        let kernel: Int
        let frames: Int
        let inputs: Int
        let outputs: Int
        let height: Int
        let width: Int
        var density = 0.2

        var testDescription: String {
            "\(dtype), kernel \(kernel), [\(frames), \(inputs), \(height), \(width)] to \(outputs), \(density)"
        }
    }

    /// Beside small ones: several groups with a rest, frames larger than a group, one pixel, silence, every value.
    static let cases: [Case] = [
        Case(kernel: 3, frames: 2, inputs: 32, outputs: 32, height: 5, width: 4),
        Case(kernel: 3, frames: 37, inputs: 64, outputs: 96, height: 6, width: 7),
        Case(kernel: 3, frames: 2, inputs: 32, outputs: 64, height: 40, width: 33),
        Case(kernel: 3, frames: 3, inputs: 32, outputs: 32, height: 1, width: 1, density: 0.5),
        Case(kernel: 3, frames: 5, inputs: 32, outputs: 256, height: 17, width: 16, density: 0),
        Case(kernel: 3, frames: 5, inputs: 96, outputs: 32, height: 8, width: 8, density: 1),
        Case(kernel: 1, frames: 3, inputs: 32, outputs: 64, height: 5, width: 7),
        Case(kernel: 1, frames: 9, inputs: 256, outputs: 32, height: 8, width: 11),
        Case(dtype: .bfloat16, kernel: 3, frames: 37, inputs: 64, outputs: 96, height: 6, width: 7),
        Case(dtype: .bfloat16, kernel: 1, frames: 9, inputs: 96, outputs: 64, height: 8, width: 11),
    ]

    /// [N, C, H, W] with channels innermost: mostly 0, else 1, 2 or 3, as sums of spikes are.
    private static func spikes(
        _ shape: [Int], density: Double, _ numbers: inout TestRandom
    ) throws -> Tensor {
        let memory = [shape[0], shape[2], shape[3], shape[1]]
        let fired = try (numbers.uniform(memory) * -1 + (1 + density)).floor().to(.float64)
        return try (fired * (numbers.uniform(memory) * 3 + 1).floor()).permuted(0, 3, 1, 2)
    }

    @Test(arguments: cases) func weightGradientEqualsTheDenseOne(_ test: Case) throws {
        var numbers = TestRandom()
        let frames = try Self.spikes(
            [test.frames, test.inputs, test.height, test.width], density: test.density, &numbers)
        let gradient = try numbers.normal([test.frames, test.height, test.width, test.outputs])
            .to(test.dtype).permuted(0, 3, 1, 2)
        let weight = try Tensor.zeros([test.outputs, test.inputs, test.kernel, test.kernel], dtype: .float64)
            .requireGradient()
        try (frames.convolution(weight, padding: test.kernel / 2) * gradient.to(.float64)).sum().backward()
        let expected = try #require(weight.gradient)

        let input = try frames.to(test.dtype)
        let single = try weight.detached().to(.float32)
        #expect(SparseConvolution.suits(weight: single, stride: 1, padding: test.kernel / 2))
        #expect(SparseConvolution.suits(input, weight: single))
        let found = try SparseWeightGradient(kernel: test.kernel)(input, gradient)
        #expect(found.shape == expected.shape && found.dtype == .float32)
        // Sums in single precision of numbers near 1, of which bfloat16 holds both factors exactly.
        let size = max(1, try greatest(expected))
        let difference = try greatest(found.to(.float64) - expected)
        #expect(difference <= 1e-5 * size, "seed \(numbers.seed)")
    }

    @Test(arguments: cases) func resultEqualsTheDenseOne(_ test: Case) throws {
        var numbers = TestRandom()
        let frames = try Self.spikes(
            [test.frames, test.inputs, test.height, test.width], density: test.density, &numbers)
        // What bfloat16 holds exactly, so that only sums and the result are rounded.
        let weight = try numbers.normal([test.outputs, test.inputs, test.kernel, test.kernel]).to(test.dtype)
        let bias = try numbers.normal([test.outputs]).to(test.dtype)
        // Sums of spikes, whose values are 1 to 3, and spikes.
        for frames in [frames, try frames.sign()] {
            for bias in [nil, bias] {
                let expected = try frames.convolution(
                    weight.to(.float64), bias?.to(.float64), padding: test.kernel / 2)
                let found = try SparseConvolution(kernel: test.kernel)(
                    frames.to(test.dtype), weight.to(.float32), bias?.to(.float32))
                #expect(found.shape == expected.shape && found.dtype == test.dtype && found.isChannelsLast)
                // Sums of up to 864 numbers near 1 in single precision; bfloat16 then rounds to eight bits.
                let tolerance = test.dtype == .bfloat16 ? 0.0040 : 1e-5
                let difference = try greatest(found.to(.float64) - expected)
                #expect(try difference <= tolerance * max(1, greatest(expected)), "seed \(numbers.seed)")
            }
        }
    }

    private func greatest(_ x: Tensor) throws -> Double { try x.absolute().maximum().item() }

    /// Results and both gradients, by the sparse way and by the dense one.
    @Test(arguments: [DType.float32, .bfloat16]) func equalsConvolution(_ dtype: DType) throws {
        var numbers = TestRandom()
        let spikes = try Self.spikes([6, 64, 9, 8], density: 0.15, &numbers)
        let values = try numbers.normal([32, 64, 3, 3]) * 0.1
        let upstream = try numbers.normal([6, 32, 9, 8])

        func outcome(
            _ convolve: (_ x: Tensor, _ weight: Tensor) throws -> Tensor
        ) throws -> (result: Tensor, gradients: [Tensor], nodes: Int) {
            let x = try spikes.to(dtype).requireGradient()
            let weight = try values.detached().requireGradient()
            let before = CustomFunction.liveCount
            let result =
                dtype == .bfloat16 ? try withAutocast(dtype) { try convolve(x, weight) } : try convolve(x, weight)
            let nodes = CustomFunction.liveCount - before
            try (result.to(.float32) * upstream).sum().backward()
            return (try result.detached(), [x.gradient!, weight.gradient!], nodes)
        }
        let sparse = try outcome { try $0.convolutionOfSpikes($1, padding: 1) }
        let dense = try outcome { try $0.convolution($1, padding: 1) }
        #expect(sparse.nodes == 1 && dense.nodes == 0)
        #expect(sparse.result.dtype == dtype)
        for (a, b) in zip([sparse.result] + sparse.gradients, [dense.result] + dense.gradients) {
            // Results and LibTorch's gradients of weights are rounded to bfloat16, 2⁻⁸; float32 differs by the order of
            // sums.
            let tolerance = dtype == .bfloat16 ? 0.01 : 1e-5
            #expect(a.dtype == b.dtype && a.shape == b.shape)
            let size = max(1, try greatest(b.to(.float64)))
            let difference = try greatest(a.to(.float64) - b.to(.float64))
            #expect(difference <= tolerance * size, "seed \(numbers.seed)")
        }
    }

    /// Under autocast float32 spikes meet weights and gradients of bfloat16.
    @Test func autocastOfFloat32Spikes() throws {
        var numbers = TestRandom()
        let spikes = try Self.spikes([6, 32, 8, 8], density: 0.15, &numbers).to(.float32)
        let values = try numbers.normal([32, 32, 3, 3]) * 0.1
        func gradients(_ convolve: (_ x: Tensor, _ weight: Tensor) throws -> Tensor) throws -> [Tensor] {
            let x = try spikes.detached().requireGradient()
            let weight = try values.detached().requireGradient()
            let result = try withAutocast { try convolve(x, weight) }
            #expect(result.dtype == .bfloat16)
            try result.to(.float32).sum().backward()
            return [x.gradient!, weight.gradient!]
        }
        let sparse = try gradients { try $0.convolutionOfSpikes($1, padding: 1) }
        let dense = try gradients { try $0.convolution($1, padding: 1) }
        for (a, b) in zip(sparse, dense) {
            #expect(a.dtype == .float32 && b.dtype == .float32)
            let (difference, size) = (try greatest((a - b).to(.float64)), try greatest(b.to(.float64)))
            #expect(difference <= 0.01 * max(1, size), "seed \(numbers.seed)")
        }
    }

    @Test func inputsWithoutGradientGetNone() throws {
        var numbers = TestRandom()
        let x = try Self.spikes([2, 32, 4, 4], density: 0.1, &numbers).to(.float32)
        let weight = try numbers.normal([32, 32, 3, 3]).requireGradient()
        try x.convolutionOfSpikes(weight, padding: 1).sum().backward()
        #expect(weight.gradient != nil && x.gradient == nil)
    }

    /// Where zeros are few or the kernel does not suit, it is LibTorch's convolution.
    @Test func othersAreConvolvedAsUsual() throws {
        var numbers = TestRandom()
        let sparse = try Self.spikes([2, 32, 8, 8], density: 0.1, &numbers).to(.float32)
        let full = try numbers.normal([2, 32, 8, 8]).channelsLast()
        let busy = try Self.spikes([2, 32, 8, 8], density: 0.5, &numbers).to(.float32)
        let narrow = try Self.spikes([2, 3, 8, 8], density: 0.1, &numbers).to(.float32)
        let bias = try numbers.normal([32])
        func convolve(
            _ x: Tensor, kernel: Int = 3, outputs: Int = 32, bias: Tensor? = nil, stride: Int = 1
        ) throws {
            let weight = try numbers.normal([outputs, x.shape[1], kernel, kernel]).requireGradient()
            let before = CustomFunction.liveCount
            let result = try x.convolutionOfSpikes(weight, bias, stride: stride, padding: kernel / 2)
            #expect(CustomFunction.liveCount == before)
            #expect(try result.equals(x.convolution(weight, bias, stride: stride, padding: kernel / 2)))
        }
        try convolve(full)
        try convolve(narrow)
        try convolve(sparse, kernel: 5)
        try convolve(busy, kernel: 1)
        try convolve(sparse, outputs: 20)
        try convolve(sparse, bias: bias)
        try convolve(sparse, stride: 2)
        try convolve(sparse.contiguous())
    }

    /// Zeros are skipped, so that infinite weights of a silent channel do no harm: the sparse way is taken in training,
    /// with a frozen weight, without gradients and with a bias, in either type.
    @Test(arguments: [DType.float32, .bfloat16]) func zerosAreSkipped(_ dtype: DType) throws {
        var numbers = TestRandom()
        let x = try Self.spikes([2, 32, 8, 8], density: 0.05, &numbers).to(.float32)
        try x.selected(1, 3).fill(0)
        let values = try numbers.normal([32, 32, 3, 3])
        try values.selected(1, 3).fill(.infinity)
        let bias = try numbers.normal([32])
        func isFinite(_ weight: Tensor, _ bias: Tensor? = nil) throws -> Bool {
            func convolve() throws -> Tensor { try x.convolutionOfSpikes(weight, bias, padding: 1) }
            let result = try dtype == .bfloat16 ? withAutocast { try convolve() } : convolve()
            #expect(result.dtype == dtype)
            return try result.to(.float32).isFinite().all()
        }
        #expect(try isFinite(values))
        #expect(try isFinite(values, bias))
        let weight = try values.detached().requireGradient()
        #expect(try isFinite(weight))
        // In training, a bias needs a gradient, which LibTorch computes.
        #expect(try !isFinite(weight, bias))
        #expect(try withoutGradient { try isFinite(weight, bias) })
    }

    /// Below these shares of nonzero values zeros are skipped.
    @Test func limitsOfTheForwardPass() {
        func limit(_ kernel: Int, _ outputs: Int, _ dtype: DType = .float32) -> Double {
            SparseConvolution.densityLimit(kernel: kernel, outputs: outputs, dtype)
        }
        #expect(limit(3, 32) == 0.6 && limit(3, 512) == 0.6 && limit(3, 32, .bfloat16) == 0.27)
        #expect(limit(1, 128) == 0.4 && limit(1, 127) == 0.15)
        #expect(limit(1, 128, .bfloat16) == 0.18 && limit(1, 127, .bfloat16) == 0)
    }

    /// Processes decide by the whole batch, whatever the densities of their own frames are; a process whose images do not
    /// count takes part.
    @Test(arguments: [([0.1, 0.9], true), ([0.5, 0.9], false), ([0.05, nil], false)] as [([Double?], Bool)])
    func processesDecideTogether(_ densities: [Double?], _ skipsZeros: Bool) throws {
        var numbers = TestRandom()
        // The silent channel has infinite weights, which only skipped zeros do not meet.
        let values = try numbers.normal([32, 32, 3, 3])
        try values.selected(1, 3).fill(.infinity)
        // 4,096 values of each process are looked at: the limit, 0.6, is 12 standard deviations away.
        let frames = try (densities + [0]).map { density in
            // Frames of one process do not suit: their channels are not innermost.
            guard let density else { return try Tensor.zeros([2, 32, 32, 32]) }
            let x = try Self.spikes([2, 32, 32, 32], density: density, &numbers).to(.float32)
            try x.selected(1, 3).fill(0)
            return x
        }
        let counts = densities.map { _ in true } + [false]
        let skipped = try ThreadExchange.run(counts: counts) { exchange in
            var random = RandomSource(seed: 0)
            let layer = try SynapticConvolution(inputs: 32, outputs: 32, kernel: 3, bias: nil, random: &random)
            try withoutGradient { try layer.weight.copy(from: values) }
            layer.exchange = exchange
            let found = try layer(frames[exchange.rank]).isFinite().all()
            // In use, every process decides alone, and nothing is exchanged.
            layer.isTraining = false
            let alone = try layer(frames[exchange.rank]).isFinite().all()
            #expect(alone == (exchange.rank == 2 || densities[exchange.rank].map { $0 < 0.6 } ?? false))
            return found
        }
        #expect(skipped == counts.map { _ in skipsZeros }, "seed \(numbers.seed)")
    }

    /// Without a density below the limit, the result is LibTorch's, bit for bit.
    @Test func denseFramesAreConvolvedAsUsualWithoutGradients() throws {
        var numbers = TestRandom()
        let x = try Self.spikes([2, 32, 8, 8], density: 0.8, &numbers).to(.float32)
        let (weight, bias) = (try numbers.normal([32, 32, 3, 3]), try numbers.normal([32]))
        #expect(try x.convolutionOfSpikes(weight, bias, padding: 1).equals(x.convolution(weight, bias, padding: 1)))
    }

    @Test func densityIsTheShareOfWhatIsNotZero() throws {
        var numbers = TestRandom()
        for (density, dtype) in [(0, DType.float32), (0.3, .float32), (0.3, .bfloat16), (1, .bfloat16)] {
            let x = try Self.spikes([4, 64, 32, 32], density: density, &numbers).to(dtype)
            // 16,384 values are looked at: five standard deviations.
            let found = try #require(try SparseConvolution.density(x))
            #expect(abs(found - density) <= 0.02, "seed \(numbers.seed)")
        }
        let negativeZero = try (Tensor.zeros([1, 32, 2, 2]) * -1).channelsLast()
        #expect(try SparseConvolution.density(negativeZero) == 0)
    }

    @Test func isTheSameOnAnyNumberOfThreads() throws {
        let before = Torch.threadCount
        defer { try? Torch.setThreadCount(before) }
        var numbers = TestRandom()
        let frames = try Self.spikes([5, 96, 20, 20], density: 0.2, &numbers).to(.float32)
        let gradient = try numbers.normal([5, 20, 20, 64]).permuted(0, 3, 1, 2)
        for kernel in [1, 3] {
            try Torch.setThreadCount(1)
            let one = try SparseWeightGradient(kernel: kernel)(frames, gradient)
            let weight = try numbers.normal([64, 96, kernel, kernel])
            let result = try SparseConvolution(kernel: kernel)(frames, weight, nil)
            // Fewer threads than three times 32 channels, and so many that they share the outputs too.
            for threads in [2, 7] {
                try Torch.setThreadCount(threads)
                #expect(try SparseWeightGradient(kernel: kernel)(frames, gradient).equals(one), "seed \(numbers.seed)")
                #expect(
                    try SparseConvolution(kernel: kernel)(frames, weight, nil).equals(result), "seed \(numbers.seed)")
            }
        }
    }

    @Test func weightsOfOneKernelDimensionMeanTheSame() throws {
        var numbers = TestRandom()
        var (random, same) = (RandomSource(seed: 3), RandomSource(seed: 3))
        let flat = try SynapticConvolution(inputs: 32, outputs: 128, kernelDimensions: 1, random: &random)
        let square = try SynapticConvolution(inputs: 32, outputs: 128, random: &same)
        #expect(flat.weight.shape == [128, 32, 1] && square.weight.shape == [128, 32, 1, 1])
        let x = try Self.spikes([2, 32, 4, 4], density: 0.1, &numbers).to(.float32)
        #expect(try flat(x).equals(square(x)))
        try flat(x, bias: nil).sum().backward()
        #expect(try #require(flat.weight.gradient).shape == [128, 32, 1])
    }

    @Test func isObserved() throws {
        var random = RandomSource(seed: 0)
        let layer = try SynapticConvolution(inputs: 32, outputs: 64, kernel: 3, stride: 2, random: &random)
        var work: [SynapticWork] = []
        layer.synapseObserver = { work.append($0) }
        #expect(try layer(.zeros([2, 32, 9, 9])).shape == [2, 64, 5, 5])
        #expect(work.map(\.multiplyAccumulates) == [2 * 64 * 25 * 32 * 9])
    }
}
