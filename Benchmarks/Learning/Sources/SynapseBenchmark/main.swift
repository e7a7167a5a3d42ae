import BenchmarkSupport
import SpikingLayers
import TorchTensors

// usage: synapse-benchmark [--quick] [--threads=N] [--seconds=S]
//
// Times a convolution, and the gradient of its weight, for inputs of which a given share is 1 and the rest is 0, and the
// same by LibTorch, on two threads by default. The convolutions are those of QKFormer-3-256, with eight images and T = 4.
// If the share is too large, both are LibTorch's. Prints lines of JSON.

func option(_ name: String) -> Double? {
    CommandLine.arguments.compactMap { $0.hasPrefix("--\(name)=") ? Double($0.dropFirst(name.count + 3)) : nil }.last
}
let seconds = option("seconds") ?? 0.5
Torch.keepFreedMemory()
try Torch.setThreadCount(Int(option("threads") ?? 2))

struct Synapses {
    let inputs: Int
    let outputs: Int
    let kernel: Int
    let side: Int

    var name: String { "\(kernel)x\(kernel)/\(inputs)to\(outputs)/\(side)x\(side)" }
}

/// Times a convolution without recording for gradients, and then the gradient of its weight.
func timings(
    _ test: Synapses, _ dtype: DType, share: Double, _ convolve: (_ x: Tensor, _ weight: Tensor) throws -> Tensor
) throws -> (forward: Timing, gradient: Timing) {
    func uniform(_ channels: Int, seed: UInt64) throws -> Tensor {
        try .uniform([32, test.side, test.side, channels], in: 0..<1, from: RandomStream(seed: seed))
    }
    let spikes = try (uniform(test.inputs, seed: 0) * -1 + (1 + share)).floor().to(dtype).permuted(0, 3, 1, 2)
    let upstream = try (uniform(test.outputs, seed: 1) - 0.5).to(dtype).permuted(0, 3, 1, 2)
    let weight = try Tensor.normal(
        [test.outputs, test.inputs, test.kernel, test.kernel], from: RandomStream(seed: 2)
    ).requireGradient()
    func convolved() throws -> Tensor {
        dtype == .float32 ? try convolve(spikes, weight) : try withAutocast(dtype) { try convolve(spikes, weight) }
    }
    let forward = try Timing(seconds: seconds) { _ = try withoutGradient { try convolved() } }
    let result = try convolved()
    let gradient = try Timing(seconds: seconds) {
        _ = try result.gradients(of: [weight], upstream, retainGraph: true)
    }
    return (forward, gradient)
}

for test in [
    Synapses(inputs: 128, outputs: 128, kernel: 3, side: 32), Synapses(inputs: 256, outputs: 256, kernel: 3, side: 16),
    Synapses(inputs: 256, outputs: 64, kernel: 1, side: 32), Synapses(inputs: 256, outputs: 256, kernel: 1, side: 8),
] {
    for dtype in [DType.float32, .bfloat16] {
        for share in [0.05, 0.15, 0.3, 0.5, 0.7] {
            let padding = test.kernel / 2
            func report(
                _ library: String, _ convolve: (_ x: Tensor, _ weight: Tensor) throws -> Tensor
            ) throws {
                let (forward, gradient) = try timings(test, dtype, share: share, convolve)
                for (name, timing, unit) in [
                    ("convolution", forward, "convolutions"), ("weight-gradient", gradient, "gradients"),
                ] {
                    try Measurement(
                        "\(name)/\(test.name)/\(dtype)/spikes=\(share)", timing, work: 1, unit: unit,
                        threads: Torch.threadCount, keepsMemory: true, library: library
                    ).report()
                }
            }
            try report("SpikeKit") { try $0.convolutionOfSpikes($1, padding: padding) }
            try report("LibTorch") { try $0.convolution($1, padding: padding) }
        }
    }
}
