import BenchmarkSupport
import SpikingModels
import TorchModules
import TorchTensors

// usage: qkformer-benchmark [--quick] [--unfolded] [--give-memory-back] [--seconds=S] [--threads=N] [PART…]
//
// Measures the images per second of QKFormer-3-256 with ten classes and T = 4 on images of 3 × 32 × 32, on two threads
// by default, as the benchmark of the other libraries does. Training is a forward pass, a backward pass and a step of
// AdamW. Inference uses the statistics of the same images, so that neurons fire as in training, and by default has
// batch normalisation folded into the convolutions. Runs the measurements whose names contain every PART, such as
// `train` and `batch=8`. Prints lines of JSON.

let arguments = CommandLine.arguments.dropFirst()
let foldsBatchNorm = !arguments.contains("--unfolded")
let keepsMemory = !arguments.contains("--give-memory-back")
func option(_ name: String) -> Double? {
    arguments.compactMap { $0.hasPrefix("--\(name)=") ? Double($0.dropFirst(name.count + 3)) : nil }.last
}
let seconds = option("seconds") ?? 5
let parts = arguments.filter { !$0.hasPrefix("--") }
Torch.keepFreedMemory(keepsMemory)
try Torch.setThreadCount(Int(option("threads") ?? 2))

struct QKFormerCase {
    let dtype: DType
    let model: QKFormer
    let images: Tensor
    let labels: Tensor

    init(batch: Int, _ dtype: DType) throws {
        self.dtype = dtype
        var random = RandomSource(seed: 0)
        model = try QKFormer(depth: 3, width: 256, classes: 10, random: &random)
        images = try .uniform([batch, 3, 32, 32], in: 0..<1, from: RandomStream(seed: 1))
        labels = try Tensor((0..<batch).map { Int64($0 % 10) })
    }

    func logits(_ model: QKFormer) throws -> Tensor {
        if dtype == .float32 { return try model(images) }
        return try withAutocast(dtype) { try model(images) }
    }

    /// Makes one step of training and returns its loss.
    func step(_ optimizer: AdamW) throws -> Tensor {
        let loss = try logits(model).to(.float32).crossEntropy(labels)
        try optimizer.clearGradients()
        try loss.backward()
        try optimizer.step()
        return try loss.detached()
    }

    /// The model for inference, whose running statistics are those of these images.
    func inferenceModel() throws -> QKFormer {
        try withoutGradient {
            _ = try model(images)
            // With a momentum of 0.1, one step from 0 or 1 gives 0.1 of the batch's statistics plus 0.9 of this value.
            for (name, buffer) in model.namedBuffers() where !name.hasSuffix("num_batches_tracked") {
                if name.hasSuffix("running_var") { try buffer.tensor -= 0.9 }
                try buffer.tensor *= 10
            }
            model.evaluate()
            return foldsBatchNorm ? try model.foldingBatchNorm() : model
        }
    }
}

for batch in [8, 32] {
    for dtype in [DType.float32, .bfloat16] {
        func name(_ task: String) -> String { "qkformer-3-256/\(task)/batch=\(batch)/\(dtype)" }
        func isWanted(_ task: String) -> Bool { parts.allSatisfy { (name(task) + "/").contains($0) } }
        func measurement(_ task: String, _ timing: Timing) -> Measurement {
            Measurement(
                name(task), timing, work: batch, unit: "images", threads: Torch.threadCount, keepsMemory: keepsMemory)
        }
        if isWanted("train") {
            let test = try QKFormerCase(batch: batch, dtype)
            let optimizer = AdamW(test.model.parameterGroups(learningRate: 1e-3, weightDecay: 0.01))
            let first = try test.step(optimizer).item()
            var line = measurement(
                "train", try Timing(calls: 3, seconds: seconds) { _ = try test.step(optimizer) })
            line.firstLoss = first
            try line.report()
        }
        if isWanted("infer") {
            let test = try QKFormerCase(batch: batch, dtype)
            let model = try test.inferenceModel()
            var line = measurement(
                "infer",
                try withoutGradient { try Timing(calls: 3, seconds: seconds) { _ = try test.logits(model) } })
            line.logitStd = try withoutGradient { try test.logits(model) }.to(.float32).variance().sqrt().item()
            try line.report()
        }
    }
}
