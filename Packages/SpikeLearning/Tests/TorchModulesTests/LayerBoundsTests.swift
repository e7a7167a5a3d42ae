import TestSupport
import Testing
import TorchTensors

@testable import TorchModules

/// Defaults of layers, the least sizes that they take, and what they refuse.
@Suite(.leavesNothing) struct LayerBoundsTests {
    @Test func layersBeginInTraining() throws {
        var random = RandomSource(seed: 1)
        let layers: [any Layer] = [
            try Linear(inputs: 1, outputs: 1, random: &random),
            try Conv1d(inputs: 1, outputs: 1, kernel: 1, random: &random),
            try Conv2d(inputs: 1, outputs: 1, kernel: 1, random: &random),
            try BatchNorm1d(channels: 1), try BatchNorm2d(channels: 1), MaxPool2d(kernel: 1), AveragePool2d(kernel: 1),
            AdaptiveAveragePool2d(height: 1, width: 1), Flatten(), ReLU(), Sequential(),
        ]
        for layer in layers { #expect(layer.isTraining, "\(type(of: layer))") }
    }

    @Test func defaultsOfWindows() throws {
        var random = RandomSource(seed: 1)
        for convolution in [
            try Conv1d(inputs: 2, outputs: 3, kernel: 3, random: &random) as Convolution,
            try Conv2d(inputs: 2, outputs: 3, kernel: 3, random: &random),
        ] {
            #expect(convolution.stride == 1 && convolution.padding == 0)
            #expect(convolution.dilation == 1 && convolution.groups == 1)
        }
        let (greatest, mean) = (MaxPool2d(kernel: 3), AveragePool2d(kernel: 3))
        #expect(greatest.stride == 3 && greatest.padding == 0 && mean.stride == 3 && mean.padding == 0)
        #expect(Flatten().first == 1 && Flatten().last == -1)
        #expect(MaxPool2d(kernel: 4, padding: 2).padding == 2 && AveragePool2d(kernel: 4, padding: 2).padding == 2)
    }

    @Test func convolutionsCheckTheirSizes() async {
        await #expect(processExitsWith: .failure) {
            var random = RandomSource(seed: 1)
            _ = try Conv1d(inputs: 1, outputs: 1, kernel: 1, stride: 0, random: &random)
        }
        await #expect(processExitsWith: .failure) {
            var random = RandomSource(seed: 1)
            _ = try Conv1d(inputs: 1, outputs: 1, kernel: 1, dilation: 0, random: &random)
        }
        await #expect(processExitsWith: .failure) {
            var random = RandomSource(seed: 1)
            _ = try Conv1d(inputs: 1, outputs: 1, kernel: 1, padding: -1, random: &random)
        }
        await #expect(processExitsWith: .failure) {
            var random = RandomSource(seed: 1)
            _ = try Conv2d(inputs: 4, outputs: 3, kernel: 1, groups: 2, random: &random)
        }
        await #expect(processExitsWith: .failure) {
            var random = RandomSource(seed: 1)
            _ = try Linear(inputs: 0, outputs: 3, bias: nil, weight: .constant(0), random: &random)
        }
        await #expect(processExitsWith: .failure) {
            var random = RandomSource(seed: 1)
            _ = try Linear(inputs: 3, outputs: 0, bias: nil, weight: .constant(0), random: &random)
        }
    }

    @Test func windowsCheckTheirSizes() async {
        await #expect(processExitsWith: .failure) { _ = MaxPool2d(kernel: 0) }
        await #expect(processExitsWith: .failure) { _ = MaxPool2d(kernel: 3, stride: 0) }
        await #expect(processExitsWith: .failure) { _ = AveragePool2d(kernel: 3, padding: -1) }
        await #expect(processExitsWith: .failure) { _ = AdaptiveAveragePool2d(height: 0, width: 1) }
        await #expect(processExitsWith: .failure) { _ = AdaptiveAveragePool2d(height: 1, width: 0) }
    }

    // MARK: Batch normalisation

    @Test func normalisationChecksItsSettings() async throws {
        await #expect(processExitsWith: .failure) { _ = try BatchNorm1d(channels: 0) }
        await #expect(processExitsWith: .failure) { _ = try BatchNorm1d(channels: 1, momentum: 1.1) }
        await #expect(processExitsWith: .failure) { _ = try BatchNorm1d(channels: 1, momentum: -0.1) }
        await #expect(processExitsWith: .failure) { _ = try BatchNorm1d(channels: 1, epsilon: 0) }
        #expect(try BatchNorm1d(channels: 1, momentum: 0, epsilon: 1e-12).momentum == 0)
        for norm in [try BatchNorm1d(channels: 2) as BatchNorm, try BatchNorm2d(channels: 2)] {
            #expect(norm.momentum == 0.1 && norm.epsilon == 1e-5 && norm.weight != nil && norm.runningMean != nil)
            #expect(norm.$runningVariance?.range == 0...4e38 && norm.$numBatchesTracked?.range == 0...1e18)
            #expect(norm.$runningMean?.range == -1e8...1e8 && norm.$weight?.range == -1e8...1e8)
        }
    }

    @Test func normalisationTakesItsRanksOnly() throws {
        func complaint(_ norm: BatchNorm, _ shape: [Int]) -> String? { message { _ = try norm(.zeros(shape)) } }
        let (flat, square) = (try BatchNorm1d(channels: 2), try BatchNorm2d(channels: 2))
        #expect(complaint(flat, [2]) == "BatchNorm1d: the input has 2 or 3 dimensions, got shape [2]")
        #expect(
            complaint(flat, [3, 2, 2, 2]) == "BatchNorm1d: the input has 2 or 3 dimensions, got shape [3, 2, 2, 2]")
        #expect(complaint(flat, [3, 2]) == nil && complaint(flat, [3, 2, 2]) == nil)
        #expect(complaint(square, [3, 2, 2]) == "BatchNorm2d: the input has 4 dimensions, got shape [3, 2, 2]")
        #expect(complaint(square, [1, 2, 2, 2, 2])?.contains("has 4 dimensions") == true)
        #expect(complaint(square, [1, 2, 1, 2]) == nil)
        #expect(complaint(square, [1, 2, 1, 1])?.contains("more than one value per channel") == true)
        #expect(complaint(flat, [0, 2])?.contains("more than one value") == true)
    }

    /// Two values in each channel: their mean is exact, and their unbiased variance is twice the biased one.
    @Test func batchesAreTracked() throws {
        for isLast in [false, true] {
            let norm = try BatchNorm2d(channels: 2, momentum: 0.25)
            let x = try Tensor([1, 3, 10, 30] as [Float], shape: [1, 2, 1, 2])
            _ = try norm(isLast ? x.channelsLast() : x)
            #expect(try norm.numBatchesTracked!.item() == 1)
            #expect(try norm.runningMean!.elements(as: Float.self) == [0.5, 5])
            #expect(try norm.runningVariance!.elements(as: Float.self) == [0.75 + 0.5, 0.75 + 50])
            norm.evaluate()
            _ = try norm(isLast ? x.channelsLast() : x)
            #expect(try norm.numBatchesTracked!.item() == 1)
        }
    }

    // MARK: Modules

    @Test func workOfSynapses() throws {
        var random = RandomSource(seed: 1)
        var work: [[Int]] = []
        func observe(_ layer: any SynapticLayer & Layer, _ shape: [Int]) throws {
            layer.synapseObserver = { work.append([$0.frames, $0.multiplyAccumulates, $0.input.count]) }
            _ = try layer(.zeros(shape))
        }
        try observe(Linear(inputs: 3, outputs: 4, random: &random), [2, 5, 3])
        try observe(Linear(inputs: 3, outputs: 4, random: &random), [3])
        try observe(Conv2d(inputs: 4, outputs: 6, kernel: 3, padding: 1, groups: 2, random: &random), [5, 4, 2, 7])
        try observe(Conv1d(inputs: 2, outputs: 3, kernel: 2, random: &random), [1, 2, 9])
        #expect(work == [[10, 10 * 12, 30], [1, 12, 3], [5, 5 * 14 * 6 * 18, 280], [1, 8 * 3 * 4, 18]])
    }

    @Test(arguments: [("qConv", "q_conv"), ("q_Conv", "q_conv"), ("A", "a"), ("aB", "a_b"), ("ABc", "a_bc"), ("", "")])
    func namesOfFewLetters(property: String, name: String) {
        #expect(snakeCase(property) == name)
    }

    @Test func typesWithoutAPointAreRefused() async {
        await #expect(processExitsWith: .failure) { try ReLU().to(.int64) }
    }

    @Test func misfitsAreListedUpToTen() throws {
        func complaint(_ count: Int) -> String? {
            let names = (0..<count).map { (name: "p\($0)", shape: [1]) }
            return message { _ = try StateDifference(of: [:], to: names, strict: true, what: "M") }
        }
        let ten = (0..<10).map { "p\($0)" }.joined(separator: ", ")
        #expect(complaint(0) == nil)
        #expect(complaint(10) == "M: the state does not fit: missing \(ten)")
        #expect(complaint(11) == "M: the state does not fit: missing \(ten) and 1 more")
        #expect(complaint(12) == "M: the state does not fit: missing \(ten) and 2 more")
    }

    @Test func valuesOnTheBoundsOfTheirRangeAreTaken() throws {
        func problem(_ values: [Double]) throws -> String? { try valueProblem(of: Tensor(values), range: -1...2) }
        #expect(try problem([]) == nil && problem([-1, 2]) == nil && problem([2]) == nil)
        #expect(try problem([-1.5]) == "holds -1.5, and its values are within -1.0...2.0")
        #expect(try problem([0, 2.5]) == "holds 2.5, and its values are within -1.0...2.0")
        #expect(try problem([-1.5, 2.5]) == "holds -1.5, and its values are within -1.0...2.0")
        #expect(ModuleTensor.usualRange == -1e8...1e8)
    }

    // MARK: Initial weights

    @Test func defaultsOfInitializers() {
        #expect(Initializer.kaimingUniform() == .kaimingUniform(negativeSlope: 0))
        #expect(Initializer.kaimingNormal() == .kaimingNormal(negativeSlope: 0))
        #expect(Initializer.xavierUniform() == .xavierUniform(gain: 1))
        #expect(Initializer.xavierNormal() == .xavierNormal(gain: 1))
        #expect(Initializer.truncatedNormal() == .truncatedNormal(standardDeviation: 0.02, limit: 2))
        #expect(Initializer.standard == .kaimingUniform(negativeSlope: 5.0.squareRoot()))
    }

    @Test func fansOfWeights() async {
        #expect(Fans(weight: [5, 3]) == Fans(inputs: 3, outputs: 5))
        #expect(Fans(weight: [5, 3, 2, 7]) == Fans(inputs: 42, outputs: 70) && Fans(weight: [1, 1]).inputs == 1)
        await #expect(processExitsWith: .failure) { _ = Fans(weight: [3]) }
        await #expect(processExitsWith: .failure) { _ = Fans(inputs: 0, outputs: 1) }
        await #expect(processExitsWith: .failure) { _ = Fans(inputs: 1, outputs: 0) }
    }

    @Test func truncationChecksItsLimit() async {
        await #expect(processExitsWith: .failure) {
            var random = RandomSource(seed: 1)
            _ = try Initializer.truncatedNormal(standardDeviation: 1, limit: 0.9).tensor([1], random: &random)
        }
        await #expect(processExitsWith: .failure) {
            var random = RandomSource(seed: 1)
            _ = try Initializer.truncatedNormal(standardDeviation: 0, limit: 1).tensor([1], random: &random)
        }
    }

    @Test func everySplitIsTheNextStream() {
        var source = RandomSource(seed: 9)
        let stream = RandomStream(seed: 9)
        for index in 0..<4 { #expect(source.split().uniform(at: 0) == stream.split(index).uniform(at: 0)) }
    }

    /// What lies outside the limit is drawn again in rounds, each from its own stream.
    @Test func truncatedNumbersAreFixed() throws {
        var source = RandomSource(seed: 5)
        let found = try Initializer.truncatedNormal(standardDeviation: 0.5, limit: 0.5)
            .tensor([1000], random: &source).elements(as: Float.self)
        let stream = RandomStream(seed: 5).split(0)
        func round(_ stream: RandomStream) throws -> [Float] {
            try Tensor.normal([1000], standardDeviation: 0.5, from: stream).elements()
        }
        var expected = try round(stream)
        for index in 0..<20 {
            let fresh = try round(stream.split(index))
            expected = zip(expected, fresh).map { abs($0) > 0.5 ? $1 : $0 }
        }
        #expect(found == expected)
    }
}
