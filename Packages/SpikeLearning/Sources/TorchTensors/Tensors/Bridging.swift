import CTorchBridge

// How arguments reach the bridge.

extension Tensor {
    /// The result of a function of one tensor.
    @inline(__always)
    func map(_ function: (TBTensor, UnsafeMutablePointer<TBTensor>) -> TBError) throws(TensorError) -> Tensor {
        try borrow { (a) throws(TensorError) in try Tensor { function(a, $0) } }
    }

    /// The result of a function of two tensors.
    @inline(__always)
    func map(
        _ other: Tensor, _ function: (TBTensor, TBTensor, UnsafeMutablePointer<TBTensor>) -> TBError
    ) throws(TensorError) -> Tensor {
        try borrow { (a) throws(TensorError) in
            try other.borrow { (b) throws(TensorError) in try Tensor { function(a, b, $0) } }
        }
    }
}

extension Tensor? {
    /// Lends the tensor's handle, or a null one.
    @inline(__always)
    func borrow<Result>(_ body: (TBTensor) throws(TensorError) -> Result) throws(TensorError) -> Result {
        guard let self else { return try body(TBTensor()) }
        return try self.borrow(body)
    }
}

/// Lends the numbers of a shape or a list of dimensions.
@inline(__always)
func withNumbers<Result>(
    _ values: [Int], _ body: (UnsafePointer<Int64>, Int) throws(TensorError) -> Result
) throws(TensorError) -> Result {
    // The pointer of an empty array may be null, which the bridge's C functions take for a list of none.
    let numbers = values.isEmpty ? [0] : values.map { Int64($0) }
    return try numbers.withUnsafeBufferPointer { (buffer) throws(TensorError) in
        try body(buffer.baseAddress!, values.count)
    }
}

/// Lends the handles of several tensors.
func withHandles<Result>(
    _ tensors: [Tensor?], _ body: (UnsafePointer<TBTensor>, Int) throws(TensorError) -> Result
) throws(TensorError) -> Result {
    defer { withExtendedLifetime(tensors) {} }
    let handles = tensors.map { $0?.ask { $0 } ?? TBTensor() } + [TBTensor()]
    return try handles.withUnsafeBufferPointer { (buffer) throws(TensorError) in
        try body(buffer.baseAddress!, tensors.count)
    }
}
