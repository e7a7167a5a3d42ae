import BenchmarkSupport
import Foundation
import SpikingModels
import TorchModules
import TorchTensors

// usage: qkformer-benchmark [--json-lines] [--unfolded] [--give-memory-back] [--seconds=S] [--threads=N] [PART…]
//
// Images per second of QKFormer-3-256, ten classes, T = 4, on images of 3 × 32 × 32, with two threads unless told
// otherwise, as the peers' benchmark does: training is forward, backward and AdamW; inference is with statistics of the
// same images, so that neurons fire as in training, and with batch normalisation folded into the convolutions, unless
// told otherwise. Measures the names that contain every PART, such as `train` and `batch=8`. A Markdown table by
// default; JSON lines for `table.py` on request.

let arguments = CommandLine.arguments.dropFirst()
let printsLines = arguments.contains("--json-lines")
let foldsBatchNorm = !arguments.contains("--unfolded")
let keepsMemory = !arguments.contains("--give-memory-back")
func option(_ name: String) -> Double? {
    arguments.compactMap { $0.hasPrefix("--\(name)=") ? Double($0.dropFirst(name.count + 3)) : nil }.last
}
let seconds = option("seconds") ?? 5
let parts = arguments.filter { !$0.hasPrefix("--") }
Torch.keepFreedMemory(keepsMemory)
try Torch.setThreadCount(Int(option("threads") ?? 2))

struct Measurement: Encodable {
    let name: String
    let library = "SpikeKit"
    let version = "0.1"
    let work: Int
    let unit = "images"
    let seconds_min: Double
    let seconds_median: Double
    let rate: Double
    let threads: Int
    let calls: Int
    let allocator = keepsMemory ? "tuned" : "default"
    var first_loss: Double?
    var logit_std: Double?
}

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

    /// One step of training; its loss.
    func step(_ optimizer: AdamW) throws -> Tensor {
        let loss = try logits(model).to(.float32).crossEntropy(labels)
        try optimizer.clearGradients()
        try loss.backward()
        try optimizer.step()
        return try loss.detached()
    }

    /// The model as it is used, with these images' statistics as the running ones.
    func inferenceModel() throws -> QKFormer {
        try withoutGradient {
            _ = try model(images)
            // One step of a momentum of 0.1 leads from 0 and 1 to a tenth of the batch's statistics and 0.9 of these.
            for (name, buffer) in model.namedBuffers() where !name.hasSuffix("num_batches_tracked") {
                if name.hasSuffix("running_var") { try buffer.tensor -= 0.9 }
                try buffer.tensor *= 10
            }
            model.evaluate()
            return foldsBatchNorm ? try model.foldingBatchNorm() : model
        }
    }
}

@MainActor func report(
    _ name: String, _ batch: Int, _ timing: Timing, firstLoss: Double? = nil, spread: Double? = nil
) throws {
    let line = Measurement(
        name: name, work: batch, seconds_min: timing.least, seconds_median: timing.median,
        rate: Double(batch) / timing.least, threads: Torch.threadCount, calls: timing.seconds.count,
        first_loss: firstLoss, logit_std: spread)
    if printsLines {
        print(String(decoding: try JSONEncoder().encode(line), as: UTF8.self))
    } else {
        let detail = firstLoss.map { String(format: "first loss %.3f", $0) } ?? String(format: "logits ± %.3f", spread!)
        print(
            "| \(name) | " + String(format: "%.1f", line.rate) + " | " + String(format: "%.0f", timing.least * 1e3)
                + " | "
                + String(format: "%.0f", timing.median * 1e3) + " | \(detail) |")
    }
}

if !printsLines {
    print("| name | images/s | ms, least | median | |")
    print("| --- | --- | --- | --- | --- |")
}
for batch in [8, 32] {
    for dtype in [DType.float32, .bfloat16] {
        func name(_ task: String) -> String { "qkformer-3-256/\(task)/batch=\(batch)/\(dtype)" }
        func isWanted(_ name: String) -> Bool { parts.allSatisfy { (name + "/").contains($0) } }
        if isWanted(name("train")) {
            let test = try QKFormerCase(batch: batch, dtype)
            let optimizer = AdamW(test.model.parameterGroups(learningRate: 1e-3, weightDecay: 0.01))
            let first = try test.step(optimizer).item()
            let timing = try Timing(calls: 3, seconds: seconds) { _ = try test.step(optimizer) }
            try report(name("train"), batch, timing, firstLoss: first)
        }
        if isWanted(name("infer")) {
            let test = try QKFormerCase(batch: batch, dtype)
            let model = try test.inferenceModel()
            let spread = try withoutGradient { try test.logits(model) }.to(.float32).variance().sqrt().item()
            let timing = try withoutGradient { try Timing(calls: 3, seconds: seconds) { _ = try test.logits(model) } }
            try report(name("infer"), batch, timing, spread: spread)
        }
    }
}
