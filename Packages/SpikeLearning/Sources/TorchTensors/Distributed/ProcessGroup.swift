import CTorchBridge

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Processes that train together, each on its share of the data.
///
/// Every process makes the same calls in the same order. PyTorch's launcher starts them and tells each who it is:
/// `torchrun --no-python --nproc-per-node 2 PROGRAM`. Messages travel by Gloo over TCP, from the memory of the CPU.
/// Calls block, and throw a `TensorError` if another process does not take part in time or is gone.
public final class ProcessGroup: Sendable {
    /// The number of this process, from 0.
    public let rank: Int
    /// How many processes there are.
    public let size: Int
    /// The bridge locks nothing here: calls of one group must not overlap, which holds where one thread trains.
    nonisolated(unsafe) private let group: TBProcessGroup

    /// Gradients travel together in messages of about so many bytes.
    static let bucketSize = 25 << 20

    /// Joins the group that the launcher's environment describes; nil if there is none, which is a process by itself.
    ///
    /// - Parameters:
    ///   - environment: RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT, as `torchrun` sets them; and GLOO_SOCKET_IFNAME to
    ///     choose the network's interface.
    ///   - timeout: How many seconds to wait for the others, now and in later calls.
    /// - Throws: `TensorError` for a variable that is missing or wrong, or if the others do not come.
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
        // The launcher may serve the store itself, and start all processes again after a failure.
        let launcherServes = text("TORCHELASTIC_USE_AGENT_STORE") == "True"
        let attempt = text("TORCHELASTIC_RESTART_COUNT") ?? "0"
        return try ProcessGroup(
            rank: rank, size: size, host: host, port: port, servesStore: rank == 0 && !launcherServes,
            prefix: "/worker/attempt_\(attempt)/spikekit", interface: text("GLOO_SOCKET_IFNAME"), timeout: timeout)
    }

    /// Joins a group, and waits until all of it are connected.
    ///
    /// - Parameters:
    ///   - host: Where the store is that the processes find each other by.
    ///   - servesStore: Whether this process serves it, on `port` of every address of this machine.
    ///   - prefix: Sets this group's entries in the store apart.
    ///   - interface: The network's, such as `lo`; nil for that of this machine's name.
    ///   - timeout: In seconds, > 0.
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

    /// Leaves the group.
    deinit { tb_process_group_leave(group) }

    /// In place: the mean of what the processes have, tensor by tensor. All give tensors of the same shapes in the same
    /// order.
    ///
    /// Sums are rounded in the tensors' type. Every process gets the same bits.
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

    /// In place: what the process of a rank has, tensor by tensor; such as parameters before training.
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

    /// Waits until all processes have come here.
    public func barrier() throws(TensorError) { try check(tb_barrier(group)) }

    /// Tensors in order, in runs of one type and at most `bucketSize` bytes, or a single larger one.
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

    /// Lends the elements of tensors in one piece on the CPU, then copies them back.
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
