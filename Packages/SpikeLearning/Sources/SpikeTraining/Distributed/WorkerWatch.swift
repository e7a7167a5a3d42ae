import Foundation
import TorchTensors

/// A fault that ends all workers of a run.
public struct WorkerFault: Error, Sendable {
    /// One line that names the worker and what is wrong with it.
    public let description: String
    /// Whether this process is the one that reports the fault. It must live for a second afterwards, until the other
    /// workers on its machine have seen that.
    public let isForThisProcess: Bool
}

/// Notices that another worker has ended, hangs or is cut off, even while this process waits for a message of it.
///
/// A thread leaves a sign of life on the board ten times in `limit` seconds, and looks whether the next worker in the
/// order of ranks does the same and whether somebody has posted a fault. A second thread notices that the board itself
/// cannot be reached. Both count rounds instead of reading a clock, so that a machine that was suspended is not a fault.
final class WorkerWatch: Sendable {
    /// The time in seconds after which a worker without a sign of life counts as lost.
    let limit: Double

    private let board: WorkerBoard
    private let rank: Int
    private let size: Int
    private let onFault: @Sendable (WorkerFault) -> Void
    private let state = State()

    /// The number of rounds in `limit` seconds.
    private static let rounds = 10

    /// Begins to watch.
    ///
    /// - Parameters:
    ///   - board: The board, over a connection of its own.
    ///   - onFault: Called once, on a thread of the watch, with the fault that ends all workers.
    init(
        _ board: WorkerBoard, _ place: WorkerPlace, limit: Double, onFault: @escaping @Sendable (WorkerFault) -> Void
    ) {
        self.board = board
        (rank, size) = (place.rank, place.size)
        self.limit = limit
        self.onFault = onFault
        for thread in [Thread { self.leaveSigns() }, Thread { self.watchBoard() }] {
            thread.stackSize = 1 << 19
            thread.start()
        }
    }

    /// Makes the next worker count as lost earlier, because a message has failed.
    func suspect() { state.withLock { $0.isSuspicious = true } }

    /// Ends the watch. Other workers no longer expect signs of life of this one.
    func end() {
        state.withLock { $0.isEnded = true }
        try? board.noteEnd(of: rank)
    }

    private var isEnded: Bool { state.withLock { $0.isEnded } }

    private func leaveSigns() {
        var (round, watched, seen, unchanged) = (0, (rank + 1) % size, String?.none, 0)
        while !isEnded {
            round += 1
            do {
                try board.note(round, of: rank)
                if isEnded { return (try? board.noteEnd(of: rank)) ?? () }
                if let fault = try board.fault() { return stop(fault, canClaim: true) }
                while watched != rank, try board.hasEnded(watched) {
                    (watched, seen, unchanged) = ((watched + 1) % size, nil, 0)
                }
                if watched != rank {
                    let beat = try board.beat(of: watched)
                    unchanged = beat == seen ? unchanged + 1 : 0
                    seen = beat
                    let patience = state.withLock { $0.isSuspicious } ? Self.rounds * 6 / 10 : Self.rounds
                    if unchanged >= patience {
                        try board.post(
                            "\(board.name(of: watched)) has given no sign of life for \(seconds(unchanged)): it has ended, "
                                + "hangs or is cut off")
                    }
                }
            } catch {
                return isEnded ? () : stop(unreachable(""), canClaim: false)
            }
            state.withLock { $0.round = round }
            Thread.sleep(forTimeInterval: limit / Double(Self.rounds))
        }
    }

    /// Notices that `leaveSigns` is stuck in a call, because the network drops all packets.
    private func watchBoard() {
        var (seen, unchanged) = (0, 0)
        while !isEnded {
            Thread.sleep(forTimeInterval: limit / Double(Self.rounds))
            let round = state.withLock { $0.round }
            unchanged = round == seen ? unchanged + 1 : 0
            seen = round
            if unchanged >= Self.rounds * 12 / 10, !isEnded {
                return stop(unreachable(" for \(seconds(unchanged))"), canClaim: false)
            }
        }
    }

    private func seconds(_ rounds: Int) -> String {
        String(format: "%.0f s", Double(rounds) * limit / Double(Self.rounds))
    }

    private func unreachable(_ time: String) -> String {
        "worker \(rank) (process \(getpid()) on \(ProcessInfo.processInfo.hostName)) cannot reach the store at \(board.address)"
            + "\(time): worker 0's host or the launcher has ended or is cut off"
    }

    /// Tells `onFault` of a fault, and whether this process is to report it.
    private func stop(_ fault: String, canClaim: Bool) {
        let isFirst = state.withLock { state in
            defer { state.isStopping = true }
            return !state.isStopping
        }
        guard isFirst else { return }
        let isForThisProcess = (canClaim ? try? board.claimReport() : nil) ?? MachineClaim.take(board.address)
        onFault(WorkerFault(description: fault, isForThisProcess: isForThisProcess))
    }

    private final class State: @unchecked Sendable {
        struct Values {
            var round = 0
            var isSuspicious = false
            var isEnded = false
            var isStopping = false
        }

        // The lock guards the values.
        private let lock = NSLock()
        private var values = Values()

        func withLock<Result>(_ body: (inout Values) -> Result) -> Result { lock.withLock { body(&values) } }
    }
}
