import CTorchBridge
import Foundation

/// A group of processes that train together, each on its share of the data.
///
/// Every process must make the same calls in the same order. PyTorch's launcher starts the processes and passes each
/// its rank: `torchrun --no-python --nproc-per-node 2 PROGRAM`. Gloo transfers messages over TCP, from CPU memory; if all
/// processes are on one machine, small messages travel through memory that they share, unless the environment variable
/// SPIKEKIT_SHARED_MEMORY is 0. After `useNCCL`, NCCL transfers those of a CUDA device.
/// Calls block, and throw a `TensorError` if another process does not take part in time or has ended.
public final class ProcessGroup: Sendable {
    /// The index of this process in the group, from 0.
    public let rank: Int
    /// The number of processes in the group.
    public let size: Int
    /// The store through which the processes have found each other.
    public let store: RendezvousStore
    /// The handle of the group. It has no lock: calls of one group must not overlap, which holds if one thread trains.
    nonisolated(unsafe) private let group: TBProcessGroup
    let failure = Flag()
    /// Transfers the tensors of one device, if it is there. Like `group`, it has no lock.
    nonisolated(unsafe) private var direct: NCCLCommunicator?
    /// Transfers small tensors, if all processes are on one machine. Like `group`, it has no lock.
    nonisolated(unsafe) private var shared: SharedMemory?

    /// Whether a call has failed, because another process has ended, cannot be reached, or did not take part in time.
    public var hasFailed: Bool { failure.isSet }

    /// The largest size of a message of several tensors, in bytes.
    static let bucketSize = 25 << 20

    /// Joins the group that the environment variables of the launcher describe.
    ///
    /// - Parameters:
    ///   - environment: The environment variables; `nil` for those of this process. `WorkerPlace` lists them.
    ///     GLOO_SOCKET_IFNAME selects the network interface.
    ///   - timeout: The longest time to wait for other processes, now and in later calls, in seconds.
    /// - Returns: The group, or `nil` if no launcher has set its variables, so that this process trains alone.
    /// - Throws: `TensorError` if a variable is missing or invalid, or if another process does not join in time.
    public static func fromEnvironment(
        _ environment: [String: String]? = nil, timeout: Double = 300
    ) throws(TensorError) -> ProcessGroup? {
        guard let place = try WorkerPlace.fromEnvironment(environment) else { return nil }
        return try ProcessGroup(place, timeout: timeout)
    }

