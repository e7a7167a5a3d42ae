import SpikingLayers
import SpikingModels
import TestSupport
import Testing
import TorchModules
import TorchTensors

@Suite("Neurons and encoders of the caller's own", .leavesNothing)
struct InjectionTests {
    /// Spikes where values reach a learned threshold, at the last step only.
    private final class LastStepEncoder: SpikingLayer {
        @Parameter var threshold: Tensor
        let steps: Int
        var isTraining = true
        var spikeObserver: SpikeObserver?

        init(_ site: EncoderSite) throws(TensorError) {
            steps = site.steps
            _threshold = try Parameter(Tensor.zeros([site.channels, 1, 1]))
        }

        func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
            let fired = try spike(x - threshold, .sigmoid(slope: 4))
            let nothing = try Tensor.zeros(like: fired)
            let spikes = try Tensor.stacked(Array(repeating: nothing, count: steps - 1) + [fired])
            try spikeObserver?(spikes)
            return spikes
        }
    }

    @Test("every neuron is made for its site")
    func sites() throws {
        nonisolated(unsafe) var sites: [NeuronSite] = []
        var random = RandomSource(seed: 0)
        _ = try QKFormer(
            depth: 3, width: 64, classes: 10, steps: 5,
            makeNeuron: { (site) throws(TensorError) in
                sites.append(site)
                return LIFNeuron(LIFDynamics(threshold: site.threshold))
            }, random: &random)
        #expect(sites.count == 28)
        #expect(sites.allSatisfy { $0.steps == 5 })
        #expect(sites.filter { $0.threshold == 0.5 }.map(\.channels) == [8, 8, 64])
        #expect(sites.filter { $0.threshold != 0.5 }.allSatisfy { $0.threshold == 1 })
    }

    @Test("an encoder takes the place of the first neurons, and learns")
    func encoder() throws {
        var numbers = TestRandom()
        var random = RandomSource(seed: numbers.seed)
        let model = try QKFormer(
            depth: 3, width: 32, classes: 10,
            encoding: .encoder { (site) throws(TensorError) in try LastStepEncoder(site) },
            random: &random)
        #expect(model.spikingLayers().first?.name == "patch_embed1.proj_lif")
        #expect(model.spikingLayers().first?.layer is LastStepEncoder)
        let threshold = try #require(model.namedParameters().first { $0.name == "patch_embed1.proj_lif.threshold" })
        #expect(threshold.parameter.tensor.shape == [4, 1, 1])

        let images = try numbers.normal([8, 3, 16, 16])
        let spikes = try model.encode(images)
        #expect(spikes.shape == [4, 8, 4, 16, 16])
        // Normalised values are as often above 0 as below; the first three steps are silent.
        #expect(try spikes[0..<3].sum().item() == 0)
        #expect(try spikes[3].sum().item() > 0.3 * 8 * 4 * 256, "seed \(numbers.seed)")

        try model(images).crossEntropy(Tensor([Int64](0..<8))).backward()
        let gradient = try #require(threshold.parameter.tensor.gradient)
        #expect(try gradient.absolute().sum().item() > 0, "seed \(numbers.seed)")

        let error = #expect(throws: TensorError.self) { try model(images.repeatedOverTime(4)) }
        #expect(error?.description.contains("an encoder spreads images [B, C, H, W] over time itself") == true)
    }

    @Test("folding keeps what encoders and neurons have learned")
    func folding() throws {
        var numbers = TestRandom()
        var random = RandomSource(seed: numbers.seed)
        let model = try SpikingConvNet(
            side: 8, classes: 10, encoding: .encoder { (site) throws(TensorError) in try LastStepEncoder(site) },
            random: &random)
        let threshold = try #require(model.namedParameters().first { $0.name == "first.lif.threshold" })
        try withoutGradient { try threshold.parameter.tensor.fill(0.25) }
        let images = try numbers.normal([4, 1, 8, 8])
        model.evaluate()
        let folded = try model.foldingBatchNorm()
        let (expected, actual) = try withoutGradient { (try model(images), try folded(images)) }
        #expect(try distance(expected, actual) < 1e-4, "seed \(numbers.seed)")
    }
}
