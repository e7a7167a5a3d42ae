import Foundation
import SpikeDatasets
import TorchTensors

/// The processes that train a network together, each on its share of every batch, as one of them sees them.
///
/// All workers must make the same calls in the same order. A single process is a group of one, for which every call
/// returns at once.
public final class Workers: Sendable {
    /// The index of this process, from 0.
    public let rank: Int
    /// The number of processes.
    public let size: Int
    /// The index of this process among those on its machine, from 0.
    public let localRank: Int
    /// The number of processes on the machine of this one.
    public let localSize: Int

    let group: ProcessGroup?
    private let board: WorkerBoard?
    private let watch: WorkerWatch?
    private let servesStore: Bool

    /// A single process.
    public static let alone = Workers()

    private init() {
        (rank, size, localRank, localSize, group, board, watch, servesStore) = (0, 1, 0, 1, nil, nil, nil, false)
    }

    /// Joins the other workers, and begins to watch them.
    ///
    /// - Parameters:
    ///   - place: The place of this process.
    ///   - joining: The longest time in seconds to wait for the other workers to start.
    ///   - limit: The time in seconds after which a worker without a sign of life counts as lost, above 0. A worker
    ///     leaves signs of life on a thread of its own, also while it computes.
    ///   - onFault: Called on another thread with the fault of a worker. It should end this process, whose calls may
    ///     never return.
    /// - Throws: `TensorError` if the others do not join in time.
    public init(
        joining place: WorkerPlace, timeout joining: Double = 300, limit: Double = 5,
        onFault: @escaping @Sendable (WorkerFault) -> Void
    ) throws(TensorError) {
        (rank, size, localRank, servesStore) = (place.rank, place.size, place.localRank, place.servesStore)
        let board: WorkerBoard
        do {
            let store = try RendezvousStore(
                host: place.host, port: place.port, serves: place.servesStore, timeout: joining)
            // A connection of its own, so that the watch never waits for another call.
            board = WorkerBoard(
                try RendezvousStore(host: place.host, port: place.port, serves: false, timeout: joining),
                prefix: place.prefix)
            try board.introduce(rank)
            try board.note(0, of: rank)
            localSize = try board.awaitAll(size, timeout: joining)
            watch = WorkerWatch(board, place, limit: limit, onFault: onFault)
            group = try ProcessGroup(
                rank: rank, size: size, store: store, prefix: place.prefix, interface: place.interface,
                timeout: Self.patience)
        } catch {
            throw TensorError(kind: error.kind, "joining the other workers: \(error)")
        }
        self.board = board
    }

    /// The longest time in seconds that a worker waits for a message of another one that is alive. Loading data may take
    /// one worker much longer than another.
    private static let patience = 3600.0

    /// Whether this worker writes the files of a run and reports its progress.
    public var isMain: Bool { rank == 0 }

    /// The share of each batch that this worker computes.
    public var share: BatchShare { BatchShare(rank: rank, size: size) }

    /// Whether a call has failed because of another worker.
    public var hasFailed: Bool { group?.hasFailed ?? false }

    /// Posts a fault of this worker, which ends all others.
    ///
    /// - Returns: Whether this process is to report the fault, because no other one has.
    public func post(_ fault: String) -> Bool {
        guard let board, let watch else { return true }
        watch.end()
        do {
            try board.post("worker \(rank): \(fault)")
            let isFirst = try board.claimReport()
            // The store ends with this process, and the others must read the fault first.
            if servesStore { Thread.sleep(forTimeInterval: 0.4 * watch.limit) }
            return isFirst
        } catch {
            return isMain
        }
    }

    /// Waits for the fault that made a call fail, of which `onFault` is told.
    ///
    /// - Parameter isInterrupted: Ends the wait if it returns true.
    public func awaitFault(unless isInterrupted: () -> Bool) {
        guard let watch else { return }
        watch.suspect()
        for _ in 0..<Int(2 * watch.limit / 0.05) where !isInterrupted() { Thread.sleep(forTimeInterval: 0.05) }
    }

    /// Ends the work of all workers together: waits for them, and stops watching them.
    public func leave() throws(TensorError) {
        guard let group, let board, let watch else { return }
        try group.barrier()
        watch.end()
        guard servesStore else { return }
        // The store ends with this process, and the others still use it for a moment.
        for other in 1..<size {
            for _ in 0..<100 where (try? board.hasEnded(other)) == false { Thread.sleep(forTimeInterval: 0.05) }
        }
    }

    /// Makes messages travel from GPU to GPU by NCCL, if it is there. All workers must call this, each with its device.
    ///
    /// - Parameter device: The device of this worker; nothing happens if it is no CUDA device.
    /// - Returns: The reason, in one line, why messages travel through the memory of the CPU; `nil` if they do not.
    /// - Throws: `TensorError` if NCCL is there but cannot connect the workers.
    public func useNCCL(on device: Device) throws(TensorError) -> String? {
        guard case .cuda = device, let group else { return nil }
        return try group.useNCCL(on: device)
    }

