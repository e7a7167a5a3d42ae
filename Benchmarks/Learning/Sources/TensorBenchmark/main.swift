import TensorLoops
import TorchTensors

// usage: tensor-benchmark
//
// What one operation on a tiny tensor costs from Swift, through the bridge, beside the same in C++: nanoseconds a call, as
// medians over rounds in which both take turns. Then what memory that is fresh from the system costs. On one thread.

let rounds = 15
let calls = 20_000
let loops: [(String, TensorLoop)] = [
    ("add of [4]", TensorLoopAdd), ("add a number", TensorLoopAddNumber), ("relu of [4]", TensorLoopRelu),
    ("matmul of [2, 2]", TensorLoopMatmul), ("view of [4] as [2, 2]", TensorLoopView),
    ("slice of [4]", TensorLoopSlice), ("shape of [2, 2]", TensorLoopShape),
    ("detach, add in place", TensorLoopAddInPlace),
]

/// In aligned columns: the first to the left, the others to the right.
func printTable(_ rows: [[String]]) {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max()! }
    func line(_ row: [String]) -> String {
        let cells = zip(row, widths).enumerated().map { index, cell in
            let padding = String(repeating: " ", count: cell.1 - cell.0.count)
            return index == 0 ? cell.0 + padding : padding + cell.0
        }
        return "| " + cells.joined(separator: " | ") + " |"
    }
    let rule = widths.enumerated().map { String(repeating: "-", count: $0 == 0 ? $1 : $1 - 1) + ($0 == 0 ? "" : ":") }
    print(line(rows[0]))
    print("| " + rule.joined(separator: " | ") + " |")
    for row in rows.dropFirst() { print(line(row)) }
}

func nanoseconds(_ seconds: Double) -> String { "\(Int((seconds / Double(calls) * 1e9).rounded()))" }

try Torch.setThreadCount(1)
var rows = [["operation", "gradients", "C++ / ns", "Swift / ns", "difference / ns"]]
for (name, loop) in loops {
    for recorded in [false, true] {
        var (theirs, ours) = ([Double](), [Double]())
        for _ in 0..<rounds {
            theirs.append(tensor_loop_seconds(loop, Int64(calls), recorded))
            ours.append(try SwiftLoops.seconds(loop, calls: calls, recorded: recorded))
        }
        let difference = median(zip(ours, theirs).map { $0 - $1 })
        rows.append([
            name, recorded ? "recorded" : "off", nanoseconds(median(theirs)), nanoseconds(median(ours)),
            nanoseconds(difference),
        ])
    }
}
printTable(rows)
print()

let given = try FreshMemory.seconds()
var memory = [["32 MiB of ones", "ms", "ratio"]]
func milliseconds(_ seconds: Double) -> String { "\((seconds * 1e5).rounded() / 100)" }
memory.append(["fresh from the system", milliseconds(given), "1"])
if Torch.keepFreedMemory() {
    let kept = try FreshMemory.seconds()
    memory.append(["with freed memory kept", milliseconds(kept), "\((kept / given * 100).rounded() / 100)"])
}
printTable(memory)
