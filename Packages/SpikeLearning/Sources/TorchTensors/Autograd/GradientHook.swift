import CTorchBridge

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension Tensor {
    /// Chooses a function that is called in each backward pass as soon as the gradient of this tensor is complete and
    /// has been added to `gradient`. It replaces an earlier function.
    ///
    /// The function may run on a thread of LibTorch. The tensor keeps it until `removeGradientHook()` is called or the
    /// tensor is released.
    ///
    /// - Parameter body: The function. If it throws, the backward pass ends with a `TensorError` of the kind `kernel`.
    /// - Throws: `TensorError` unless this tensor is a leaf that requires a gradient.
    public func onGradient(_ body: @escaping @Sendable () throws -> Void) throws(TensorError) {
        let hook = TBGradientHook(
            context: Unmanaged.passRetained(GradientHook(body)).toOpaque(),
            call: { context in
                do {
                    try Unmanaged<GradientHook>.fromOpaque(context!).takeUnretainedValue().body()
                    return nil
                } catch {
                    return strdup("\(error)")
                }
            },
            release: { Unmanaged<GradientHook>.fromOpaque($0!).release() })
        try borrow { (handle) throws(TensorError) in try check(tb_on_gradient(handle, hook)) }
    }

    /// Removes the function that `onGradient` chose, if there is one.
    public func removeGradientHook() throws(TensorError) {
        try borrow { (handle) throws(TensorError) in try check(tb_remove_gradient_hook(handle)) }
    }
}

private final class GradientHook: Sendable {
    let body: @Sendable () throws -> Void

    init(_ body: @escaping @Sendable () throws -> Void) { self.body = body }
}
