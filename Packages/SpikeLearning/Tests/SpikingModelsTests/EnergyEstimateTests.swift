import Foundation
import SpikingLayers
import SpikingModels
import TestSupport
import Testing
import TorchModules
import TorchTensors

@Suite("Energy estimate", .leavesNothing)
struct EnergyEstimateTests {
    private func nearly(_ a: Double, _ b: Double, _ tolerance: Double = 1e-9) -> Bool {
        abs(a - b) <= tolerance * abs(b)
    }

    @Test("by hand")
    func byHand() throws {
        let estimate = EnergyEstimate(
            layers: [
                SynapticActivity(
                    name: "first", input: .realValues, passes: 1, multiplyAccumulates: 1000, inputRate: 0.5),
                SynapticActivity(name: "second", input: .spikes, passes: 4, multiplyAccumulates: 8000, inputRate: 0.25),
                // Sums of spikes.
                SynapticActivity(name: "third", input: .spikes, passes: 4, multiplyAccumulates: 400, inputRate: 1.5),
                SynapticActivity(name: "head", input: .realValues, passes: 1, multiplyAccumulates: 10, inputRate: 0.1),
            ], steps: 4, imageCount: 1)
        #expect(estimate.multiplyAccumulates == 1010)
        #expect(estimate.accumulates == 2600)
        #expect(nearly(estimate.energy, 1010 * 4.6 + 2600 * 0.9))
        #expect(estimate.multiplyAccumulatesWithoutSpikesOnce == 1000 + 2000 + 100 + 10)
        #expect(nearly(estimate.energyWithoutSpikesOnce, 3110 * 4.6))
        #expect(estimate.multiplyAccumulatesWithoutSpikesEveryStep == 9410)
        #expect(nearly(estimate.energyWithoutSpikesEveryStep, 9410 * 4.6))

        let json = try JSONEncoder().encode(estimate)
        #expect(try JSONDecoder().decode(EnergyEstimate.self, from: json) == estimate)
        let values = try #require(JSONSerialization.jsonObject(with: json) as? [String: Any])
        #expect(values["accumulates"] as? Double == 2600)
        #expect(values["picojoules"] as? Double == estimate.energy)
        let third = try #require(values["layers"] as? [[String: Any]])[2]
        #expect(third["synapticOperations"] as? Double == 600 && third["picojoules"] as? Double == 540)
    }

    @Test("the small network, layer by layer")
    func smallNetwork() throws {
        var numbers = TestRandom()
        var random = RandomSource(seed: numbers.seed)
        let network = try SpikingConvNet(side: 8, classes: 5, steps: 2, widths: [2, 3, 4], random: &random)
        network.evaluate()
        let batches = try [numbers.normal([2, 1, 8, 8]) * 3, numbers.normal([1, 1, 8, 8]) * 3]
        var meter = SynapseMeter()
        #expect(meter.estimate == nil)
        var spikes: [String: Int] = [:]
        for images in batches {
            let (logits, counts) = try withoutGradient { try spikeCounts(network) { try network(images) } }
            spikes.merge(counts, uniquingKeysWith: +)
            #expect(try meter.logits(of: images, network).equals(logits), "seed \(numbers.seed)")
        }
        let estimate = try #require(meter.estimate)
        #expect(estimate.imageCount == 3 && estimate.steps == 2)
        #expect(estimate.layers.map(\.name) == ["first.conv", "second.conv", "third.conv", "head"])
        #expect(estimate.layers.map(\.passes) == [1, 2, 2, 1])
        // Kernels of 9, on 8 × 8, 4 × 4 and 2 × 2 pixels; the last two at each of two steps.
        let counts = [64 * 9 * 2, 2 * 16 * 9 * 2 * 3, 2 * 4 * 9 * 3 * 4, 4 * 5]
        #expect(estimate.layers.map(\.multiplyAccumulates) == counts)
        #expect(estimate.layers.map(\.input) == [.realValues, .spikes, .spikes, .realValues])
        // Three images, two steps; pooling comes before the neurons.
        let rates = [
            Double(spikes["first.lif"]!) / Double(3 * 2 * 2 * 16),
            Double(spikes["second.lif"]!) / Double(3 * 2 * 3 * 4),
        ]
        #expect(rates[0] > 0, "seed \(numbers.seed)")
        for (layer, rate) in zip(estimate.layers[1...2], rates) {
            #expect(layer.inputRate == rate, "\(layer.name), seed \(numbers.seed)")
        }
        let additions = Double(counts[1]) * rates[0] + Double(counts[2]) * rates[1]
        #expect(nearly(estimate.accumulates, additions), "seed \(numbers.seed)")
        #expect(nearly(estimate.energy, 0.9 * additions + 4.6 * Double(counts[0] + counts[3])), "seed \(numbers.seed)")
    }

