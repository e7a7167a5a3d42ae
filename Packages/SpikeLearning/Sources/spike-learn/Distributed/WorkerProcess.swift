import Foundation
import SpikeCommandLine

/// A worker that `spike train --workers` has started: this program again, with the same arguments.
///
/// Its standard input is a pipe to which nothing is written and which closes when the launcher ends. It leads a process
/// group of its own, so that Ctrl-C reaches it only through the launcher.
final class WorkerProcess {
    let rank: Int
    let identifier: pid_t
    /// How the process has ended; `nil` while it runs.
    private(set) var end: End?

    /// How a process ended.
    enum End: Equatable {
        case exit(Int32)
        case signal(Int32)
    }

    /// The variable by which a worker knows that a launcher of this program started it.
    private static let lifelineVariable = "SPIKEKIT_LIFELINE"

    /// Whether `spike train --workers` has started this process.
    static var isSupervised: Bool { ProcessInfo.processInfo.environment[lifelineVariable] == "stdin" }

    /// Makes this process end when its launcher does, even if that was killed.
    static func endWithLauncher() {
        let thread = Thread {
            var byte: UInt8 = 0
            while true {
                let count = read(STDIN_FILENO, &byte, 1)
                if count == 0 || count < 0 && errno != EINTR { _exit(WorkerSession.statusOfPeerFault) }
            }
        }
        thread.stackSize = 1 << 18
        thread.start()
    }

    /// Starts a worker.
    ///
    /// - Parameters:
    ///   - rank: The rank of the worker.
    ///   - lifeline: The reading end of the pipe that becomes its standard input.
    ///   - variables: Environment variables to set in addition to this program's.
    /// - Throws: `CommandError` if the process cannot be started.
    init(_ rank: Int, lifeline: Int32, variables: [String: String]) throws {
        #if canImport(Darwin)
            var (actions, attributes): (posix_spawn_file_actions_t?, posix_spawnattr_t?) = (nil, nil)
        #else
            var (actions, attributes) = (posix_spawn_file_actions_t(), posix_spawnattr_t())
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_adddup2(&actions, lifeline, STDIN_FILENO)
        var (defaults, mask) = (sigset_t(), sigset_t())
        sigemptyset(&defaults)
        for signal in [SIGINT, SIGTERM, SIGQUIT, SIGPIPE] { sigaddset(&defaults, signal) }
        sigemptyset(&mask)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setsigmask(&attributes, &mask)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK) | Int16(POSIX_SPAWN_SETPGROUP))
        let environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
            .merging([Self.lifelineVariable: "stdin"]) { $1 }
        var words = CommandLine.arguments.map { strdup($0) } + [nil]
        var settings = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for text in words + settings { free(text) } }
        var identifier: pid_t = 0
        let program = Bundle.main.executablePath ?? CommandLine.arguments[0]
        let failure = posix_spawn(&identifier, program, &actions, &attributes, &words, &settings)
        guard failure == 0 else {
            throw CommandError("--workers: worker \(rank) cannot be started: \(String(cString: strerror(failure)))")
        }
        (self.rank, self.identifier) = (rank, identifier)
    }

    deinit {
        guard end == nil else { return }
        send(SIGKILL)
        _ = look(waiting: true)
    }

    /// Sends a signal to the process, if it still runs.
    func send(_ signal: Int32) {
        if end == nil { kill(identifier, signal) }
    }

    /// Looks whether the process has ended.
    ///
    /// - Parameter waiting: Whether to wait until it has.
    func look(waiting: Bool = false) -> End? {
        while end == nil {
            var status: Int32 = 0
            let found = waitpid(identifier, &status, waiting ? 0 : WNOHANG)
            if found == identifier {
                let signal = status & 0x7f
                end = signal == 0 ? .exit(status >> 8 & 0xff) : .signal(signal)
            } else if found == 0 {
                return nil
            } else if errno != EINTR {
                end = .exit(1)
            }
        }
        return end
    }
}
