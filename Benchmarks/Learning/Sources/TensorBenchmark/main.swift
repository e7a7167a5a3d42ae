import BenchmarkSupport
import TensorLoops
import TorchTensors

// usage: tensor-benchmark [--quick]
//
// Times operations on a tiny tensor from Swift, through the bridge, and from C++, in rounds in which both take turns.
// Then times a new 32 MiB tensor of ones, before and after the process is set to keep freed memory. All runs use one
// thread. Prints lines of JSON.

let rounds = Timing.isQuick ? 1 : 15
let calls = Timing.isQuick ? 100 : 20_000
let loops: [(String, TensorLoop)] = [
    ("add-[4]", TensorLoopAdd), ("add-number", TensorLoopAddNumber), ("relu-[4]", TensorLoopRelu),
    ("matmul-[2,2]", TensorLoopMatmul), ("view-[4]-as-[2,2]", TensorLoopView), ("slice-[4]", TensorLoopSlice),
    ("shape-[2,2]", TensorLoopShape), ("detach-and-add-in-place", TensorLoopAddInPlace),
]

try Torch.setThreadCount(1)
for (name, loop) in loops {
    for recorded in [false, true] {
        var (theirs, ours) = ([Double](), [Double]())
        for _ in 0..<rounds {
            theirs.append(tensor_loop_seconds(loop, Int64(calls), recorded))
            ours.append(try SwiftLoops.seconds(loop, calls: calls, recorded: recorded))
        }
        for (library, seconds) in [("SpikeKit", ours), ("LibTorch, C++", theirs)] {
            try Measurement(
                "tensor/\(name)/gradients=\(recorded ? "recorded" : "off")", Timing(seconds: seconds), work: calls,
                unit: "operations", library: library
            ).report()
        }
    }
}

func reportFreshMemory(keepsMemory: Bool) throws {
    // glibc allocates up to nine blocks before it reuses the first.
    for _ in 0..<16 { _ = try Tensor.ones([8 << 20]) }
    let timing = try Timing(calls: 30) { _ = try Tensor.ones([8 << 20]) }
    try Measurement(
        "tensor/fresh-32-MiB", timing, work: 1, unit: "tensors", keepsMemory: keepsMemory
    ).report()
}
try reportFreshMemory(keepsMemory: false)
if Torch.keepFreedMemory() { try reportFreshMemory(keepsMemory: true) }
