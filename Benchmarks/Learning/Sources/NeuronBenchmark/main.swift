import BenchmarkSupport
import Foundation
import SpikingLayers
import TorchTensors

// usage: neuron-benchmark [--json-lines] [--tensor-operations] [--give-memory-back] [T…]
//
// Times a layer of leaky integrate-and-fire neurons on [T, 32, 64, 32, 32] standard normal currents, as the peers' benchmark
// does: forward alone, without gradients, and forward and backward from a given gradient. The share of memcpy, in the same
// process, is of the bytes that must be read and written: currents and spikes; backward currents, gradients and gradients
// again. A Markdown table by default; JSON lines for `table.py` on request.

let arguments = CommandLine.arguments.dropFirst()
let printsLines = arguments.contains("--json-lines")
let implementation: NeuronImplementation = arguments.contains("--tensor-operations") ? .tensorOperations : .automatic
let keepsMemory = !arguments.contains("--give-memory-back")
let stepCounts = arguments.compactMap { Int($0) }
Torch.keepFreedMemory(keepsMemory)

struct Measurement: Encodable {
    let name: String
    let library = implementation == .automatic ? "SpikeKit" : "SpikeKit tensor operations"
    let version = "0.1"
    let work: Int
    let unit = "neuron-steps"
    let seconds_min: Double
    let seconds_median: Double
    let rate: Double
    let threads: Int
    let calls: Int
    let allocator = keepsMemory ? "tuned" : "default"
    let spike_rate: Double
}

struct NeuronCase {
    let currents: Tensor
    let upstream: Tensor
    /// As SpikingJelly's default neuron.
    let dynamics = LIFDynamics(decay: .timeConstant(2), reset: .toZero)

    init(steps: Int, _ dtype: DType) throws {
        func noise(_ seed: UInt64) throws -> Tensor {
            try .normal([steps, 32, 64, 32, 32], from: RandomStream(seed: seed)).to(dtype)
        }
        currents = try noise(0)
        upstream = try noise(1)
    }

    func forward() throws -> Tensor {
        try withoutGradient { try leakyIntegrateAndFire(currents, dynamics, implementation: implementation) }
    }

    func forwardAndBackward() throws {
        let currents = try currents.detached().requireGradient()
        let spikes = try leakyIntegrateAndFire(currents, dynamics, implementation: implementation)
        _ = try spikes.gradients(of: [currents], upstream)
    }
}

@MainActor func report(
    _ name: String, _ dtype: DType, _ steps: Int, _ test: NeuronCase, _ timing: Timing, passes: Int, peak: Int
) throws {
    let threads = Torch.threadCount
    let count = test.currents.count
    if printsLines {
        let line = Measurement(
            name: "lif/\(name)/T=\(steps)/\(dtype)", work: count, seconds_min: timing.least,
            seconds_median: timing.median, rate: Double(count) / timing.least, threads: threads,
            calls: timing.seconds.count, spike_rate: try test.forward().to(.float32).mean().item())
        print(String(decoding: try JSONEncoder().encode(line), as: UTF8.self))
    } else {
        let share = Double(passes * count * dtype.size) / timing.least / bandwidths[threads]!
        print(
            "| \(name) | \(steps) | \(dtype) | \(threads) | " + String(format: "%.2f", timing.least * 1e3) + " | "
                + String(format: "%.2f", timing.median * 1e3) + " | " + String(format: "%.0f %%", share * 100) + " | "
                + String(format: "%.1f", Double(peak) / 1e6) + " |")
    }
}

let bandwidths = printsLines ? [:] : [1: memoryCopyBandwidth(threads: 1), 2: memoryCopyBandwidth(threads: 2)]
if !printsLines {
    for (threads, bandwidth) in bandwidths.sorted(by: { $0.key < $1.key }) {
        print("memcpy, \(threads) thread\(threads == 1 ? "" : "s"): \(String(format: "%.1f", bandwidth / 1e9)) GB/s\n")
    }
    print("| pass | T | type | threads | ms, least | median | share of memcpy | peak memory, MB |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
}
for steps in stepCounts.isEmpty ? [4, 16] : stepCounts {
    for dtype in [DType.float32, .bfloat16] {
        let test = try NeuronCase(steps: steps, dtype)
        for threads in [1, 2] {
            try Torch.setThreadCount(threads)
            let forwardPeak = try Torch.peakMemory { _ = try test.forward() }
            let forward = try Timing(seconds: 1) { _ = try test.forward() }
            try report("forward", dtype, steps, test, forward, passes: 2, peak: forwardPeak)
            let bothPeak = try Torch.peakMemory { try test.forwardAndBackward() }
            let both = try Timing(seconds: 1) { try test.forwardAndBackward() }
            try report("forward+backward", dtype, steps, test, both, passes: 5, peak: bothPeak)
        }
    }
}
