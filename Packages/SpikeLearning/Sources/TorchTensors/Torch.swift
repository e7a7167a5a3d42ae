import CTorchBridge

/// LibTorch as a whole: its version, threads and memory.
public enum Torch {
    /// Such as `2.13.0`.
    public static var version: String { String(cString: tb_version()) }

    private static let loaded = Result { () throws(TensorError) in try check(tb_check_version()) }

    /// Checks once that the loaded LibTorch is the one that the program was built with. Whatever makes a tensor calls it.
    @inline(__always)
    public static func load() throws(TensorError) { try loaded.get() }

    /// How many threads an operation on the CPU uses.
    public static var threadCount: Int { Int(tb_threads()) }

    /// - Parameter count: At least 1.
    public static func setThreadCount(_ count: Int) throws(TensorError) {
        guard count >= 1 else { throw TensorError("threads: at least 1 is needed, got \(count)") }
        try check(tb_set_threads(Int32(clamping: count)))
    }

    /// Whether this thread records what gradients need; not within `withoutGradient`.
    public static var recordsGradients: Bool { tb_gradients_enabled() }

    /// Why the CUDA part of LibTorch could not be loaded; nil if it was, or if this LibTorch has none.
    public static var cudaProblem: String? {
        let problem = String(cString: tb_cuda_problem())
        return problem.isEmpty ? nil : problem
    }

    /// Keeps the memory that tensors free mapped for the next ones, or gives it back to the system as is usual.
    ///
    /// A large block that is fresh from the system costs a page fault for every 4 KiB, which can take longer than the
    /// arithmetic. A program that trains should call this once, before it starts threads. Its memory use then stays at its
    /// peak, and some large blocks above it: glibc takes up to nine of a size before it comes back to the first. Blocks of
    /// 2 GiB and more are given back all the same.
    /// - Returns: Whether this platform can do it (with glibc).
    @discardableResult
    public static func keepFreedMemory(_ keep: Bool = true) -> Bool { tb_keep_freed_memory(keep) }

    /// Whether convolutions on CUDA are tried out in several ways for each new shape, and the fastest is kept: for
    /// programs whose shapes stay the same. Results may then differ in the last digits from run to run.
    public static func tuneConvolutions(_ tune: Bool = true) { tb_tune_convolutions(tune) }

    /// The greatest number of bytes that CPU tensors held at once while `body` ran, above what they held before.
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