    /// Joins the group at a place, and waits until all its processes are connected.
    ///
    /// - Parameters:
    ///   - place: The rank of this process, and the address of the group's store.
    ///   - timeout: The longest time to wait for other processes, now and in later calls, in seconds.
    /// - Throws: `TensorError` if the group cannot be joined in time.
    public convenience init(_ place: WorkerPlace, timeout: Double = 300) throws(TensorError) {
        try self.init(
            rank: place.rank, size: place.size, host: place.host, port: place.port, servesStore: place.servesStore,
            prefix: place.prefix, interface: place.interface, timeout: timeout)
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
    public convenience init(
        rank: Int, size: Int, host: String, port: Int, servesStore: Bool, prefix: String = "spikekit",
        interface: String? = nil, timeout: Double = 300
    ) throws(TensorError) {
        precondition((1..<65_536).contains(port), "ProcessGroup: port must be in 1...65535, got \(port)")
        precondition(timeout > 0 && timeout < 1e9, "ProcessGroup: timeout must be in 0..<1e9, got \(timeout)")
        let store: RendezvousStore
        do {
            store = try RendezvousStore(host: host, port: port, serves: servesStore, timeout: timeout)
        } catch {
            throw TensorError(kind: error.kind, "joining a process group: \(error)")
        }
        try self.init(rank: rank, size: size, store: store, prefix: prefix, interface: interface, timeout: timeout)
    }

    /// Joins a group whose processes find each other through a store that is open, and waits until all of them are
    /// connected. The parameters are those of the initializer that opens the store.
    ///
    /// - Throws: `TensorError` if the group cannot be joined in time. Traps if `rank` or `size` is out of range.
    public init(
        rank: Int, size: Int, store: RendezvousStore, prefix: String = "spikekit", interface: String? = nil,
        timeout: Double = 300
    ) throws(TensorError) {
        precondition(size >= 1 && (0..<size).contains(rank), "ProcessGroup: rank \(rank) is not in 0..<\(size)")
        var group = TBProcessGroup()
        func join(_ interface: UnsafePointer<CChar>?) -> TBError {
            tb_process_group_join(
                store.handle, prefix, interface, Int32(rank), Int32(size), timeout, &group)
        }
        try check(interface.map { $0.withCString(join) } ?? join(nil))
        (self.rank, self.size, self.store, self.group) = (rank, size, store, group)
        if size > 1 { try shareMemory(timeout: timeout) }
    }

    deinit { tb_process_group_leave(group) }

    /// Replaces each tensor, in place, by its sum over all processes. All processes must pass tensors of the same shapes
    /// and types in the same order.
    ///
    /// Sums are rounded in the type of the tensors. All processes get identical bits.
    /// - Throws: `TensorError` if another process does not take part in time.
    public func sum(_ tensors: [Tensor]) throws(TensorError) {
        guard size > 1 else { return }
        try withoutGradient { () throws(TensorError) in
            for bucket in Self.buckets(tensors) {
                try inOneMessage(bucket) { (message) throws(TensorError) in
                    if let direct, direct.device == message.device {
                        return try noting { () throws(TensorError) in try direct.sum(message) }
                    }
                    if let shared, shared.suits(message) {
                        return try noting { () throws(TensorError) in try shared.sum(message) }
                    }
                    try withHandles([message]) { (handles, count) throws(TensorError) in
                        try checked(tb_all_reduce_sum(group, handles, count))
                    }
                }
            }
        }
    }

    /// Begins to replace a tensor, in place, by its sum over all processes. Meanwhile, this process can go on. All processes
    /// must begin and finish their sums in the same order.
    ///
    /// - Parameter tensor: The tensor, contiguous on its `messageDevice`. It must not be used until the sum is finished.
    /// - Returns: The sum, whose `finish()` must be called.
    /// - Throws: `TensorError` if another process has ended.
    public func beginSum(_ tensor: Tensor) throws(TensorError) -> PendingSum {
        if let direct, direct.device == tensor.device {
            try noting { () throws(TensorError) in try direct.sum(tensor) }
            return PendingSum(nil, of: tensor, in: self)
        }
        // There is nothing to do in the background: the sum takes little time once all processes are there.
        if let shared, shared.suits(tensor) { return PendingSum(nil, of: tensor, in: self, shared) }
        var work = TBWork()
        try tensor.borrow { (handle) throws(TensorError) in try checked(tb_all_reduce_begin(group, handle, &work)) }
        return PendingSum(work, of: tensor, in: self)
    }

    /// Returns the device from which tensors of a device are sent: the device itself if NCCL sends them, and otherwise the
    /// CPU.
    public func messageDevice(_ device: Device) -> Device { direct?.device == device ? device : .cpu }

    /// Makes NCCL send the tensors of a device.
    func use(_ communicator: NCCLCommunicator) { direct = communicator }

    /// Makes small tensors travel through shared memory.
    func use(_ memory: SharedMemory?) { shared = memory }

    /// Whether small tensors travel through shared memory.
    var sharesMemory: Bool { shared != nil }

    /// A sum that is computed in the background.
    public final class PendingSum {
        /// The operation of Gloo; `nil` for one of NCCL, which later operations wait for, and for shared memory.
        private var work: TBWork?
        /// Adds up the tensor when the sum is finished; `nil` if it is computed in the background.
        private let shared: SharedMemory?
        private let tensor: Tensor
        private let group: ProcessGroup
        private var isFinished = false

        fileprivate init(
            _ work: TBWork?, of tensor: Tensor, in group: ProcessGroup, _ shared: SharedMemory? = nil
        ) {
            (self.work, self.tensor, self.group, self.shared) = (work, tensor, group, shared)
        }

        deinit {
            // The memory of the tensor must outlive the operation.
            if let work = take() { tb_error_free(tb_work_finish(work)) }
        }

        /// Waits for the sum.
        ///
        /// - Returns: The tensor, which now holds the sum.
        /// - Throws: `TensorError` if another process did not take part in time. Traps if it is called twice.
        public func finish() throws(TensorError) -> Tensor {
            precondition(!isFinished, "PendingSum: finish() was called twice")
            isFinished = true
            if let work = take() { try group.checked(tb_work_finish(work)) }
            if let shared { try group.noting { () throws(TensorError) in try shared.sum(tensor) } }
            return tensor
        }

        private func take() -> TBWork? {
            defer { work = nil }
            return work
        }
    }

    /// Runs `body`, and notes that the group has failed if it throws.
    private func noting(_ body: () throws(TensorError) -> Void) throws(TensorError) {
        do {
            try body()
        } catch {
            failure.set()
            throw error
        }
    }

    /// Throws the error that a call returned, if it is one, and notes that the group has failed.
    private func checked(_ error: TBError) throws(TensorError) {
        if error.kind != TBErrorNone { failure.set() }
        try check(error)
    }

    /// Replaces each tensor, in place, by its mean over all processes. All processes must pass tensors of the same
    /// shapes and types in the same order.
    ///
    /// Sums are rounded in the type of the tensors. All processes get identical bits.
    /// - Throws: `TensorError` if another process does not take part in time.
    public func average(_ tensors: [Tensor]) throws(TensorError) {
        guard size > 1 else { return }
        try sum(tensors)
        try withoutGradient { () throws(TensorError) in
            for tensor in tensors where tensor.count > 0 { try tensor /= Double(size) }
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
                    if let direct, direct.device == message.device {
                        return try noting { () throws(TensorError) in try direct.broadcast(message, from: root) }
                    }
                    try withHandles([message]) { (handles, count) throws(TensorError) in
                        try checked(tb_broadcast(group, handles, count, Int32(root)))
                    }
                }
            }
        }
    }

    /// Waits until all processes have called this function.
    ///
    /// - Throws: `TensorError` if another process does not take part in time.
    public func barrier() throws(TensorError) { try checked(tb_barrier(group)) }

    /// Divides tensors into consecutive messages. Each has one type and device and at most `bucketSize` bytes, or a
    /// single larger tensor. Empty tensors are left out.
    package static func buckets(_ tensors: [Tensor]) -> [[Tensor]] {
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

    /// Calls `body` with the elements of the tensors joined into one tensor on their `messageDevice`, then copies the
    /// elements back.
    private func inOneMessage(
        _ tensors: [Tensor], _ body: (Tensor) throws(TensorError) -> Void
    ) throws(TensorError) {
        let place = messageDevice(tensors[0].device)
        if tensors.count == 1, tensors[0].device == place, tensors[0].isContiguous { return try body(tensors[0]) }
        var parts: [Tensor] = []
        for tensor in tensors { parts.append(try tensor.flattened()) }
        let joined = try Tensor.concatenated(parts)
        let message = try joined.to(place)
        try body(message)
        let results = try message.split(parts.map(\.count))
        for (tensor, result) in zip(tensors, results) { try tensor.copy(from: result.reshaped(tensor.shape)) }
    }
}

/// A flag that threads may set and read at the same time.
final class Flag: @unchecked Sendable {
    /// Guards `value`.
    private let lock = NSLock()
    private var value = false

    var isSet: Bool { lock.withLock { value } }

    func set() { lock.withLock { value = true } }
}
