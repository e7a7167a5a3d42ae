import SpikingLayers
import SpikingModels
import Testing
import TorchModules
import TorchTensors

/// `spike-learn speed`, with which machines without Swift are measured.
@Suite struct SpeedTests {
    private func line(_ arguments: String...) throws -> [String: Any] {
        let (status, output, errors) = try run(["speed"] + arguments + ["--seconds", "0"])
        try #require(status == 0, "\(errors)")
        return try json(output)
    }

    /// The batch norms have the statistics of the images, so that the logits are spread as they are in training mode.
    @Test func inferenceIsAsInTraining() throws {
        let line = try line("infer", "--batch", "2", "--neurons", "none")
        var random = RandomSource(seed: 0)
        let model = try QKFormer(
            depth: 3, width: 256, classes: 10,
            makeNeuron: { (_: NeuronSite) throws(TensorError) -> any NeuronLayer in Passing() }, random: &random)
        let images = try Tensor.uniform([2, 3, 32, 32], in: 0..<1, from: RandomStream(seed: 1))
        let spread = try withoutGradient { try model(images).variance().sqrt().item() }
        let value = try #require(line["value"] as? Double)
        #expect(abs(value / spread - 1) < 0.05, "\(value) \(spread)")
        #expect(
            line["name"] as? String == "qkformer-3-256/infer/batch=2/float32" && line["neurons"] as? String == "none")
        let (rate, seconds) = (try #require(line["rate"] as? Double), try #require(line["seconds_median"] as? Double))
        #expect(abs(rate * seconds - 2) < 1e-9 && seconds > 0)
        let calls = try #require(line["calls"] as? Int)
        #expect(calls >= 3 && calls % 3 == 0 && line["peak_bytes"] == nil)
    }
}

private final class Passing: NeuronLayer {
    var isTraining = true
    var spikeObserver: SpikeObserver?

    func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor { x }
}
