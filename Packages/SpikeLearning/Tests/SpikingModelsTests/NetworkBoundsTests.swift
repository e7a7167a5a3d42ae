import SpikingLayers
import TestSupport
import Testing
import TorchModules
import TorchTensors

@testable import SpikingModels

/// What networks and their parts refuse, the least that they take, and numbers that no reference holds.
@Suite(.leavesNothing) struct NetworkBoundsTests {
    @Test func sizesAreChecked() async {
        await #expect(processExitsWith: .failure) { _ = QKFormerSize(depth: 2, width: 32) }
        await #expect(processExitsWith: .failure) { _ = QKFormerSize(depth: 3, width: 0) }
        await #expect(processExitsWith: .failure) { _ = QKFormerSize(depth: 3, width: 33) }
        await #expect(processExitsWith: .failure) { _ = InputConvolution.channels(0).channels(images: 1, width: 1) }
        await #expect(processExitsWith: .failure) {
            _ = SynapticActivity(name: "a", input: .spikes, passes: 0, multiplyAccumulates: 1, inputRate: 1)
        }
        #expect(InputConvolution.channels(1).channels(images: 3, width: 9) == 1)
    }

    @Test func networksAreChecked() async {
        await #expect(processExitsWith: .failure) {
            var random = RandomSource(seed: 1)
            _ = try SpikingConvNet(side: 7, classes: 1, random: &random)
        }
        await #expect(processExitsWith: .failure) {
            var random = RandomSource(seed: 1)
            _ = try SpikingConvNet(side: 8, classes: 0, random: &random)
        }
        await #expect(processExitsWith: .failure) {
            var random = RandomSource(seed: 1)
            _ = try SpikingConvNet(side: 8, classes: 1, widths: [1, 2], random: &random)
        }
        await #expect(processExitsWith: .failure) {
            var random = RandomSource(seed: 1)
            _ = try SpikingConvNet(side: 8, classes: 1, widths: [1, 0, 2], random: &random)
        }
        await #expect(processExitsWith: .failure) {
            var random = RandomSource(seed: 1)
            _ = try QKFormer(depth: 3, width: 32, classes: 1, steps: 0, random: &random)
        }
        await #expect(processExitsWith: .failure) {
            var random = RandomSource(seed: 1)
            _ = try SpikingYOLO(SpikingYOLO.Configuration(classes: 0), random: &random)
        }
    }

    @Test func theSmallestNetworks() throws {
        var random = RandomSource(seed: 1)
        let small = try SpikingConvNet(side: 8, classes: 1, steps: 1, widths: [1, 1, 1], random: &random)
        #expect(try small(.ones([1, 1, 8, 8])).shape == [1, 1] && small.isTraining)
        let former = try QKFormer(depth: 3, width: 32, classes: 1, steps: 1, channels: 1, random: &random)
        #expect(try former(.ones([2, 1, 4, 4])).shape == [2, 1] && former.isTraining)
        #expect(former.stage3.count == 1)
        let detector = try SpikingYOLO(SpikingYOLO.Configuration(classes: 1, steps: 1, channels: 1), random: &random)
        #expect(try detector(.ones([2, 1, 32, 32])).shape == [2, 63, 6] && detector.isTraining)
        for (name, module) in detector.namedModules() { #expect(module.isTraining, "\(name)") }
    }

    @Test func shapesOfImages() throws {
        func complaint(
            _ shape: [Int], leastSide: Int = 1, side: Int? = nil, multiple: Int = 1
        ) -> String? {
            message {
                try checkImages(
                    .zeros(shape), "M", channels: 2, steps: 3, leastSide: leastSide, side: side, multiple: multiple)
            }
        }
        #expect(
            complaint([1, 2, 1, 1]) == nil && complaint([3, 1, 2, 1, 1]) == nil && complaint([1, 2, 7, 9]) == nil)
        #expect(
            complaint([1, 2, 0, 1]) != nil && complaint([1, 1, 1, 1]) != nil && complaint([2, 1, 2, 1, 1]) != nil)
        let start = "M: images are [B, 2, H, W] or over time [3, B, 2, H, W], of floating point"
        #expect(complaint([1, 2, 1, 0]) == "\(start); got float32 [1, 2, 1, 0]")
        #expect(
            complaint([1, 2, 1, 2], leastSide: 2) == "\(start) with H and W at least 2; got float32 [1, 2, 1, 2]")
        #expect(complaint([1, 2, 2, 2], leastSide: 2) == nil)
        #expect(
            complaint([1, 2, 3, 2], multiple: 2) == "\(start) with H and W multiples of 2; got float32 [1, 2, 3, 2]")
        #expect(complaint([1, 2, 4, 2], multiple: 2) == nil && complaint([1, 2, 0, 2], multiple: 2) != nil)
        #expect(
            complaint([1, 2, 4, 5], leastSide: 2, side: 4, multiple: 3)
                == "M: images are [B, 2, 4, 4] or over time [3, B, 2, 4, 4], of floating point; got float32 [1, 2, 4, 5]"
        )
        #expect(complaint([1, 2, 4, 4], leastSide: 5, side: 4, multiple: 3) == nil)
    }

    // MARK: Weights

    /// The head of a classifier begins with small weights, as that of the public model.
    @Test func headsBeginSmall() throws {
        var build = BlockBuilder(
            steps: 4, makeNeuron: QKFormer.neuron, normalizes: true, random: RandomSource(seed: 3))
        let head = try ClassifierHead(width: 8, classes: 5, &build)
        var random = RandomSource(seed: 3)
        let expected = try Initializer.truncatedNormal(standardDeviation: 0.02).tensor([5, 8], random: &random)
        #expect(try head.linear.weight.equals(expected))
        #expect(try head.linear.bias!.elements(as: Float.self) == [0, 0, 0, 0, 0])
    }

    @Test func aQKFormerIsMadeOfItsWeights() throws {
        let weights = try Safetensors.read(QKFormerFixture.path("weights.safetensors")).tensors
        let size = QKFormerSize(depth: 3, width: 64)
        let model = try QKFormer(size: size, weights: weights)
        #expect(!model.isTraining && model.configuration.steps == 4 && model.configuration.channels == 3)
        #expect(model.configuration.classes == 10 && model.configuration.compatibility == .fixed)
        let logits = try withoutGradient { try model(QKFormerFixture.images()) }
        #expect(try distance(logits, QKFormerFixture.logits(.fixed)) < 1e-5)

        func complaint(_ size: QKFormerSize, _ change: (inout [String: Tensor]) throws -> Void = { _ in }) -> String? {
            message {
                var weights = weights
                try change(&weights)
                _ = try QKFormer(size: size, weights: weights)
            }
        }
        #expect(
            complaint(QKFormerSize(depth: 3, width: 32))
                == "qkformer-3-32: the weights are of a QKFormer of width 64, in \(weights.count) tensors")
        #expect(
            complaint(QKFormerSize(depth: weights.count + 1, width: 64))?.contains("of a QKFormer of width 64") == true)
        #expect(complaint(QKFormerSize(depth: 4, width: 64))?.contains("the state does not fit: missing") == true)
        for name in ["head.weight", "patch_embed1.proj_conv.weight"] {
            #expect(
                complaint(size) { $0[name] = nil }
                    == "qkformer-3-64: the weights hold no \(name), as those of a QKFormer do")
        }
        #expect(complaint(size) { $0["head.weight"] = try .zeros([64]) }?.contains("hold no head.weight") == true)
        #expect(complaint(size) { $0["head.weight"] = try .zeros([0, 64]) }?.contains("hold no head.weight") == true)
    }

    /// With a momentum of 1, the running mean is the batch's, of which the bias is a part.
    @Test func aBiasBeforeNormalisationOfFullMomentum() throws {
        var random = RandomSource(seed: 1)
        let convolution = try SynapticConvolution(inputs: 2, outputs: 3, bias: .constant(0.75), random: &random)
        let normalization = try BatchNorm2d(channels: 3, momentum: 1)
        let block = SpikingConvolution(convolution: convolution, normalization: normalization, neuron: LIFNeuron())
        let x = try spreadTensor([2, 2, 2, 3, 3]).to(.float32)
        _ = try block(x)
        let mean = try x.mergingTimeIntoBatch().frames.convolution(convolution.weight, convolution.bias).mean(0, 2, 3)
        #expect(try distance(normalization.runningMean!, mean) < 1e-6 && mean.isFinite().all())
    }

    // MARK: Detection

    @Test func anchorsOfYOLOv5() {
        #expect(SpikingYOLO.anchors.map(\.stride) == [8, 16, 32])
        #expect(
            SpikingYOLO.anchors.map { $0.anchors.map { [$0.width, $0.height] } } == [
                [[10, 13], [16, 30], [33, 23]], [[30, 61], [62, 45], [59, 119]],
                [[116, 90], [156, 198], [373, 326]],
            ])
    }

    @Test func gridsAreChecked() async {
        await #expect(processExitsWith: .failure) { _ = DetectionGrid(height: 8, width: 8, anchors: [(0, [])]) }
        await #expect(processExitsWith: .failure) { _ = DetectionGrid(height: 9, width: 8, anchors: [(8, [])]) }
        await #expect(processExitsWith: .failure) { _ = DetectionGrid(height: 8, width: 9, anchors: [(8, [])]) }
        let grid = DetectionGrid(
            height: 2, width: 3, anchors: [(1, [Anchor(width: 1, height: 2)]), (1, [Anchor(width: 3, height: 4)])])
        #expect(grid.count == 12 && grid.scales.map(\.range) == [0..<6, 6..<12] && grid.scales[1].first == 6)
        #expect(grid.scales[1].index(anchor: 0, row: 1, column: 2) == 11)
    }

    /// Objects are as rare at first as 8 in an image of 640 × 640 pixels, and the classes share one object.
    @Test func headsOfDetectorsBeginWithRareObjects() throws {
        var random = RandomSource(seed: 5)
        let network = try SpikingYOLO(SpikingYOLO.Configuration(classes: 4), random: &random)
        #expect(network.head.scales.count == 3)
        for (scale, stride) in zip(network.head.scales, [8.0, 16, 32]) {
            let bias = try scale.bias!.elements(as: Double.self)
            #expect(bias.count == 27)
            let objects = 8 * stride * stride / 409_600
            for anchor in 0..<3 {
                let own = bias[9 * anchor..<9 * anchor + 9].map { SurrogateGradient.sigmoid(slope: 1).value($0) }
                #expect(own.prefix(4).allSatisfy { $0 == 0.5 })
                #expect(abs(own[4] / objects - 1) < 1e-5 && own.suffix(4).allSatisfy { abs($0 - 0.2) < 1e-6 })
            }
        }
    }

    // MARK: Energy

    @Test func negativeWholeNumbersAreNoSpikes() throws {
        for (sign, expected) in [(-1.0, SynapticActivity.Input.realValues), (1, .spikes)] {
            var random = RandomSource(seed: 1)
            let network = try SpikingConvNet(
                SpikingConvNet.Configuration(
                    side: 8, classes: 2, steps: 2, widths: [1, 1, 1],
                    makeNeuron: { (_) throws(TensorError) in Constant(sign) }), random: &random)
            network.evaluate()
            var meter = SynapseMeter()
            _ = try meter.logits(of: .ones([1, 1, 8, 8]), network)
            let layers = try #require(meter.estimate).layers
            #expect(layers[1].input == expected && layers[2].input == expected && layers[1].inputRate == sign)
        }
    }

    /// Gives the same number at each place, whatever comes in.
    private final class Constant: NeuronLayer {
        let value: Double
        var isTraining = true
        var spikeObserver: SpikeObserver?
        init(_ value: Double) { self.value = value }
        func callAsFunction(_ currents: Tensor) throws(TensorError) -> Tensor {
            try Tensor.full(currents.shape, value)
        }
    }
}
