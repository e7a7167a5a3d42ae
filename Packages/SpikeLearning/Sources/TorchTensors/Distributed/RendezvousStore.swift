import CTorchBridge

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A connection to a store of keys and values, through which the processes of a group find each other and leave messages.
///
/// One process serves the store over TCP. The store ends with that process, and later calls of other processes throw.
/// A call may block for longer than the timeout if the network drops all packets. Calls of several threads take turns.
public final class RendezvousStore: Sendable {
    /// The host that serves the store.
    public let host: String
    /// The port of the store, in 1...65535.
    public let port: Int
    /// The handle of the connection, which has a lock of its own.
    nonisolated(unsafe) let handle: TBStore

    /// Connects to a store.
    ///
    /// - Parameters:
    ///   - host: The host that serves the store.
    ///   - port: The port of the store, in 1...65535; 0 for any free port if this process serves the store. Traps for
    ///     other values.
    ///   - serves: Whether this process serves the store, on `port` of every address of this computer.
    ///   - timeout: The longest time to wait for the process that serves the store, in seconds, above 0 and below 1e9.
    /// - Throws: `TensorError` if there is no store at the address in time, or if the port is in use.
    public init(host: String, port: Int, serves: Bool, timeout: Double = 300) throws(TensorError) {
        precondition(
            (serves ? 0 : 1) <= port && port < 65_536, "RendezvousStore: port must be in 1...65535, got \(port)")
        precondition(timeout > 0 && timeout < 1e9, "RendezvousStore: timeout must be in 0..<1e9, got \(timeout)")
        try Torch.load()
        var handle = TBStore()
        try check(tb_store_open(host, Int32(port), serves, timeout, &handle))
        (self.host, self.port, self.handle) = (host, Int(tb_store_port(handle)), handle)
    }

    deinit { tb_store_close(handle) }

    /// Sets the value of a key.
    public func set(_ key: String, _ value: String) throws(TensorError) { try check(tb_store_set(handle, key, value)) }

    /// Returns the value of a key; `nil` if it has none.
    public func value(_ key: String) throws(TensorError) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        try check(tb_store_get(handle, key, &text))
        defer { free(text) }
        return text.map { String(cString: $0) }
    }

    /// Adds to the number of a key, which begins at 0, in one step: no other process can come between.
    ///
    /// - Returns: The sum.
    public func add(_ amount: Int, to key: String) throws(TensorError) -> Int {
        var sum: Int64 = 0
        try check(tb_store_add(handle, key, Int64(amount), &sum))
        return Int(sum)
    }
}