    @Test("QKFormer's layers add up to its cost, where the first convolution counts at every step")
    func totals() throws {
        let random = TestRandom()
        var source = RandomSource(seed: random.seed)
        for size in [QKFormerSize(depth: 3, width: 256), QKFormerSize(depth: 4, width: 64)] {
            let configuration = QKFormer.Configuration(size: size, classes: 10)
            let network = try QKFormer(configuration, random: &source)
            network.evaluate()
            var meter = SynapseMeter()
            _ = try meter.logits(of: Tensor.uniform([1, 3, 32, 32], from: RandomStream(seed: random.seed)), network)
            let estimate = try #require(meter.estimate)
            let first = try #require(estimate.layers.first)
            #expect(first.name == "patch_embed1.proj_conv" && first.passes == 1)
            #expect(
                estimate.multiplyAccumulatesWithoutSpikesEveryStep + 3 * first.multiplyAccumulates
                    == configuration.multiplyAccumulates(height: 32, width: 32))
            // The head once, all others four times.
            let once = estimate.multiplyAccumulatesWithoutSpikesOnce
            let head = try #require(estimate.layers.last).multiplyAccumulates
            #expect(
                4 * once - 3 * head == configuration.multiplyAccumulates(height: 32, width: 32), "seed \(random.seed)")
        }
    }

    @Test("the golden QKFormer: what is fed with spikes, and at which rate")
    func rates() throws {
        let network = try QKFormerFixture.model()
        network.evaluate()
        let images = try QKFormerFixture.images()
        var meter = SynapseMeter()
        #expect(try distance(meter.logits(of: images, network), QKFormerFixture.logits(.fixed)) < 1e-5)
        let estimate = try #require(meter.estimate)
        let real = estimate.layers.filter { $0.input == .realValues }.map(\.name)
        #expect(real == ["patch_embed1.proj_conv", "head"])
        #expect(estimate.layers.contains { $0.name == "stage3.0.ssa.key_value" && $0.passes == 4 })

        let spikes: QKFormerFixture.Activity = try QKFormerFixture.json("activity.json")
        func count(_ name: String) throws -> Double { Double(try #require(spikes.lifFixed[name], "\(name)").spikes) }
        func rate(_ name: String) throws -> Double {
            try #require(estimate.layers.first { $0.name == name }, "\(name)").inputRate
        }
        let frames = 4.0 * 6
        // Width 64: 16 channels of 32 × 32 pixels in the first stage, 64 of 8 × 8 in the last.
        let embedded = try (count("patch_embed1.proj1_lif") + count("patch_embed1.proj_res_lif")) / (frames * 16 * 1024)
        #expect(try nearly(rate("stage1.0.tssa.q_conv"), embedded, 1e-6))
        let attended = try embedded + count("stage1.0.tssa.proj_lif") / (frames * 16 * 1024)
        #expect(try nearly(rate("stage1.0.mlp.mlp1_conv"), attended, 1e-6))
        #expect(try nearly(rate("stage3.0.ssa.key_value"), count("stage3.0.ssa.k_lif") / (frames * 64 * 64), 1e-6))
        #expect(
            try nearly(rate("stage3.0.ssa.query_key_value"), count("stage3.0.ssa.q_lif") / (frames * 64 * 64), 1e-6))
    }

    @Test("an encoder of raw pixels: everything but the head is fed with spikes")
    func rawPixels() throws {
        var random = RandomSource(seed: 1)
        let network = try SpikingConvNet(
            SpikingConvNet.Configuration(
                side: 8, classes: 3, widths: [2, 2, 2],
                encoding: .encoder { (site) throws(TensorError) in
                    try TemporalEncoder(TemporalEncoding(.phase), channels: site.channels, steps: site.steps)
                }, convolution: .none), random: &random)
        var meter = SynapseMeter()
        _ = try meter.logits(of: Tensor.uniform([2, 1, 8, 8], from: RandomStream(seed: 1)), network)
        let layers = try #require(meter.estimate).layers
        #expect(layers.map(\.name) == ["second.conv", "third.conv", "head"])
        #expect(layers.map(\.input) == [.spikes, .spikes, .realValues])
    }

    @Test("nothing stays watched, and an observer's error reaches the caller")
    func observers() throws {
        var random = RandomSource(seed: 1)
        let layer = try Linear(inputs: 3, outputs: 2, random: &random)
        var calls: [(String, Int, Int)] = []
        let x = try Tensor.ones([2, 5, 3])
        _ = try layer.observingSynapses { (name, work) throws(TensorError) in
            calls.append((name, work.frames, work.multiplyAccumulates))
        } during: { () throws(TensorError) in
            try layer(x)
        }
        _ = try layer(x)
        #expect(calls.count == 1)
        #expect(calls.first?.1 == 10 && calls.first?.2 == 60)
        let error = #expect(throws: TensorError.self) {
            try layer.observingSynapses { (_, _) throws(TensorError) in
                throw TensorError("enough")
            } during: { () throws(TensorError) in
                try layer(x)
            }
        }
        #expect(error?.description == "enough")
    }
}
