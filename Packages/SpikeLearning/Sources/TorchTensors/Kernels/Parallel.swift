import CTorchBridge

/// Runs `body` for parts of `0 ..< count`, each of at most `grain` indices, on LibTorch's threads; one after the other
/// inside of another parallel operation.
///
/// Gradients, autocast and other settings of the calling thread hold for the parts that run on it alone.
///
/// - Parameter grain: At least 1; parts start at multiples of it.
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
