import Foundation
import SpikingLayers
import SpikingModels
import TestSupport
import Testing
import TorchModules
import TorchTensors

@Suite("QKFormer", .leavesNothing)
struct QKFormerTests {
    @Test("spikes of every layer and logits are those of the public model", arguments: QKFormer.Compatibility.allCases)
    func evaluation(compatibility: QKFormer.Compatibility) throws {
        let model = try QKFormerFixture.model(compatibility)
        model.evaluate()
        let images = try QKFormerFixture.images()
        let (logits, spikes) = try withoutGradient { try spikeCounts(model) { try model(images) } }
        let expected: QKFormerFixture.Activity = try QKFormerFixture.json("activity.json")
        #expect(spikes == expected.layers(compatibility).mapValues(\.spikes))
        // Only the mean and the head round: sums of 64 terms.
        #expect(try distance(logits, QKFormerFixture.logits(compatibility)) < 1e-5)
    }

    @Test("an image's logits depend on its neighbours only with the upstream flaw")
    func independence() throws {
        let images = try QKFormerFixture.images()
        for compatibility in QKFormer.Compatibility.allCases {
            let model = try QKFormerFixture.model(compatibility)
            model.evaluate()
            let together = try withoutGradient { try model(images) }
            let apart = try withoutGradient {
                try Tensor.concatenated((0..<6).map { try model(images[$0].unsqueezed(0)) })
            }
            let difference = try distance(together, apart)
            #expect(compatibility == .fixed ? difference < 1e-6 : difference > 0.01, "\(compatibility): \(difference)")
        }
    }

    #if os(Linux)
        /// On the main thread, whose heap keeps all freed memory.
        @MainActor @Test("after the first batches, inference asks the system for no more memory")
        func steadyMemory() throws {
            #expect(Torch.keepFreedMemory())
            defer { Torch.keepFreedMemory(false) }
            let model = try QKFormerFixture.model()
            model.evaluate()
            let folded = try model.foldingBatchNorm()
            let images = try QKFormerFixture.images()
            func infer(batches: Int) throws -> String {
                try withoutGradient { for _ in 0..<batches { _ = try folded(images) } }
                // The size of the address space comes first, in pages.
                let sizes = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
                return String(sizes.prefix { $0 != " " })
            }
            let first = try infer(batches: 3)
            #expect(try infer(batches: 10) == first)
        }
    #endif

    @Test("loss and gradients in training are those of the public model")
    func training() throws {
        let model = try QKFormerFixture.model()
        let expected: QKFormerFixture.Gradients = try QKFormerFixture.json("grads.json")
        let logits = try model(QKFormerFixture.images())
        let loss = try logits.crossEntropy(Tensor(expected.labels))
        try loss.backward()
        // The reference in float32 and float64 differs by 8e-7; other orders of summation, 28 layers deep, by some
        // more.
        #expect(abs(try loss.item() - expected.loss) < 1e-5 * expected.loss)
        let flat = try Tensor(expected.logitsTrain.flatMap { $0 }, shape: [6, 10])
        #expect(try distance(logits, flat) < 1e-4)
        let parameters = model.namedParameters()
        #expect(Set(parameters.map(\.name)) == Set(expected.grads.keys).union(expected.zeroGrads))
        for (name, parameter) in parameters {
            if expected.zeroGrads.contains(name) {
                // Batch normalisation takes any bias away again, so that none is added.
                #expect(parameter.tensor.gradient == nil, "\(name)")
            } else {
                let norm = try #require(parameter.tensor.gradient, "\(name)").squared().sum().sqrt().item()
                let reference = try #require(expected.grads[name], "\(name)")
                #expect(abs(norm - reference) < 1e-4 * reference, "\(name): \(norm) instead of \(reference)")
            }
        }
    }

