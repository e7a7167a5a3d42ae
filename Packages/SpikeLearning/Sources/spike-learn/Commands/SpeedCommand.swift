import ArgumentParser
import Foundation
import SpikeCommandLine
import SpikingLayers
import SpikingModels
import TorchModules
import TorchTensors

/// Measures images per second of QKFormer-3-256 on a device; `Scripts/gpu/check.sh` runs this on machines without
/// Swift.
struct SpeedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(learning: "speed")

    enum Task: String, ExpressibleByArgument { case train, infer }
    enum Neurons: String, ExpressibleByArgument { case kernel, operations, none }

    @Argument(help: "train or infer.")
    var task: Task

    @Option(help: "Images in a batch, 64 if not given.", transform: wholeNumber)
    var batch = 64

    @Flag(help: "Mixed precision in bfloat16.")
    var bf16 = false

    @Option(help: "kernel, operations (step by step) or none (neurons pass their currents on).")
    var neurons = Neurons.kernel

    @Option(help: "How long to measure, in seconds.")
    var seconds = 3.0

    @OptionGroup var runtime: RuntimeOptions

    struct Line: Encodable {
        let name: String
        let library = "SpikeKit"
        let neurons: String
        let batch: Int
        let rate: Double
        let secondsMedian: Double
        let calls: Int
        let peakBytes: Int?
        /// The loss of the first step, or the standard deviation of the logits; it shows whether two programs did the
        /// same work.
        let value: Double
    }

    func run() throws {
        let device = try runtime.apply().device
        var random = RandomSource(seed: 0)
        let model = try QKFormer(depth: 3, width: 256, classes: 10, makeNeuron: makeNeuron, random: &random)
        try model.to(device)
        let images = try Tensor.uniform([batch, 3, 32, 32], in: 0..<1, from: RandomStream(seed: 1)).to(device)
        let labels = try Tensor((0..<batch).map { Int64($0 % 10) }).to(device)
        func logits(_ model: QKFormer) throws -> Tensor {
            try (bf16 ? withAutocast(.bfloat16, on: device) { try model(images) } : model(images)).to(.float32)
        }
        if case .cuda = device { _ = try device.peakMemory() }
        var value = 0.0
        let timing: (times: [Double], calls: Int)
        switch task {
        case .train:
            let optimizer = AdamW(model.parameterGroups(learningRate: 1e-3, weightDecay: 0.01))
            func step() throws -> Tensor {
                let loss = try logits(model).crossEntropy(labels)
                try optimizer.clearGradients()
                try loss.backward()
                try optimizer.step()
                return loss
            }
            value = try step().item()
            timing = try measure(device) { _ = try step() }
        case .infer:
            // The batch norms get the statistics of these images, so that neurons fire as in training.
            let used = try withoutGradient {
                _ = try model(images)
                // With a momentum of 0.1, one step from 0 and 1 leads to a tenth of the batch's statistics, plus 0.9
                // for the variance.
                for (name, buffer) in model.namedBuffers() where !name.hasSuffix("num_batches_tracked") {
                    if name.hasSuffix("running_var") { try buffer.tensor -= 0.9 }
                    try buffer.tensor *= 10
                }
                model.evaluate()
                return try model.foldingBatchNorm()
            }
            value = try withoutGradient { try logits(used).variance().sqrt().item() }
            timing = try withoutGradient { try measure(device) { _ = try logits(used) } }
        }
        let middle = timing.times.sorted()[timing.times.count / 2]
        var peak: Int?
        if case .cuda = device { peak = try device.peakMemory() }
        let line = Line(
            name: "qkformer-3-256/\(task)/batch=\(batch)/\(bf16 ? "bfloat16" : "float32")", neurons: neurons.rawValue,
            batch: batch, rate: Double(batch) / middle, secondsMedian: middle, calls: timing.calls, peakBytes: peak,
            value: value)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        print(String(decoding: try encoder.encode(line), as: UTF8.self))
    }

    private var makeNeuron: NeuronMaker {
        switch neurons {
        case .kernel: QKFormer.neuron
        case .operations:
            { (site) throws(TensorError) -> any NeuronLayer in
                LIFNeuron(QKFormer.dynamics.with(threshold: site.threshold), implementation: .tensorOperations)
            }
        case .none: { (_: NeuronSite) throws(TensorError) -> any NeuronLayer in PassingLayer() }
        }
    }

    /// The seconds per call, in rounds of several calls; after each round, the device is waited for.
    private func measure(_ device: Device, _ call: () throws -> Void) throws -> (times: [Double], calls: Int) {
        let clock = ContinuousClock()
        func time(_ calls: Int) throws -> Double {
            let start = clock.now
            for _ in 0..<calls { try call() }
            try device.synchronize()
            return (clock.now - start) / .seconds(1) / Double(calls)
        }
        _ = try time(3)
        let calls = max(1, Int(0.25 / (try time(3))))
        var (times, spent) = ([Double](), 0.0)
        while times.count < 3 || spent < seconds {
            times.append(try time(calls))
            spent += times.last! * Double(calls)
        }
        return (times, times.count * calls)
    }
}

/// A layer that takes the place of neurons and passes currents on unchanged.
private final class PassingLayer: NeuronLayer {
    var isTraining = true
    var spikeObserver: SpikeObserver?

    func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor { x }
}
