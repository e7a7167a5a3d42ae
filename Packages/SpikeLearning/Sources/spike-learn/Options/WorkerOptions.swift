import ArgumentParser
import Foundation
import SpikeCommandLine
import SpikeTraining

/// Options for training in several processes.
struct WorkerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Train in this number of processes on this machine; each computes a share of every batch.",
            valueName: "n"), transform: wholeNumber)
    var workers: Int?

    @Option(
        help: ArgumentHelp(
            "With --workers: if a process is killed or hangs, start all again from the last checkpoint, at most n times.",
            valueName: "n"), transform: wholeNumber)
    var maxRestarts: Int?

    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            "In several processes, normalise by the statistics of the whole batch (default), or of each process's share."
        ))
    var syncBatchNorm: Bool?

    func validate() throws {
        if let workers, !(1...256 ~= workers) {
            throw ValidationError("--workers must be within 1...256, got \(workers)")
        }
        if let maxRestarts {
            guard 0...1_000_000 ~= maxRestarts else {
                throw ValidationError("--max-restarts must be within 0...1000000, got \(maxRestarts)")
            }
            guard workers != nil else {
                throw ValidationError(
                    "--max-restarts: is for --workers; torchrun has an option of the same name; leave it out")
            }
        }
    }
}
