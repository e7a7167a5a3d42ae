import CTorchBridge

// Functions that pass tensors, shapes and lists to the C bridge.

extension Tensor {
    /// Returns the result of a bridge function that takes one tensor.
    @inline(__always)
    func map(_ function: (TBTensor, UnsafeMutablePointer<TBTensor>) -> TBError) throws(TensorError) -> Tensor {
        try borrow { (a) throws(TensorError) in try Tensor { function(a, $0) } }
    }

    /// Returns the result of a bridge function that takes two tensors.
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
    /// Calls `body` with the tensor's handle, or with a null handle for `nil`.
    @inline(__always)
    func borrow<Result>(_ body: (TBTensor) throws(TensorError) -> Result) throws(TensorError) -> Result {
        guard let self else { return try body(TBTensor()) }
        return try self.borrow(body)
    }
}

/// Calls `body` with a pointer to the values and their count. The values are a shape or a list of dimensions.
@inline(__always)
func withNumbers<Result>(
    _ values: [Int], _ body: (UnsafePointer<Int64>, Int) throws(TensorError) -> Result
) throws(TensorError) -> Result {
    // An empty array's pointer may be null; the replacement gives the bridge a valid pointer with a count of 0.
    let numbers = values.isEmpty ? [0] : values.map { Int64($0) }
    return try numbers.withUnsafeBufferPointer { (buffer) throws(TensorError) in
        try body(buffer.baseAddress!, values.count)
    }
}

/// Calls `body` with a pointer to the tensors' handles and their count. The handle of a `nil` tensor is null.
func withHandles<Result>(
    _ tensors: [Tensor?], _ body: (UnsafePointer<TBTensor>, Int) throws(TensorError) -> Result
) throws(TensorError) -> Result {
    defer { withExtendedLifetime(tensors) {} }
    let handles = tensors.map { $0?.ask { $0 } ?? TBTensor() } + [TBTensor()]
    return try handles.withUnsafeBufferPointer { (buffer) throws(TensorError) in
        try body(buffer.baseAddress!, tensors.count)
    }
}
