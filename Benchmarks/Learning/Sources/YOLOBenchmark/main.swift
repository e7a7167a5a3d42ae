import BenchmarkSupport
import SpikingModels
import TorchModules
import TorchTensors

// usage: yolo-benchmark [--quick] [--unfolded] [--give-memory-back] [--seconds=S] [--threads=N] [PART…]
//
// Measures the images per second of spiking YOLOv5n with 20 classes and T = 4 on images of 3 × 320 × 320, and of the
// conventional network of the same code, on two threads and on one by default. Training is a forward pass, a backward
// pass from the mean square of the predictions, and a step of SGD with Nesterov's momentum. Inference uses the
// statistics of the same images, so that neurons fire as in training, and by default has batch normalisation folded
// into the convolutions. Runs the measurements whose names contain every PART, such as `train` and `batch=8`. Prints
// lines of JSON.

let arguments = CommandLine.arguments.dropFirst()
let foldsBatchNorm = !arguments.contains("--unfolded")
let keepsMemory = !arguments.contains("--give-memory-back")
func option(_ name: String) -> Double? {
    arguments.compactMap { $0.hasPrefix("--\(name)=") ? Double($0.dropFirst(name.count + 3)) : nil }.last
}
let seconds = option("seconds") ?? 5
let threadCounts = option("threads").map { [Int($0)] } ?? (Timing.isQuick ? [2] : [2, 1])
let parts = arguments.filter { !$0.hasPrefix("--") }
Torch.keepFreedMemory(keepsMemory)

struct YOLOCase {
    let dtype: DType
    let model: SpikingYOLO
    let images: Tensor

    init(_ configuration: SpikingYOLO.Configuration, batch: Int, _ dtype: DType) throws {
        self.dtype = dtype
        var random = RandomSource(seed: 0)
        model = try SpikingYOLO(configuration, random: &random)
        images = try .uniform([batch, 3, 320, 320], in: 0..<1, from: RandomStream(seed: 1))
    }

    func predictions(_ model: SpikingYOLO) throws -> Tensor {
        if dtype == .float32 { return try model(images) }
        return try withAutocast(dtype) { try model(images) }
    }

    /// Makes one step of training and returns its loss.
    func step(_ optimizer: SGD) throws -> Tensor {
        let raw = try predictions(model).to(.float32)
        let loss = try (raw * raw).mean()
        try optimizer.clearGradients()
        try loss.backward()
        try optimizer.step()
        return try loss.detached()
    }

    /// The model for inference, whose running statistics are those of these images.
    func inferenceModel() throws -> SpikingYOLO {
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

let networks = [
    ("spiking-yolov5n", SpikingYOLO.Configuration(classes: 20)),
    ("yolov5n", SpikingYOLO.Configuration.withoutSpikes(classes: 20)),
]
for threads in threadCounts {
    try Torch.setThreadCount(threads)
    for (network, configuration) in networks {
        for (task, batch) in [("train", 8), ("infer", 8), ("infer", 1)] {
            for dtype in [DType.float32, .bfloat16] {
                let name = "\(network)/\(task)/batch=\(batch)/\(dtype)"
                guard parts.allSatisfy({ (name + "/").contains($0) }) else { continue }
                let test = try YOLOCase(configuration, batch: batch, dtype)
                func measurement(_ timing: Timing) -> Measurement {
                    Measurement(
                        name, timing, work: batch, unit: "images", threads: threads, keepsMemory: keepsMemory)
                }
                if task == "train" {
                    let optimizer = SGD(
                        test.model.parameterGroups(learningRate: 0.01, weightDecay: 5e-4), momentum: 0.937,
                        isNesterov: true)
                    let first = try test.step(optimizer).item()
                    var line = measurement(
                        try Timing(calls: 3, seconds: seconds) { _ = try test.step(optimizer) })
                    line.firstLoss = first
                    try line.report()
                } else {
                    let model = try test.inferenceModel()
                    var line = measurement(
                        try withoutGradient {
                            try Timing(calls: 3, seconds: seconds) { _ = try test.predictions(model) }
                        })
                    line.logitStd = try withoutGradient { try test.predictions(model) }
                        .to(.float32).variance().sqrt().item()
                    try line.report()
                }
            }
        }
    }
}
