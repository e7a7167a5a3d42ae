import BenchmarkSupport
import Foundation
import SpikingLayers
import TorchTensors

// usage: synapse-benchmark [--threads=N] [--seconds=S]
//
// Times the gradient of a convolution's weight for inputs of which a share is 1 and the rest 0, beside LibTorch's of the
// same inputs, with two threads unless told otherwise: convolutions of QKFormer-3-256, eight images at T = 4. Where the
// share is too great, both are LibTorch's. A Markdown table.

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

    var name: String { "\(kernel) × \(kernel), \(inputs) to \(outputs), \(side) × \(side)" }
}

/// Seconds that the weight's gradient takes at least.
func secondsOfGradient(
    _ test: Synapses, _ dtype: DType, share: Double, _ convolve: (_ x: Tensor, _ weight: Tensor) throws -> Tensor
) throws -> Double {
    func uniform(_ channels: Int, seed: UInt64) throws -> Tensor {
        try .uniform([32, test.side, test.side, channels], in: 0..<1, from: RandomStream(seed: seed))
    }
    let spikes = try (uniform(test.inputs, seed: 0) * -1 + (1 + share)).floor().to(dtype).permuted(0, 3, 1, 2)
    let upstream = try (uniform(test.outputs, seed: 1) - 0.5).to(dtype).permuted(0, 3, 1, 2)
    let weight = try Tensor.normal(
        [test.outputs, test.inputs, test.kernel, test.kernel], from: RandomStream(seed: 2)
    ).requireGradient()
    let result =
        dtype == .float32 ? try convolve(spikes, weight) : try withAutocast(dtype) { try convolve(spikes, weight) }
    return try Timing(seconds: seconds) {
        _ = try result.gradients(of: [weight], upstream, retainGraph: true)
    }.least
}

print("| convolution | type | not zero | LibTorch, ms | SpikeKit, ms | |")
print("| --- | --- | ---: | ---: | ---: | ---: |")
for test in [
    Synapses(inputs: 128, outputs: 128, kernel: 3, side: 32), Synapses(inputs: 256, outputs: 256, kernel: 3, side: 16),
    Synapses(inputs: 256, outputs: 64, kernel: 1, side: 32), Synapses(inputs: 256, outputs: 256, kernel: 1, side: 8),
] {
    for dtype in [DType.float32, .bfloat16] {
        for share in [0.05, 0.15, 0.3, 0.5, 0.7] {
            let padding = test.kernel / 2
            let dense = try secondsOfGradient(test, dtype, share: share) { try $0.convolution($1, padding: padding) }
            let sparse = try secondsOfGradient(test, dtype, share: share) {
                try $0.convolutionOfSpikes($1, padding: padding)
            }
            print(
                "| \(test.name) | \(dtype) | \(String(format: "%.0f %%", share * 100)) | "
                    + String(format: "%.2f | %.2f | %.1f× |", dense * 1e3, sparse * 1e3, dense / sparse))
        }
    }
}
