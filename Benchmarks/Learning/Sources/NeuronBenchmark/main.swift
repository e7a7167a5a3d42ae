import BenchmarkSupport
import SpikingLayers
import TorchTensors

// usage: neuron-benchmark [--quick] [--tensor-operations] [--give-memory-back] [T…]
//
// Times a layer of leaky integrate-and-fire neurons on [T, 32, 64, 32, 32] standard normal currents, as the benchmark
// of the other libraries does: the forward pass without gradients, and the forward and backward pass from a given
// gradient. `bytes` is the number of bytes that must be read and written: forward the currents and the spikes; backward
// the currents, the incoming and the resulting gradients. Prints lines of JSON.

let arguments = CommandLine.arguments.dropFirst()
let implementation: NeuronImplementation = arguments.contains("--tensor-operations") ? .tensorOperations : .automatic
let keepsMemory = !arguments.contains("--give-memory-back")
let stepCounts = arguments.compactMap { Int($0) }
Torch.keepFreedMemory(keepsMemory)

struct NeuronCase {
    let currents: Tensor
    let upstream: Tensor
    /// The dynamics of SpikingJelly's default neuron.
    let dynamics = LIFDynamics(decay: .timeConstant(2), reset: .toZero)

    init(steps: Int, _ dtype: DType) throws {
        func noise(_ seed: UInt64) throws -> Tensor {
            try .normal([steps, 32, 64, 32, 32], from: RandomStream(seed: seed)).to(dtype)
        }
        currents = try noise(0)
        upstream = try noise(1)
    }

    func forward() throws -> Tensor {
        try withoutGradient { try lifSpikes(currents, dynamics, implementation: implementation) }
    }

    func forwardAndBackward() throws {
        let currents = try currents.detached().requireGradient()
        let spikes = try lifSpikes(currents, dynamics, implementation: implementation)
        _ = try spikes.gradients(of: [currents], upstream)
    }
}

for threads in [1, 2] { try reportMemoryCopy(threads: threads) }
for steps in stepCounts.isEmpty ? [4, 16] : stepCounts {
    for dtype in [DType.float32, .bfloat16] {
        let test = try NeuronCase(steps: steps, dtype)
        /// Times `body` and prints the measurement.
        ///
        /// - Parameter passes: The number of tensors of the size of the currents that are read or written.
        func report(_ pass: String, passes: Int, _ body: () throws -> Void) throws {
            let peak = try Torch.peakMemory(body)
            var line = Measurement(
                "lif/\(pass)/T=\(steps)/\(dtype)", try Timing(seconds: 1, body), work: test.currents.count,
                unit: "neuron-steps", threads: Torch.threadCount, keepsMemory: keepsMemory,
                library: implementation == .automatic ? "SpikeKit" : "SpikeKit tensor operations")
            line.bytes = passes * test.currents.count * dtype.size
            line.peakBytes = peak
            line.spikeRate = try test.forward().to(.float32).mean().item()
            try line.report()
        }
        for threads in [1, 2] {
            try Torch.setThreadCount(threads)
            try report("forward", passes: 2) { _ = try test.forward() }
            try report("forward+backward", passes: 5) { try test.forwardAndBackward() }
        }
    }
}