    /// Waits until all workers have called this function.
    public func barrier() throws(TensorError) { try group?.barrier() }

    /// Returns the sums of numbers over all workers, which pass equally many. All workers get identical bits.
    public func sum(_ values: [Double]) throws(TensorError) -> [Double] {
        guard let group, !values.isEmpty else { return values }
        let message = try Tensor(values)
        try group.sum([message])
        return try message.elements()
    }

    /// Begins to add up numbers over all workers, which pass equally many. Meanwhile, this worker can go on.
    func beginSum(_ values: [Double]) throws(TensorError) -> PendingNumbers {
        guard let group, !values.isEmpty else { return PendingNumbers(own: values, sum: nil) }
        return try PendingNumbers(own: values, sum: group.beginSum(Tensor(values)))
    }

    /// Sums of numbers over all workers that may not be there yet.
    struct PendingNumbers {
        fileprivate let own: [Double]
        fileprivate let sum: ProcessGroup.PendingSum?

        /// Waits for the sums, once. All workers get identical bits.
        func finish() throws(TensorError) -> [Double] { try sum?.finish().elements() ?? own }
    }

    /// Returns the numbers of each worker, of which there may be any number, in the order of ranks.
    func gathered(_ values: [Double]) throws(TensorError) -> [[Double]] {
        guard let group else { return [values] }
        var counts = [Double](repeating: 0, count: size)
        counts[rank] = Double(values.count)
        counts = try sum(counts)
        var all: [[Double]] = []
        for other in 0..<size {
            let message = try other == rank ? Tensor(values) : .zeros([Int(counts[other])], dtype: .float64)
            try group.broadcast([message], from: other)
            all.append(try message.elements())
        }
        return all
    }

    /// Returns whether the flag of any worker is set.
    public func any(_ flag: Bool) throws(TensorError) -> Bool { try sum([flag ? 1 : 0])[0] > 0 }
}

extension Workers {
    /// Returns the value of worker 0.
    ///
    /// - Parameter value: The value of this worker, which only counts if it is worker 0.
    func ofMain<Value: Codable>(_ value: @autoclosure () throws -> Value) throws -> Value {
        guard let group else { return try value() }
        let own: Value? = isMain ? .some(try value()) : .none
        // An array, as not every value is JSON by itself.
        let bytes = try own.map { [UInt8](try JSONEncoder().encode([$0])) } ?? []
        let count = try Int(sum([Double(bytes.count)])[0])
        let message = try isMain ? Tensor(bytes) : Tensor.zeros([count], dtype: .uint8)
        try group.broadcast([message])
        if let own { return own }
        return try JSONDecoder().decode([Value].self, from: Data(message.elements(as: UInt8.self)))[0]
    }

    /// Runs `body` in worker 0 first, and then in the others, so that they find what it has downloaded.
    public func mainFirst<Result>(_ body: () throws -> Result) throws -> Result {
        if !isMain { try barrier() }
        let result = try body()
        if isMain { try barrier() }
        return result
    }

    /// Returns the tensors of worker 0, on the CPU.
    ///
    /// - Parameter tensors: The tensors of this worker, which only count if it is worker 0.
    func ofMain(_ tensors: @autoclosure () throws -> [String: Tensor]) throws -> [String: Tensor] {
        struct Header: Codable {
            let name: String
            let shape: [Int]
            let dtype: DType.RawValue
        }
        guard let group else { return try tensors() }
        let own = isMain ? try tensors().sorted { $0.key < $1.key } : []
        let headers = try ofMain(
            own.map { Header(name: $0.key, shape: $0.value.shape, dtype: $0.value.dtype.rawValue) })
        let parts =
            try isMain
            ? own.map { try $0.value.detached().to(.cpu).contiguous() }
            : headers.map { header in
                guard let dtype = DType(rawValue: header.dtype) else {
                    throw TrainingError("worker 0 sends tensors of the unknown type \(header.dtype)")
                }
                return try Tensor.zeros(header.shape, dtype: dtype)
            }
        try group.broadcast(parts)
        return Dictionary(uniqueKeysWithValues: zip(headers.map(\.name), parts))
    }

    /// Throws unless all workers pass the same text, such as the settings of a run.
    ///
    /// - Parameter what: What the text is, for the error message.
    func requireSame(_ text: String, _ what: String) throws {
        let main = try ofMain(text)
        guard main == text else {
            throw TrainingError(
                "\(what) differ from those of worker 0; give all workers the same settings and the same files")
        }
    }
}
