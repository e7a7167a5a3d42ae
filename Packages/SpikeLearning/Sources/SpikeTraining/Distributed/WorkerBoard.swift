import Foundation
import TorchTensors

/// What the workers of a run tell each other besides tensors: who they are, that they are alive, and the first fault.
public struct WorkerBoard: Sendable {
    private let store: RendezvousStore
    private let prefix: String

    /// Creates a board.
    ///
    /// - Parameters:
    ///   - store: The connection to the store that holds the board.
    ///   - prefix: The prefix of the board's keys, such as `WorkerPlace.prefix`.
    public init(_ store: RendezvousStore, prefix: String) {
        self.store = store
        self.prefix = prefix
    }

    /// The address of the store, such as `10.0.0.1:29500`.
    var address: String { "\(store.host):\(store.port)" }

    /// Notes that this process is a worker.
    func introduce(_ rank: Int) throws(TensorError) {
        try store.set("\(prefix)/who/\(rank)", "process \(getpid())\(machine)")
    }

    /// The end of the introduction of every worker on this machine.
    private var machine: String { " on \(ProcessInfo.processInfo.hostName)" }

    /// Waits until all workers are introduced.
    ///
    /// - Parameters:
    ///   - size: The number of workers.
    ///   - timeout: The longest time to wait in seconds.
    /// - Returns: The number of workers on this machine.
    /// - Throws: `TensorError` that names the missing workers.
    func awaitAll(_ size: Int, timeout: Double) throws(TensorError) -> Int {
        let clock = ContinuousClock()
        let end = clock.now + .seconds(timeout)
        var (missing, onThisMachine) = (Array(0..<size), 0)
        while true {
            var still: [Int] = []
            for rank in missing {
                guard let who = try store.value("\(prefix)/who/\(rank)") else {
                    still.append(rank)
                    continue
                }
                if who.hasSuffix(machine) { onThisMachine += 1 }
            }
            missing = still
            if missing.isEmpty { return onThisMachine }
            guard clock.now < end else {
                let names =
                    missing.prefix(8).map(String.init).joined(separator: ", ")
                    + (missing.count > 8 ? ", …" : "")
                throw TensorError(
                    "of \(size) workers, \(names) \(missing.count == 1 ? "has" : "have") not started within "
                        + String(format: "%.0f s", timeout))
            }
            Thread.sleep(forTimeInterval: 0.05)
        }
    }

    /// Returns the name of a worker for messages, such as `worker 2 (process 4711 on node7)`.
    public func name(of rank: Int) -> String {
        let who = (try? store.value("\(prefix)/who/\(rank)")) ?? nil
        return "worker \(rank)" + (who.map { " (\($0))" } ?? "")
    }

    /// Notes that a worker is alive.
    ///
    /// - Parameter beat: A number that changes with each call.
    func note(_ beat: Int, of rank: Int) throws(TensorError) { try store.set("\(prefix)/beat/\(rank)", "\(beat)") }

    /// Notes that a worker has finished, so that nobody expects signs of life any more.
    func noteEnd(of rank: Int) throws(TensorError) { try store.set("\(prefix)/beat/\(rank)", "end") }

    /// Returns the last sign of life of a worker; `nil` before its first one.
    func beat(of rank: Int) throws(TensorError) -> String? { try store.value("\(prefix)/beat/\(rank)") }

    /// Returns whether a worker has finished.
    func hasEnded(_ rank: Int) throws(TensorError) -> Bool { try beat(of: rank) == "end" }

    /// Posts a fault that ends all workers. Only the first one counts.
    public func post(_ fault: String) throws(TensorError) {
        if try store.add(1, to: "\(prefix)/faults") == 1 { try store.set("\(prefix)/fault", fault) }
    }

    /// The first fault; `nil` if there is none.
    public func fault() throws(TensorError) -> String? { try store.value("\(prefix)/fault") }

    /// Returns whether this call is the first one. Who gets true reports the fault, so that it is reported once.
    public func claimReport() throws(TensorError) -> Bool { try store.add(1, to: "\(prefix)/reports") == 1 }
}
