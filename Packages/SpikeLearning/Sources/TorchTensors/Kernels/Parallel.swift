import CTorchBridge

/// Runs `body` for parts of `0 ..< count`, each of at most `grain` indices, on LibTorch's threads.
///
/// - Parameter grain: At least 1; parts start at multiples of it.
public func parallelFor(_ count: Int, grain: Int, _ body: @Sendable (Range<Int>) -> Void) throws(TensorError) {
    precondition(grain >= 1, "parallelFor: grain must be >= 1, got \(grain)")
    let blocks = (count + grain - 1) / grain
    guard blocks > 1 else {
        if count > 0 { body(0..<count) }
        return
    }
    try withoutActuallyEscaping(body) { (body) throws(TensorError) in
        var part: @Sendable (Int) -> Void = { block in
            body(block * grain..<min((block + 1) * grain, count))
        }
        try withUnsafeMutablePointer(to: &part) { (pointer) throws(TensorError) in
            try check(
                tb_parallel(Int64(blocks), pointer) { context, block in
                    context!.assumingMemoryBound(to: (@Sendable (Int) -> Void).self).pointee(Int(block))
                })
        }
    }
}
