import Foundation
import SpikingLayers
import TestSupport
import Testing
import TorchModules
import TorchTensors

@testable import SpikingModels

/// The network against one in PyTorch, with weights that follow from a formula; see the fixture's program.
@Suite(.leavesNothing) struct SpikingYOLOReferenceTests {
    private func fill(_ network: SpikingYOLO) throws {
        var (state, salt): ([String: Tensor], Int) = ([:], 0)
        func add(_ name: String, _ shape: [Int], _ range: ClosedRange<Double>) throws {
            salt += 1
            state[name] = try spreadTensor(shape, range, salt: salt)
        }
        for (name, module) in network.namedModules() {
            switch module {
            case is SynapticConvolution, is Conv2d:
                let parameters = Dictionary(
                    uniqueKeysWithValues: module.namedParameters().map { ($0.name, $0.parameter) })
                let shape = try #require(parameters["weight"]).tensor.shape
                let bound = 3 / Double(shape.dropFirst().reduce(1, *)).squareRoot()
                try add("\(name).weight", shape, -bound...bound)
                if let bias = parameters["bias"] { try add("\(name).bias", bias.tensor.shape, -1...1) }
            case let normalization as BatchNorm2d:
                let shape = normalization.weight!.shape
                try add("\(name).weight", shape, 0.8...1.6)
                try add("\(name).bias", shape, -0.2...0.6)
                try add("\(name).running_mean", shape, -0.1...0.1)
                try add("\(name).running_var", shape, 0.5...1.5)
            default: break
            }
        }
        let (missing, unexpected) = try network.load(state: state, strict: false)
        #expect(unexpected.isEmpty && missing.allSatisfy { $0.hasSuffix("num_batches_tracked") }, "\(missing)")
        network.evaluate()
    }

    private func compare(_ configuration: SpikingYOLO.Configuration, _ file: String) throws -> (Double, Double) {
        var random = RandomSource(seed: 0)
        let network = try SpikingYOLO(configuration, random: &random)
        try fill(network)
        let path = Bundle.module.bundleURL.appendingPathComponent("Fixtures/spiking_yolo/\(file)").path
        let expected = try Tensor.readNPY(path)
        let images = try spreadTensor([1, 3, 64, 96], 0...1).to(.float32)
        let found = try withoutGradient { try network(images)[0] }
        #expect(found.shape == expected.shape)
        let difference = try (found - expected).absolute()
        return (try difference.maximum().item() / expected.absolute().maximum().item(), try difference.mean().item())
    }

    @Test func withoutSpikesItIsPyTorchs() throws {
        let (largest, _) = try compare(.withoutSpikes(classes: 2), "silu.npy")
        #expect(largest < 1e-4, "\(largest)")
    }

    /// Rounding may move a potential across the threshold, and with it spikes of later layers.
    @Test func withSpikesItIsPyTorchs() throws {
        let (_, mean) = try compare(SpikingYOLO.Configuration(classes: 2), "spikes.npy")
        #expect(mean < 0.02, "\(mean)")
    }
}
