import CTorchBridge

/// Messages between the GPUs of a group of processes by NCCL, which is opened at run time.
///
/// Operations run on LibTorch's current stream. Calls return at once, and later operations on the tensors wait for the
/// messages. If another process has ended, a message never arrives, and reading its result never returns.
final class NCCLCommunicator: Sendable {
    /// The CUDA device whose tensors are sent.
    let device: Device
    /// The handle, which has no lock: calls must not overlap.
    nonisolated(unsafe) private let handle: TBNCCLCommunicator
    private let isBroken: @Sendable () -> Bool

    /// The opened library.
    struct Library {
        fileprivate let handle: TBNCCL

        /// - Parameter path: The path of the library; `nil` for the one that LibTorch uses, or else the system's.
        /// - Throws: `TensorError` if it cannot be opened.
        init(path: String?) throws(TensorError) {
            try Torch.load()
            var handle = TBNCCL()
            func open(_ path: UnsafePointer<CChar>?) -> TBError { tb_nccl_open(path, &handle) }
            try check(path.map { $0.withCString(open) } ?? open(nil))
            self.handle = handle
        }

        /// Returns a number by which processes find each other.
        func makeIdentifier() throws(TensorError) -> [UInt8] {
            var bytes = [UInt8](repeating: 0, count: Int(TB_NCCL_ID_SIZE))
            try check(tb_nccl_make_id(handle, &bytes))
            return bytes
        }
    }

    /// Connects this process with the others of a group, and waits for them.
    ///
    /// - Parameters:
    ///   - library: The opened library.
    ///   - device: The CUDA device of this process.
    ///   - identifier: What `makeIdentifier` has returned to one of the processes.
    ///   - rank: The index of this process in the group.
    ///   - size: The number of processes.
    ///   - isBroken: Whether another process has ended, so that the connections cannot be closed in order.
    /// - Throws: `TensorError` if NCCL cannot connect them, for instance because two processes use the same device.
    init(
        _ library: Library, _ device: Device, _ identifier: [UInt8], rank: Int, size: Int,
        isBroken: @escaping @Sendable () -> Bool
    ) throws(TensorError) {
        var handle = TBNCCLCommunicator()
        try check(
            tb_nccl_join(library.handle, device.bridged, identifier, Int32(rank), Int32(size), &handle))
        (self.device, self.handle, self.isBroken) = (device, handle, isBroken)
    }

    deinit { tb_nccl_leave(handle, isBroken()) }

    /// Replaces a contiguous tensor on the device, in place, by its sum over all processes.
    func sum(_ tensor: Tensor) throws(TensorError) {
        try tensor.borrow { (tensor) throws(TensorError) in try check(tb_nccl_sum(handle, tensor)) }
    }

    /// Replaces a contiguous tensor on the device, in place, by that of the process with rank `root`.
    func broadcast(_ tensor: Tensor, from root: Int) throws(TensorError) {
        try tensor.borrow { (tensor) throws(TensorError) in
            try check(tb_nccl_broadcast(handle, tensor, Int32(root)))
        }
    }
}

extension ProcessGroup {
    /// Makes tensors on a CUDA device travel from GPU to GPU by NCCL, and no longer through the memory of the CPU. All
    /// processes must call this, each with its own device, before they send tensors of that device.
    ///
    /// - Parameters:
    ///   - device: The CUDA device of this process.
    ///   - path: The path of the library; `nil` for the one that LibTorch uses, or else the system's.
    /// - Returns: The reason, in one line, why the group goes on without NCCL; `nil` if it uses NCCL.
    /// - Throws: `TensorError` if NCCL is there but cannot connect the processes.
    public func useNCCL(on device: Device, library path: String? = nil) throws(TensorError) -> String? {
        var (library, problem): (NCCLCommunicator.Library?, String?)
        do {
            library = try NCCLCommunicator.Library(path: path)
        } catch {
            problem = error.description
        }
        // All use it, or none.
        let missing = try Tensor([library == nil ? 1.0 : 0])
        try sum([missing])
        guard let library, try missing.item() == 0 else { return problem ?? "another process cannot open NCCL" }
        let identifier = try Tensor(
            rank == 0 ? library.makeIdentifier() : [UInt8](repeating: 0, count: Int(TB_NCCL_ID_SIZE)))
        try broadcast([identifier])
        let failure = failure
        try use(
            NCCLCommunicator(
                library, device, identifier.elements(as: UInt8.self), rank: rank, size: size,
                isBroken: { failure.isSet }))
        return nil
    }
}
