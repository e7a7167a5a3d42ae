import CTorchBridge

extension Tensor {
    /// Whether gradients are taken with respect to this tensor, or to one that it was computed from.
    public var requiresGradient: Bool { ask(tb_requires_gradient) }

    /// Asks for gradients with respect to this tensor, which must be of floating point and not computed from others that
    /// require one.
    @discardableResult
    public func requireGradient(_ required: Bool = true) throws(TensorError) -> Tensor {
        try borrow { (handle) throws(TensorError) in try check(tb_set_requires_gradient(handle, required)) }
        return self
    }

    /// Whether it was not computed from tensors that require gradients.
    public var isLeaf: Bool { ask(tb_is_leaf) }

    /// The sum of the gradients that backward passes brought since it was last cleared; nil if none did.
    public var gradient: Tensor? {
        var result = TBTensor()
        let error = ask { tb_gradient($0, &result) }
        precondition(error.kind == TBErrorNone, "Tensor: \(TensorError(error))")
        return result.object == nil ? nil : Tensor(owning: result)
    }

    /// Replaces the gathered gradient; nil clears it.
    public func setGradient(_ gradient: Tensor?) throws(TensorError) {
        try borrow { (handle) throws(TensorError) in
            try gradient.borrow { (gradient) throws(TensorError) in try check(tb_set_gradient(handle, gradient)) }
        }
    }

    /// The same elements, outside of the graph.
    public func detached() throws(TensorError) -> Tensor { try map(tb_detach) }

    /// Adds the gradient of this tensor to that of every leaf that it was computed from.
    ///
    /// - Parameters:
    ///   - gradient: Of this tensor's own shape: what to weight its elements by; nil for a single element.
    ///   - retainGraph: Whether a second pass shall be possible; it keeps the memory of all that was saved.
    ///   - createGraph: Whether gradients shall have gradients. Kernels in Swift do not.
    public func backward(
        _ gradient: Tensor? = nil, retainGraph: Bool = false, createGraph: Bool = false
    ) throws(TensorError) {
        try borrow { (handle) throws(TensorError) in
            try gradient.borrow { (gradient) throws(TensorError) in
                try check(tb_backward(handle, gradient, retainGraph || createGraph, createGraph))
            }
        }
    }

    /// Gradients of this tensor with respect to others, which are returned and not gathered; nil where it does not
    /// depend on one. Arguments are those of `backward`.
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

/// Runs `body` without recording what gradients would need: faster, and with less memory.
public func withoutGradient<Result, Failure>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    let before = tb_gradients_enabled()
    tb_enable_gradients(false)
    defer { tb_enable_gradients(before) }
    return try body()
}

/// Runs `body` in mixed precision: matrix products and convolutions on this device are computed in `dtype` (`bfloat16`, or
/// on CUDA `float16`), what needs more range or digits stays in float32. Within such a `body`, another dtype holds for the
/// inner one.
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
