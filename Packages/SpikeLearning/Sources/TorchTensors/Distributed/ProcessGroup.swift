import CTorchBridge

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A group of processes that train together, each on its share of the data.
///
/// Every process must make the same calls in the same order. PyTorch's launcher starts the processes and passes each
/// its rank: `torchrun --no-python --nproc-per-node 2 PROGRAM`. Gloo transfers messages over TCP, from CPU memory.
/// Calls block, and throw a `TensorError` if another process does not take part in time or has ended.
public final class ProcessGroup: Sendable {
    /// The index of this process in the group, from 0.
    public let rank: Int
    /// The number of processes in the group.
    public let size: Int
    /// The handle of the group. It has no lock: calls of one group must not overlap, which holds if one thread trains.
    nonisolated(unsafe) private let group: TBProcessGroup

    /// The largest size of a message of several tensors, in bytes.
    static let bucketSize = 25 << 20

    /// Joins the group that the environment variables of the launcher describe.
    ///
    /// - Parameters:
    ///   - environment: The environment variables; `nil` for those of this process. `torchrun` sets RANK, WORLD_SIZE,
    ///     MASTER_ADDR and MASTER_PORT. GLOO_SOCKET_IFNAME selects the network interface.
    ///   - timeout: The longest time to wait for other processes, now and in later calls, in seconds.
    /// - Returns: The group, or `nil` if neither RANK nor WORLD_SIZE is set, so that this process trains alone.
    /// - Throws: `TensorError` if a variable is missing or invalid, or if another process does not join in time.
    public static func fromEnvironment(
        _ environment: [String: String]? = nil, timeout: Double = 300
    ) throws(TensorError) -> ProcessGroup? {
        func text(_ name: String) -> String? {
            if let environment { return environment[name] }
            return getenv(name).map { String(cString: $0) }
        }
        func number(_ name: String, _ range: Range<Int>) throws(TensorError) -> Int {
            guard let value = text(name) else {
                throw TensorError(
                    "process group: \(name) is not set, though RANK or WORLD_SIZE is; start with torchrun")
            }
            guard let number = Int(value), range.contains(number) else {
                throw TensorError(
                    "process group: \(name) must be in \(range.lowerBound)...\(range.upperBound - 1), got “\(value)”")
            }
            return number
        }
        if text("RANK") == nil, text("WORLD_SIZE") == nil { return nil }
        let size = try number("WORLD_SIZE", 1..<65_536)
        let rank = try number("RANK", 0..<size)
        let port = try number("MASTER_PORT", 1..<65_536)
        guard let host = text("MASTER_ADDR"), !host.isEmpty else {
            throw TensorError("process group: MASTER_ADDR is not set; start with torchrun")
        }
        // The launcher may serve the store itself, and may restart all processes after a failure.
        let launcherServes = text("TORCHELASTIC_USE_AGENT_STORE") == "True"
        let attempt = text("TORCHELASTIC_RESTART_COUNT") ?? "0"
        return try ProcessGroup(
            rank: rank, size: size, host: host, port: port, servesStore: rank == 0 && !launcherServes,
            prefix: "/worker/attempt_\(attempt)/spikekit", interface: text("GLOO_SOCKET_IFNAME"), timeout: timeout)
    }

    /// Joins a group, and waits until all its processes are connected.
    ///
    /// - Parameters:
    ///   - rank: The index of this process in the group, from 0.
    ///   - size: The number of processes in the group.
    ///   - host: The host of the store, through which the processes find each other.
    ///   - port: The port of the store, in 1...65535.
    ///   - servesStore: Whether this process serves the store, on `port` of every address of this computer.
    ///   - prefix: A prefix that separates the entries of this group from others in the store.
    ///   - interface: The network interface, such as `lo`; `nil` for the interface of this computer's host name.
    ///   - timeout: The longest time to wait for other processes, now and in later calls, in seconds, above 0 and below
    ///     1e9.
    /// - Throws: `TensorError` if the group cannot be joined in time. Traps if `rank`, `size`, `port` or `timeout` is out
    ///   of range.
    public init(
        rank: Int, size: Int, host: String, port: Int, servesStore: Bool, prefix: String = "spikekit",
        interface: String? = nil, timeout: Double = 300
    ) throws(TensorError) {
        precondition(size >= 1 && (0..<size).contains(rank), "ProcessGroup: rank \(rank) is not in 0..<\(size)")
        precondition((1..<65_536).contains(port), "ProcessGroup: port must be in 1...65535, got \(port)")
        precondition(timeout > 0 && timeout < 1e9, "ProcessGroup: timeout must be in 0..<1e9, got \(timeout)")
        try Torch.load()
        var group = TBProcessGroup()
        func join(_ interface: UnsafePointer<CChar>?) -> TBError {
            tb_process_group_join(
                host, Int32(port), servesStore, prefix, interface, Int32(rank), Int32(size), timeout, &group)
        }
        try check(interface.map { $0.withCString(join) } ?? join(nil))
        (self.rank, self.size, self.group) = (rank, size, group)
    }

