import ArgumentParser
import Foundation
import SpikeCommandLine
import SpikeTraining
import TorchTensors

/// Starts the workers of `spike train --workers`, ends all of them if one fails, and starts them again.
struct WorkerLauncher {
    /// The number of workers.
    let count: Int
    /// The number of times that the workers are started again after a fault.
    let maxRestarts: Int

    /// How the workers ended.
    private enum Outcome {
        case finished
        /// They have stopped because of a signal, and have written a checkpoint.
        case stopped(ExitCode)
        /// A worker has reported an error of its own.
        case failed(ExitCode)
        /// A worker was killed or hangs.
        case lost(String)
    }

    /// Runs the workers until they have finished.
    ///
    /// - Throws: `ExitCode` if they were stopped or one of them has failed and said why; `CommandError` if one was killed
    ///   or hangs, and has been started again as often as is allowed.
    func run() throws {
        if let place = try WorkerPlace.fromEnvironment() {
            throw CommandError(
                "--workers: another launcher has started this process as one of \(place.size); leave --workers out")
        }
        StopRequest.listen()
        let store = try RendezvousStore(host: "127.0.0.1", port: 0, serves: true)
        for attempt in 0... {
            switch try runOnce(store, attempt) {
            case .finished: return
            case .stopped(let code), .failed(let code): throw code
            case .lost(let fault):
                ProgressLine().clear()
                guard attempt < maxRestarts else {
                    throw CommandError("\(fault); repeat the command to go on from the last checkpoint")
                }
                ProgressLine().note(
                    "\(fault); restart \(attempt + 1) of \(maxRestarts), from the last checkpoint")
            }
        }
    }

    private func runOnce(_ store: RendezvousStore, _ attempt: Int) throws -> Outcome {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw CommandError("--workers: no pipe can be made: \(String(cString: strerror(errno)))")
        }
        defer { for end in ends where end >= 0 { close(end) } }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let places = (0..<count).map {
            WorkerPlace(
                rank: $0, size: count, localRank: $0, host: "127.0.0.1", port: store.port, launcherServes: true,
                attempt: attempt, interface: nil)
        }
        let board = WorkerBoard(store, prefix: places[0].prefix)
        let workers = try places.map {
            try WorkerProcess($0.rank, lifeline: ends[0], variables: variables($0))
        }
        var forwarded = false
        while workers.count(where: { $0.look() == nil }) > 0 {
            if let stop = StopRequest.current, !forwarded {
                for worker in workers { worker.send(stop.signal) }
                forwarded = true
            }
            if workers.contains(where: { isFault($0.end) }) {
                awaitCause(workers)
                break
            }
            usleep(20_000)
        }
        let outcome = outcome(workers, board)
        for worker in workers {
            worker.send(SIGKILL)
            _ = worker.look(waiting: true)
        }
        return outcome
    }

    /// Waits a moment if only consequences of a fault are known, for the worker that caused it to end too.
    private func awaitCause(_ workers: [WorkerProcess]) {
        func isConsequence(_ end: WorkerProcess.End?) -> Bool {
            !isFault(end) || end == .exit(WorkerSession.statusOfPeerFault)
        }
        for _ in 0..<50 where workers.count(where: { $0.look() == nil }) > 0 {
            guard workers.allSatisfy({ isConsequence($0.end) }) else { return }
            usleep(20_000)
        }
    }

    /// Returns whether a worker has ended in a way that ends the others.
    private func isFault(_ end: WorkerProcess.End?) -> Bool {
        switch end {
        case nil, .exit(0): false
        case .exit(let status): StopRequest.current == nil || status != StopRequest.current?.exitCode.rawValue
        case .signal(let signal): signal != StopRequest.current?.signal
        }
    }

    private func outcome(_ workers: [WorkerProcess], _ board: WorkerBoard) -> Outcome {
        func first(_ condition: (WorkerProcess.End) -> Bool) -> WorkerProcess? {
            workers.first { $0.end.map(condition) ?? false }
        }
        let faults = workers.filter { isFault($0.end) }
        if let stop = StopRequest.current, faults.isEmpty,
            workers.contains(where: { $0.end != .exit(0) })
        {
            return .stopped(stop.exitCode)
        }
        for worker in faults {
            guard case .signal(let signal) = worker.end else { continue }
            let hint = signal == SIGKILL ? " (was there enough memory?)" : ""
            return .lost(
                "worker \(worker.rank) (process \(worker.identifier)) was ended by signal \(signal)\(hint)")
        }
        for worker in faults {
            if case .exit(let status) = worker.end, status != WorkerSession.statusOfPeerFault {
                return .failed(ExitCode(status))
            }
        }
        guard !faults.isEmpty else { return .finished }
        return .lost((try? board.fault()) ?? "a worker has ended")
    }

    private func variables(_ place: WorkerPlace) -> [String: String] {
        let environment = ProcessInfo.processInfo.environment
        var variables = [
            "RANK": "\(place.rank)", "WORLD_SIZE": "\(place.size)", "LOCAL_RANK": "\(place.localRank)",
            "LOCAL_WORLD_SIZE": "\(place.size)", "MASTER_ADDR": place.host, "MASTER_PORT": "\(place.port)",
            "TORCHELASTIC_USE_AGENT_STORE": "True", "TORCHELASTIC_RESTART_COUNT": "\(place.attempt)",
        ]
        // The workers share the cores; --threads is the number for each of them.
        let threads = max(1, ProcessInfo.processInfo.activeProcessorCount / count)
        #if canImport(Darwin)
            let loopback = "lo0"
        #else
            let loopback = "lo"
        #endif
        for (name, value) in [
            ("OMP_NUM_THREADS", "\(threads)"), ("GLOO_SOCKET_IFNAME", loopback),
        ] where environment[name] == nil { variables[name] = value }
        return variables
    }
}