    @Test("a bias in front of batch normalisation moves the running mean as if it were added")
    func runningMeans() throws {
        var numbers = TestRandom()
        var random = RandomSource(seed: numbers.seed)
        let model = try QKFormer(depth: 3, width: 32, classes: 10, random: &random)
        let layer = try #require(model.namedModules().first { $0.name == "stage1.0.mlp.mlp1_" }?.module as? any Layer)
        let state = try layer.state()
        let x = try numbers.normal([4, 2, 8, 5, 5])
        _ = try layer(x)
        let frames = try x.mergingTimeIntoBatch().frames
        let currents = try frames.convolution(state["conv.weight"]!, state["conv.bias"]!)
        let mean = try currents.mean(0, 2, 3) * 0.1
        #expect(try distance(state["bn.running_mean"]!, mean) < 1e-6, "seed \(numbers.seed)")
        #expect(try mean.absolute().maximum().item() > 1e-3, "seed \(numbers.seed)")
    }

    @Test(
        "sizes of the public models",
        arguments: [
            ("qkformer-3-256", 10, 2_195_498), ("QKFormer-3-256", 100, 2_218_628), ("qkformer-4-384", 100, 6_740_884),
        ])
    func sizes(name: String, classes: Int, parameters: Int) throws {
        var random = RandomSource(seed: 1)
        let configuration = QKFormer.Configuration(size: try QKFormerSize(name), classes: classes)
        let model = try QKFormer(configuration, random: &random)
        #expect(model.parameterCount == parameters)
        #expect(model.spikingLayers().count == 21 + 7 * (configuration.size.depth - 2))
        #expect(configuration.size.description == name.lowercased())
    }

    @Test("work for an image")
    func work() throws {
        let configuration = QKFormer.Configuration(size: QKFormerSize(depth: 3, width: 256), classes: 10)
        let count = configuration.multiplyAccumulates(height: 32, width: 32)
        #expect((Double(count) / 1e7).rounded() / 100 == 2.49, "\(count)")
        // A width of 32 by hand, 4 × 4 pixels, 1 step: 8, 16 and 32 channels on 16, 4 and 1 pixels.
        let small = QKFormer.Configuration(size: QKFormerSize(depth: 4, width: 32), classes: 10, steps: 1, channels: 1)
        let stage1 = 16 * (9 * 4 + 9 * 4 * 8 + 4 * 8) + 16 * 11 * 8 * 8
        let stage2 = 16 * (9 * 8 * 16 + 9 * 16 * 16) + 4 * 8 * 16 + 4 * 11 * 16 * 16
        let stage3 = 4 * (9 * 16 * 32 + 9 * 32 * 32) + 16 * 32 + 2 * (12 * 32 * 32 + 2 * 32 * 4)
        #expect(small.multiplyAccumulates(height: 4, width: 4) == stage1 + stage2 + stage3 + 320)
    }

    @Test(
        "names that are none",
        arguments: ["qkformer-3", "qkformer-2-256", "qkformer-3-250", "resnet-3-256", "qkformer-3-0", ""])
    func wrongNames(name: String) {
        let error = #expect(throws: TensorError.self) { try QKFormerSize(name) }
        #expect(error?.description.contains("qkformer-3-256; got \(name)") == true)
    }

