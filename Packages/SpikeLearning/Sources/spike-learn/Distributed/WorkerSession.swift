import ArgumentParser
import Foundation
import SpikeCommandLine
import SpikeTraining
import TorchTensors

/// How this process takes part in training by several processes, and how it ends if another one does.
enum WorkerSession {
    /// The exit status of a process that ends because of another worker's fault.
    static let statusOfPeerFault: Int32 = 75

    /// Joins the other workers if a launcher has started this process.
    ///
    /// - Throws: `TensorError` if the launcher's variables are invalid or the others do not join; `CommandError` if
    ///   SPIKEKIT_WORKER_TIMEOUT is not a number of seconds.
    static func join() throws -> Workers {
        guard let place = try WorkerPlace.fromEnvironment(), place.size > 1 else {
            if WorkerProcess.isSupervised { WorkerProcess.endWithLauncher() }
            return .alone
        }
        let isSupervised = WorkerProcess.isSupervised
        if isSupervised { WorkerProcess.endWithLauncher() }
        return try Workers(joining: place, limit: try patience()) { fault in
            if fault.isForThisProcess, !isSupervised {
                ProgressLine().note("spike: \(fault.description); repeat the command to go on from the last checkpoint")
                Thread.sleep(forTimeInterval: 1.2)
            }
            _exit(statusOfPeerFault)
        }
    }

    /// The time in seconds after which a worker without a sign of life counts as lost.
    private static func patience() throws -> Double {
        let name = "SPIKEKIT_WORKER_TIMEOUT"
        guard let text = ProcessInfo.processInfo.environment[name] else { return 5 }
        guard let seconds = Double(text), 1...86_400 ~= seconds else {
            throw CommandError("\(name): must be a number of seconds within 1...86400, got \(text)")
        }
        return seconds
    }

    /// Tells the other workers that this one ends with an error, and returns the error to end with: one of all workers
    /// reports it.
    static func ending(_ workers: Workers, with error: any Error) -> any Error {
        guard workers.size > 1, !(error is ExitCode) else { return error }
        if workers.hasFailed {
            // Another worker's fault, about which the watch ends this process.
            workers.awaitFault { StopRequest.current != nil }
            return StopRequest.current?.exitCode ?? error
        }
        if error is StoppedTogether {
            try? workers.leave()
            // Another worker may have received the signal.
            return StopRequest.current?.exitCode ?? ExitCode(128 + SIGTERM)
        }
        let text = "\(error)".split(separator: "\n").joined(separator: " ")
        guard workers.post(text) else { return ExitCode(statusOfPeerFault) }
        return workers.isMain ? error : CommandError("worker \(workers.rank): \(text)")
    }
}

/// Thrown by all workers of a run that one of them was asked to stop.
struct StoppedTogether: Error {}