    deinit { tb_process_group_leave(group) }

    /// Replaces each tensor, in place, by its mean over all processes. All processes must pass tensors of the same
    /// shapes and types in the same order.
    ///
    /// Sums are rounded in the type of the tensors. All processes get identical bits.
    /// - Throws: `TensorError` if another process does not take part in time.
    public func average(_ tensors: [Tensor]) throws(TensorError) {
        guard size > 1 else { return }
        try withoutGradient { () throws(TensorError) in
            for bucket in Self.buckets(tensors) {
                try inOneMessage(bucket) { (message) throws(TensorError) in
                    try withHandles([message]) { (handles, count) throws(TensorError) in
                        try check(tb_all_reduce_sum(group, handles, count))
                    }
                    try message /= Double(size)
                }
            }
        }
    }

    /// Replaces each tensor, in place, by that of the process with rank `root`. This can give all processes the same
    /// parameters before training.
    ///
    /// - Parameters:
    ///   - tensors: The tensors, of the same shapes and types and in the same order in all processes.
    ///   - root: The rank of the process whose tensors are sent. Traps if there is no such process.
    /// - Throws: `TensorError` if another process does not take part in time.
    public func broadcast(_ tensors: [Tensor], from root: Int = 0) throws(TensorError) {
        precondition((0..<size).contains(root), "ProcessGroup: rank \(root) is not in 0..<\(size)")
        guard size > 1 else { return }
        try withoutGradient { () throws(TensorError) in
            for bucket in Self.buckets(tensors) {
                try inOneMessage(bucket) { (message) throws(TensorError) in
                    try withHandles([message]) { (handles, count) throws(TensorError) in
                        try check(tb_broadcast(group, handles, count, Int32(root)))
                    }
                }
            }
        }
    }

    /// Waits until all processes have called this function.
    ///
    /// - Throws: `TensorError` if another process does not take part in time.
    public func barrier() throws(TensorError) { try check(tb_barrier(group)) }

    /// Divides tensors into consecutive messages. Each has one type and device and at most `bucketSize` bytes, or a
    /// single larger tensor. Empty tensors are left out.
    static func buckets(_ tensors: [Tensor]) -> [[Tensor]] {
        var buckets: [[Tensor]] = []
        var (bytes, key) = (0, (DType.float32, Device.cpu))
        for tensor in tensors where tensor.count > 0 {
            let size = tensor.count * tensor.dtype.size
            let place = (tensor.dtype, tensor.device)
            if buckets.isEmpty || place != key || bytes + size > bucketSize {
                buckets.append([])
                (bytes, key) = (0, place)
            }
            buckets[buckets.count - 1].append(tensor)
            bytes += size
        }
        return buckets
    }

    /// Calls `body` with the elements of the tensors joined into one tensor on the CPU, then copies the elements back.
    private func inOneMessage(
        _ tensors: [Tensor], _ body: (Tensor) throws(TensorError) -> Void
    ) throws(TensorError) {
        if tensors.count == 1, tensors[0].device == .cpu, tensors[0].isContiguous { return try body(tensors[0]) }
        var parts: [Tensor] = []
        for tensor in tensors { parts.append(try tensor.flattened()) }
        let joined = try Tensor.concatenated(parts)
        let message = try joined.to(.cpu)
        try body(message)
        let results = try message.split(parts.map(\.count))
        for (tensor, result) in zip(tensors, results) { try tensor.copy(from: result.reshaped(tensor.shape)) }
    }
}
