import CTorchBridge

extension Tensor {
    /// Whether this tensor, or a tensor that it was computed from, requires a gradient.
    public var requiresGradient: Bool { ask(tb_requires_gradient) }

    /// Chooses whether gradients are computed with respect to this tensor.
    ///
    /// - Parameter required: True to compute gradients.
    /// - Returns: This tensor.
    /// - Throws: `TensorError` if the tensor does not have a floating-point type, or was computed from tensors that
    ///   require a gradient.
    @discardableResult
    public func requireGradient(_ required: Bool = true) throws(TensorError) -> Tensor {
        try borrow { (handle) throws(TensorError) in try check(tb_set_requires_gradient(handle, required)) }
        return self
    }

    /// Whether the tensor is a leaf of the graph: it was not computed from tensors that require gradients.
    public var isLeaf: Bool { ask(tb_is_leaf) }

    /// The sum of the gradients from all backward passes since the gradient was last cleared; `nil` if there are none.
    public var gradient: Tensor? {
        var result = TBTensor()
        let error = ask { tb_gradient($0, &result) }
        precondition(error.kind == TBErrorNone, "Tensor: \(TensorError(error))")
        return result.object == nil ? nil : Tensor(owning: result)
    }

    /// Replaces the accumulated gradient.
    ///
    /// - Parameter gradient: The new gradient, or `nil` to clear the gradient.
    /// - Throws: `TensorError` if the gradient does not have the shape, type and device of this tensor.
    public func setGradient(_ gradient: Tensor?) throws(TensorError) {
        try borrow { (handle) throws(TensorError) in
            try gradient.borrow { (gradient) throws(TensorError) in try check(tb_set_gradient(handle, gradient)) }
        }
    }

    /// Returns a tensor that shares the elements of this one but is not part of the graph of gradients.
    public func detached() throws(TensorError) -> Tensor { try map(tb_detach) }

    /// Runs a backward pass: adds the gradient of this tensor with respect to each leaf that it was computed from to
    /// that leaf's `gradient`.
    ///
    /// - Parameters:
    ///   - gradient: The weights of this tensor's elements, in its shape; `nil` for a tensor of a single element.
    ///   - retainGraph: Whether a second pass must be possible. If so, the memory of all saved tensors is kept.
    ///   - createGraph: Whether the gradients can be differentiated again. A `CustomFunction` does not support this.
    /// - Throws: `TensorError` if no gradient can be computed, or a `CustomFunction` throws.
    public func backward(
        _ gradient: Tensor? = nil, retainGraph: Bool = false, createGraph: Bool = false
    ) throws(TensorError) {
        try borrow { (handle) throws(TensorError) in
            try gradient.borrow { (gradient) throws(TensorError) in
                try check(tb_backward(handle, gradient, retainGraph || createGraph, createGraph))
            }
        }
    }

    /// Returns the gradients of this tensor with respect to the inputs. Does not change the `gradient` of any tensor.
    ///
    /// - Parameters:
    ///   - inputs: The tensors to differentiate with respect to.
    ///   - gradient: The weights of this tensor's elements, in its shape; `nil` for a tensor of a single element.
    ///   - retainGraph: Whether a second pass must be possible. If so, the memory of all saved tensors is kept.
    ///   - createGraph: Whether the gradients can be differentiated again. A `CustomFunction` does not support this.
    /// - Returns: One gradient per input, or `nil` for an input that this tensor does not depend on.
    /// - Throws: `TensorError` if no gradient can be computed, or a `CustomFunction` throws.
    public func gradients(
        of inputs: [Tensor], _ gradient: Tensor? = nil, retainGraph: Bool = false, createGraph: Bool = false
    ) throws(TensorError) -> [Tensor?] {
        var results = Array(repeating: TBTensor(), count: inputs.count)
        try withHandles([self]) { (output, _) throws(TensorError) in
            try withHandles([gradient]) { (weight, _) throws(TensorError) in
                try withHandles(inputs) { (handles, count) throws(TensorError) in
                    try check(
                        tb_gradients(
                            output, weight, 1, handles, count, retainGraph || createGraph, createGraph, &results))
                }
            }
        }
        return results.map { $0.object == nil ? nil : Tensor(owning: $0) }
    }
}

/// Runs `body` without recording what gradients need on this thread, which saves time and memory.
///
/// - Returns: The result of `body`.
/// - Throws: The error that `body` throws.
public func withoutGradient<Result, Failure>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    let before = tb_gradients_enabled()
    tb_enable_gradients(false)
    defer { tb_enable_gradients(before) }
    return try body()
}

/// Runs `body` in mixed precision on this thread: matrix products and convolutions on the device are computed in
/// `dtype`. Operations that need more range or precision stay in float32. Calls can be nested; each sets the type for
/// its own `body`.
///
/// - Parameters:
///   - dtype: The type to compute in, `bfloat16` or (on CUDA) `float16`.
///   - device: The device whose operations are affected.
/// - Returns: The result of `body`.
/// - Throws: `TensorError` if `dtype` is another type, and any error that `body` throws.
public func withAutocast<Value>(
    _ dtype: DType = .bfloat16, on device: Device = .cpu, _ body: () throws -> Value
) throws -> Value {
    guard dtype == .bfloat16 || dtype == .float16 else {
        throw TensorError("mixed precision: bfloat16 or float16 is needed, got \(dtype)")
    }
    let kind = device.bridged.kind
    let before = tb_autocast_enabled(kind)
    var typeBefore = TBFloat32
    try check(tb_autocast_type(kind, &typeBefore))
    try check(tb_enable_autocast(kind, true, dtype.bridged))
    tb_autocast_begin()
    let outcome = Result { try body() }
    tb_autocast_end()
    try check(tb_enable_autocast(kind, before, typeBefore))
    return try outcome.get()
}