    @Test("weights are written as they were read")
    func writing() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID()).safetensors").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let original = try Safetensors.read(QKFormerFixture.path("weights.safetensors")).tensors
        try Safetensors.write(QKFormerFixture.model().state(), to: path)
        let written = try Safetensors.read(path).tensors
        #expect(Set(written.keys) == Set(original.keys))
        for (name, tensor) in original {
            #expect(try written[name]?.equals(tensor) == true, "\(name)")
        }
    }

    @Test("weights of another width do not load")
    func wrongWeights() throws {
        var random = RandomSource(seed: 0)
        let model = try QKFormer(depth: 3, width: 32, classes: 10, random: &random)
        let state = try Safetensors.read(QKFormerFixture.path("weights.safetensors")).tensors
        #expect(throws: TensorError.self) { try model.load(state: state) }
    }

    @Test("the same without batch normalisation", arguments: QKFormer.Compatibility.allCases)
    func folding(compatibility: QKFormer.Compatibility) throws {
        let model = try QKFormerFixture.model(compatibility)
        let folded = try model.foldingBatchNorm()
        #expect(!folded.isTraining)
        #expect(folded.namedBuffers().isEmpty)
        let images = try QKFormerFixture.images()
        let (logits, spikes) = try withoutGradient { try spikeCounts(folded) { try folded(images) } }
        // Folded weights are rounded to 6e-8; no potential is that near to a threshold.
        let expected: QKFormerFixture.Activity = try QKFormerFixture.json("activity.json")
        #expect(spikes == expected.layers(compatibility).mapValues(\.spikes))
        #expect(try distance(logits, QKFormerFixture.logits(compatibility)) < 1e-5)
        // It can be folded again, loaded and saved like any other.
        let again = try folded.foldingBatchNorm()
        #expect(try withoutGradient { try again(images).equals(logits) })
    }

    @Test("images over time give what repeated images give")
    func imagesOverTime() throws {
        let model = try QKFormerFixture.model()
        model.evaluate()
        let images = try QKFormerFixture.images()
        let logits = try withoutGradient { try model(images.repeatedOverTime(4)) }
        #expect(try distance(logits, QKFormerFixture.logits(.fixed)) < 1e-5)
    }

    @Test("mixed precision stays near")
    func mixedPrecision() throws {
        let model = try QKFormerFixture.model()
        model.evaluate()
        let logits = try withoutGradient { try withAutocast { try model(QKFormerFixture.images()) } }
        #expect(logits.dtype == .bfloat16)
        // bfloat16 has 8 bits; a few neurons in a hundred fire otherwise. Logits are of the order of 1.
        #expect(try distance(logits, QKFormerFixture.logits(.fixed)) < 0.2)
    }

    @Test("other numbers of channels, steps and pixels")
    func otherImages() throws {
        var random = TestRandom()
        var source = RandomSource(seed: random.seed)
        let model = try QKFormer(depth: 4, width: 32, classes: 7, steps: 3, channels: 2, random: &source)
        for shape in [[2, 2, 28, 28], [3, 2, 5, 9], [2, 2, 4, 4]] {
            let logits = try model(random.normal(shape))
            #expect(logits.shape == [shape[0], 7], "seed \(random.seed)")
            #expect(try logits.isFinite().all(), "seed \(random.seed)")
        }
    }

    @Test(
        "images that do not fit",
        arguments: [
            [3, 32, 32], [2, 1, 32, 32], [2, 3, 32, 3], [3, 2, 3, 32, 32], [4, 2, 1, 32, 32], [1, 1, 1, 1, 1, 1],
        ])
    func wrongImages(shape: [Int]) throws {
        var random = RandomSource(seed: 0)
        let model = try QKFormer(depth: 3, width: 32, classes: 10, random: &random)
        let error = #expect(throws: TensorError.self) { try model(Tensor.zeros(shape)) }
        #expect(
            error?.description
                == "QKFormer: images are [B, 3, H, W] or over time [4, B, 3, H, W], of floating point with H and W at "
                + "least 4; got float32 \(shape)")
    }

    @Test("whole numbers are no intensities")
    func wrongType() throws {
        var random = RandomSource(seed: 0)
        let model = try QKFormer(depth: 3, width: 32, classes: 10, random: &random)
        let error = #expect(throws: TensorError.self) { try model(Tensor.zeros([1, 3, 32, 32], dtype: .uint8)) }
        #expect(error?.description.hasSuffix("got uint8 [1, 3, 32, 32]") == true)
    }

    @Test("the same seed gives the same weights")
    func seeds() throws {
        func weights(_ seed: UInt64) throws -> Tensor {
            var random = RandomSource(seed: seed)
            return try QKFormer(depth: 3, width: 32, classes: 10, random: &random).patchEmbed1.parameters[0].tensor
        }
        #expect(try weights(5).equals(weights(5)))
        #expect(try !weights(5).equals(weights(6)))
    }
}
