import CTorchBridge

/// Information about LibTorch, and its settings for threads, memory and convolutions.
public enum Torch {
    /// The version of the loaded LibTorch, such as `2.13.0`.
    public static var version: String { String(cString: tb_version()) }

    private static let loaded = Result { () throws(TensorError) in try check(tb_check_version()) }

    /// Checks that the loaded LibTorch has the version that the program was built with. The check runs once; functions
    /// that create tensors call this first.
    ///
    /// - Throws: `TensorError` of the kind `version` if the versions differ.
    @inline(__always)
    public static func load() throws(TensorError) { try loaded.get() }

    /// The number of threads that an operation on the CPU uses.
    public static var threadCount: Int { Int(tb_threads()) }

    /// Sets the number of threads that an operation on the CPU uses.
    ///
    /// - Parameter count: The number of threads, at least 1.
    /// - Throws: `TensorError` if `count` is below 1.
    public static func setThreadCount(_ count: Int) throws(TensorError) {
        guard count >= 1 else { throw TensorError("threads: at least 1 is needed, got \(count)") }
        try check(tb_set_threads(Int32(clamping: count)))
    }

    /// Whether operations on this thread record what gradients need. False inside `withoutGradient`.
    public static var recordsGradients: Bool { tb_gradients_enabled() }

    /// Returns the type in which `withAutocast` has convolutions and matrix products computed on this thread; nil
    /// outside of it.
    public static func autocastType(on device: Device = .cpu) throws(TensorError) -> DType? {
        guard tb_autocast_enabled(device.bridged.kind) else { return nil }
        var type = TBFloat32
        try check(tb_autocast_type(device.bridged.kind, &type))
        return DType(rawValue: type.rawValue)
    }

    /// The reason why the CUDA part of LibTorch could not be loaded; `nil` if it was loaded, or if this LibTorch has no
    /// CUDA part.
    public static var cudaProblem: String? {
        let problem = String(cString: tb_cuda_problem())
        return problem.isEmpty ? nil : problem
    }

    /// Chooses whether memory that tensors free stays mapped for later tensors. By default, the allocator returns large
    /// blocks to the system.
    ///
    /// Each 4 KiB of a large block that is fresh from the system costs a page fault, and together these can take longer
    /// than the arithmetic. A program that trains should call this once, before it starts threads. Its memory use then
    /// stays at its peak, plus some large blocks: glibc takes up to nine blocks of a size before it reuses the first.
    /// Blocks of 2 GiB and more are always returned.
    /// - Parameter keep: True to keep freed memory mapped.
    /// - Returns: True if this platform supports the setting, which needs glibc.
    @discardableResult
    public static func keepFreedMemory(_ keep: Bool = true) -> Bool { tb_keep_freed_memory(keep) }

    /// Chooses whether LibTorch tries several algorithms for each new shape of a convolution on CUDA and keeps the
    /// fastest. This helps programs whose shapes stay the same. Results may then differ between runs in their last
    /// digits.
    ///
    /// - Parameter tune: True to try algorithms out.
    public static func tuneConvolutions(_ tune: Bool = true) { tb_tune_convolutions(tune) }

    /// Measures the memory that CPU tensors use while `body` runs. Only one measurement can run at a time.
    ///
    /// - Returns: The largest number of bytes that CPU tensors held at once during `body`, less the bytes held before.
    /// - Throws: `TensorError` if the measurement fails, and any error that `body` throws.
    public static func peakMemory(_ body: () throws -> Void) throws -> Int {
        var watch: UnsafeMutableRawPointer?
        try check(tb_memory_watch_begin(&watch))
        let outcome = Result { try body() }
        var peak: Int64 = 0
        try check(tb_memory_watch_end(watch!, &peak))
        try outcome.get()
        return Int(peak)
    }
}
