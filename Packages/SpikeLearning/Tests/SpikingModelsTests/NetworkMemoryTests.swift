import SpikingLayers
import TestSupport
import Testing
import TorchModules
import TorchTensors

@testable import SpikingModels

/// The estimate of a network's memory against the weights that it has and the numbers that it computes.
@Suite(.leavesNothing) struct NetworkMemoryTests {
    /// Weights without biases and normalisation; the outputs of convolutions and neurons for one image. Attention, whose
    /// products the estimate leaves out, is left out here too.
    private func counted(_ network: any ImageNetwork, _ shape: [Int], isSpiking: Bool) throws -> NetworkMemory {
        var memory = NetworkMemory()
        var weights: [String: [Int]] = [:]
        for (name, module) in network.namedModules() {
            guard module is Linear || module is Convolution || module is SynapticConvolution else { continue }
            let shape = try #require(module.namedParameters().first { $0.name == "weight" }).parameter.tensor.shape
            weights[name] = shape
            memory.parameters += Double(shape.reduce(1, *))
        }
        network.evaluate()
        var outputs: [String: Double] = [:]
        _ = try withoutGradient {
            try network.observingSpikes { (name, spikes) throws(TensorError) in
                if !name.hasSuffix("attn_lif") { outputs[name, default: 0] += Double(spikes.count) }
            } during: {
                try network.observingSynapses { (name, work) throws(TensorError) in
                    guard let weight = weights[name], weight.count > 2 else { return }
                    let count = Double(work.multiplyAccumulates / weight.dropFirst().reduce(1, *))
                    // A neuron without spikes is not observed, and keeps as many numbers as its convolution.
                    outputs[name, default: 0] += isSpiking || name.hasPrefix("head") ? count : 2 * count
                } during: { () throws(TensorError) in
                    try network(.ones([1] + shape))
                }
            }
        }
        memory.activity = outputs.values.reduce(0, +)
        return memory
    }

    private static func encoder() -> InputEncoding {
        .encoder { (site) throws(TensorError) in
            try TemporalEncoder(TemporalEncoding(.phase), channels: site.channels, steps: site.steps)
        }
    }

    @Test(
        arguments: [
            ("small", [1, 8, 8]), ("small", [3, 24, 24]), ("small", [3, 32, 32]), ("qkformer-3-32", [3, 8, 12]),
            ("qkformer-5-64", [1, 16, 8]), ("spiking-yolov5n", [3, 64, 32]), ("spiking-yolov5n", [1, 32, 96]),
            ("yolov5n", [3, 64, 96]),
        ], [InputConvolution.full, .channels(5), .none])
    func isWhatIsComputed(example: (String, [Int]), convolution: InputConvolution) throws {
        let (name, shape) = example
        let settings = try #require(Networks.named(name))
        let hasSpikes = type(of: settings).hasSpikes
        if !hasSpikes, convolution != .full { return }
        for steps in [1, 3] where hasSpikes || steps == 1 {
            let site = NetworkSite(
                imageShape: shape, classCount: 7, steps: steps,
                encoding: convolution == .none ? Self.encoder() : .direct, convolution: convolution)
            var random = RandomSource(seed: 1)
            let network = try settings.network(site, random: &random)
            let expected = try counted(network, shape, isSpiking: hasSpikes)
            let found = settings.memory(site)
            #expect(found.parameters == expected.parameters, "T = \(steps)")
            #expect(found.activity == expected.activity, "T = \(steps)")
        }
    }

    /// Sides that are no multiples of 4 are rounded up.
    @Test func oddSides() throws {
        let size = QKFormerSize(depth: 4, width: 32)
        let odd = size.memory(NetworkSite(imageShape: [3, 5, 9], classCount: 2, steps: 1))
        var random = RandomSource(seed: 1)
        let network = try size.network(
            NetworkSite(imageShape: [3, 5, 9], classCount: 2, steps: 1), random: &random)
        // Twice halved, 5 × 9 pixels are 2 × 3, and 5 / 4 and 9 / 4 rounded up are 2 and 3 too.
        let expected = try counted(network, [3, 5, 9], isSpiking: true)
        #expect(odd.activity == expected.activity && odd.parameters == expected.parameters)
    }

    @Test func defaults() {
        let site = NetworkSite(imageShape: [1, 8, 8], classCount: 2)
        #expect(site.steps == 4 && !site.learnsNeurons && site.convolution == .full)
        if case .encoder = site.encoding { Issue.record("the default is direct encoding") }
        #expect(NetworkMemory().parameters == 0 && NetworkMemory().activity == 0)
        #expect(YOLOSettings().memory(NetworkSite(imageShape: [3, 32, 32], classCount: 2, steps: 9)).activity > 0)
        #expect(QKFormer.Configuration(size: QKFormerSize(depth: 3, width: 32), classes: 2).steps == 4)
        #expect(QKFormer.Configuration(size: QKFormerSize(depth: 3, width: 32), classes: 2).channels == 3)
        #expect(SpikingConvNet.Configuration(side: 8, classes: 2).steps == 4)
        #expect(SpikingConvNet.Configuration(side: 8, classes: 2).channels == 1)
        #expect(SpikingConvNet.Configuration(side: 8, classes: 2).normalizes)
        let detector = SpikingYOLO.Configuration(classes: 2)
        #expect(detector.steps == 4 && detector.channels == 3 && detector.normalizes)
        let silent = SpikingYOLO.Configuration.withoutSpikes(classes: 2)
        #expect(silent.steps == 1 && silent.channels == 3)
    }
}
