import SpikingLayers
import SpikingModels
import TestSupport
import Testing
import TorchModules
import TorchTensors

@Suite("Spiking convolutional network", .leavesNothing)
struct SpikingConvNetTests {
    @Test("sizes", arguments: [(28, 1, 104_426), (32, 3, 113_962)])
    func sizes(side: Int, channels: Int, parameters: Int) throws {
        var random = RandomSource(seed: 0)
        let model = try SpikingConvNet(side: side, classes: 10, channels: channels, random: &random)
        #expect(model.parameterCount == parameters)
        #expect(model.spikingLayers().map(\.name) == ["first.lif", "second.lif", "third.lif"])
        #expect(try model(Tensor.zeros([2, channels, side, side])).shape == [2, 10])
    }

    @Test("it learns to tell a few images apart")
    func learning() throws {
        var numbers = TestRandom()
        var random = RandomSource(seed: numbers.seed)
        let model = try SpikingConvNet(side: 8, classes: 4, widths: [8, 16, 32], random: &random)
        let optimizer = AdamW(model.parameterGroups(learningRate: 1e-2, weightDecay: 0))
        let images = try numbers.normal([8, 1, 8, 8])
        let labels = try Tensor([0, 1, 2, 3, 0, 1, 2, 3] as [Int64])
        for _ in 0..<60 {
            try model.clearGradients()
            try model(images).crossEntropy(labels).backward()
            try optimizer.step()
        }
        let guesses = try withoutGradient { try model(images).argmax(1) }
        #expect(try guesses.equals(labels), "seed \(numbers.seed)")
    }

    @Test("the same without batch normalisation")
    func folding() throws {
        var numbers = TestRandom()
        var random = RandomSource(seed: numbers.seed)
        let model = try SpikingConvNet(side: 28, classes: 10, random: &random)
        // Another mean and variance than 0 and 1.
        _ = try model(numbers.normal([16, 1, 28, 28]) * 3 + 1)
        model.evaluate()
        let folded = try model.foldingBatchNorm()
        let images = try numbers.normal([16, 1, 28, 28])
        let (expected, expectedSpikes) = try withoutGradient { try spikeCounts(model) { try model(images) } }
        let (actual, actualSpikes) = try withoutGradient { try spikeCounts(folded) { try folded(images) } }
        // Of 580,000 neuron steps a handful may lie within rounding of the threshold; one moves a logit by 1/4 of a
        // weight, which is below 0.03, and others after it.
        #expect(try distance(expected, actual) < 0.1, "seed \(numbers.seed)")
        for (name, count) in expectedSpikes {
            #expect(abs(count - (actualSpikes[name] ?? 0)) <= 20, "\(name), seed \(numbers.seed)")
        }
    }

    @Test("images that do not fit", arguments: [[28, 28], [2, 3, 28, 28], [2, 1, 32, 32], [5, 2, 1, 28, 28]])
    func wrongImages(shape: [Int]) throws {
        var random = RandomSource(seed: 0)
        let model = try SpikingConvNet(side: 28, classes: 10, random: &random)
        let error = #expect(throws: TensorError.self) { try model(Tensor.zeros(shape)) }
        #expect(
            error?.description
                == "SpikingConvNet: images are [B, 1, 28, 28] or over time [4, B, 1, 28, 28], of floating point; "
                + "got float32 \(shape)")
    }
}
