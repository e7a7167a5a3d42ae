import TensorLoops
import TorchTensors

/// The loops of `TensorLoops.cpp` in Swift, as a user of TorchTensors would write them.
enum SwiftLoops {
    static func seconds(_ loop: TensorLoop, calls: Int, recorded: Bool) throws -> Double {
        let a = try Tensor.ones([4]).requireGradient(recorded)
        let b = try Tensor.ones([4]).requireGradient(recorded)
        let matrix = try Tensor.ones([2, 2]).requireGradient(recorded)
        func timed(_ body: () throws -> Void) rethrows -> Double {
            let begin = ContinuousClock.now
            for _ in 0..<calls { try body() }
            return (ContinuousClock.now - begin) / .seconds(1)
        }
        switch loop {
        case TensorLoopAdd: return try timed { _ = try a + b }
        case TensorLoopAddNumber: return try timed { _ = try a + 2 }
        case TensorLoopRelu: return try timed { _ = try a.relu() }
        case TensorLoopMatmul: return try timed { _ = try matrix.matmul(matrix) }
        case TensorLoopView: return try timed { _ = try a.viewed([2, 2]) }
        case TensorLoopSlice: return try timed { _ = try a.sliced(0, 1..<3) }
        case TensorLoopShape: return timed { use(matrix.shape) }
        case TensorLoopAddInPlace:
            let sum = try Tensor.zeros([4])
            return try timed { try sum += b.detached() }
        default: fatalError("there is no loop \(loop.rawValue)")
        }
    }

    /// Keeps the compiler from removing a computation whose result is unused.
    @inline(never)
    private static func use(_ shape: [Int]) {}
}
