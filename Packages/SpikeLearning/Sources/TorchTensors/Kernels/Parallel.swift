import CTorchBridge

/// Divides `0 ..< count` into parts of at most `grain` indices and calls `body` for each part on LibTorch's threads.
/// Inside of another parallel operation, the parts run one after the other.
///
/// Thread-local settings of the calling thread, such as those of gradients and autocast, do not apply to parts that run
/// on other threads.
/// - Parameters:
///   - count: The number of indices, at least 0.
///   - grain: The largest length of a part, at least 1. Parts start at multiples of it.
///   - body: Processes a part.
/// - Throws: `TensorError` if LibTorch cannot run the parts. Traps if `count` or `grain` is out of range.
public func parallelFor(_ count: Int, grain: Int, _ body: @Sendable (Range<Int>) -> Void) throws(TensorError) {
    precondition(count >= 0, "parallelFor: count must be >= 0, got \(count)")
    precondition(grain >= 1, "parallelFor: grain must be >= 1, got \(grain)")
    let blocks = count / grain + (count % grain == 0 ? 0 : 1)
    guard blocks > 1 else {
        if count > 0 { body(0..<count) }
        return
    }
    try withoutActuallyEscaping(body) { (body) throws(TensorError) in
        var part: @Sendable (Int) -> Void = { block in
            let start = block * grain
            body(start..<start + min(grain, count - start))
        }
        try withUnsafeMutablePointer(to: &part) { (pointer) throws(TensorError) in
            try check(
                tb_parallel(Int64(blocks), pointer) { context, block in
                    context!.assumingMemoryBound(to: (@Sendable (Int) -> Void).self).pointee(Int(block))
                })
        }
    }
}
