import CTorchBridge
import Foundation

/// Sums over processes of one machine, through memory that they share. For small messages, this takes a few microseconds,
/// where Gloo takes several messages over TCP, each with a change of threads.
final class SharedMemory: Sendable {
    /// The size of the largest message in bytes.
    let capacity: Int
    /// The handle, which has no lock: calls must not overlap.
    nonisolated(unsafe) private let handle: TBSharedMemory

    /// The largest size of a message of all processes together, in bytes. Each process adds up all of them by itself, so
    /// Gloo is faster for larger messages.
    private static let totalCapacity = 8 << 20

    /// Returns the path of the file for the group with an identifier; `nil` if the system has no folder that surely is on
    /// this machine.
    static func path(_ identifier: [UInt8]) -> String? {
        let name = "spikekit-" + identifier.map { String(format: "%02x", $0) }.joined()
        #if os(Linux)
            return access("/dev/shm", W_OK) == 0 ? "/dev/shm/\(name)" : nil
        #else
            return "\(NSTemporaryDirectory())/\(name)"
        #endif
    }

    /// Maps the memory of a group.
    ///
    /// - Parameters:
    ///   - path: The path of the file, which can be removed once all processes have mapped it.
    ///   - creates: Whether this process creates the file. The others map it later.
    ///   - rank: The index of this process in the group.
    ///   - size: The number of processes.
    ///   - timeout: The longest time to wait for other processes in later calls, in seconds.
    /// - Throws: `TensorError` if the file cannot be created or, as on another machine, is not there.
    init(_ path: String, creates: Bool, rank: Int, size: Int, timeout: Double) throws(TensorError) {
        try Torch.load()
        capacity = Self.totalCapacity / size / 64 * 64
        var handle = TBSharedMemory()
        try check(
            tb_shared_memory_map(path, creates, Int32(rank), Int32(size), capacity, timeout, &handle))
        self.handle = handle
    }

    deinit { tb_shared_memory_unmap(handle) }

    /// Returns whether the memory can add up a tensor, which is the same for tensors of the same shape and type.
    func suits(_ tensor: Tensor) -> Bool {
        tensor.device == .cpu && (tensor.dtype == .float32 || tensor.dtype == .float64)
            && tensor.count * tensor.dtype.size <= capacity
    }

    /// Replaces a contiguous tensor that suits, in place, by its sum over all processes, in the order of ranks.
    ///
    /// - Throws: `TensorError` if another process has ended or does not take part in time.
    func sum(_ tensor: Tensor) throws(TensorError) {
        try tensor.borrow { (tensor) throws(TensorError) in try check(tb_shared_memory_sum(handle, tensor)) }
    }
}

extension ProcessGroup {
    /// The environment variable that, with the value 0, leaves all messages to Gloo.
    private static let sharedMemoryVariable = "SPIKEKIT_SHARED_MEMORY"

    /// Makes small tensors on the CPU travel through shared memory, if all processes are on one machine and can map it.
    /// All processes must call this.
    ///
    /// - Parameter timeout: The longest time to wait for other processes in later calls, in seconds.
    /// - Throws: `TensorError` if the environment variable has another value than 0 or 1, or another process has ended.
    func shareMemory(timeout: Double) throws(TensorError) {
        let choice = ProcessInfo.processInfo.environment[Self.sharedMemoryVariable] ?? "1"
        guard choice == "0" || choice == "1" else {
            throw TensorError("\(Self.sharedMemoryVariable): must be 0 or 1, got \(choice)")
        }
        let own = (0..<16).map { _ in UInt8.random(in: 0...255) }
        func map(_ identifier: [UInt8]) -> SharedMemory? {
            guard choice == "1", let path = SharedMemory.path(identifier) else { return nil }
            return try? SharedMemory(path, creates: rank == 0, rank: rank, size: size, timeout: timeout)
        }
        var memory = rank == 0 ? map(own) : nil
        defer { if rank == 0, memory != nil, let path = SharedMemory.path(own) { unlink(path) } }
        let identifier = try Tensor(own)
        try broadcast([identifier])
        if rank > 0 { memory = try map(identifier.elements(as: UInt8.self)) }
        // All use it, or none.
        let missing = try Tensor([memory == nil ? 1.0 : 0])
        try sum([missing])
        if try missing.item() == 0 { use(memory) }
    }
}
