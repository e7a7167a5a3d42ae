import ArgumentParser
import Foundation

/// A request to stop the program, made by a signal: SIGINT (Ctrl-C), SIGTERM or SIGHUP.
///
/// A command that can save its work calls `listen()`, checks `current` between its steps, and in the end throws
/// `exitCode`. A second signal ends the program at once, as the first would have without `listen()`.
public struct StopRequest: Hashable, Sendable {
    /// The signal's number, such as 2 for SIGINT.
    public let signal: Int32

    /// The signal's name, such as `SIGINT`.
    public var name: String {
        switch signal {
        case SIGINT: "SIGINT"
        case SIGTERM: "SIGTERM"
        default: "SIGHUP"
        }
    }

    /// The exit code of a program that the signal ended: 128 plus the signal's number.
    public var exitCode: ExitCode { ExitCode(128 + signal) }

    /// The request made since `listen()` was called; `nil` if there was none.
    public static var current: StopRequest? {
        let signal = received
        return signal == 0 ? nil : StopRequest(signal: signal)
    }

    /// Begins to note the first of the three signals in `current`, instead of ending the program.
    ///
    /// SIGHUP stays ignored if it is ignored already, as under `nohup`. Signals that were blocked by the program that
    /// started this one, as threads of Dispatch do, are unblocked. Call this on the main thread.
    public static func listen() {
        var action = sigaction()
        sigemptyset(&action.sa_mask)
        action.sa_flags = SA_RESTART
        #if canImport(Darwin)
            action.__sigaction_u.__sa_handler = note
        #else
            action.__sigaction_handler.sa_handler = note
        #endif
        for (index, signal) in signals.enumerated() {
            sigaction(signal, nil, actionsBefore + index)
            #if canImport(Darwin)
                let handler = actionsBefore[index].__sigaction_u.__sa_handler
            #else
                let handler = actionsBefore[index].__sigaction_handler.sa_handler
            #endif
            let isIgnored = unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
            if signal == SIGHUP && isIgnored { continue }
            sigaction(signal, &action, nil)
        }
        // The program that started this one may have blocked them, and the block is inherited.
        var mask = sigset_t()
        sigemptyset(&mask)
        for signal in signals { sigaddset(&mask, signal) }
        pthread_sigmask(SIG_UNBLOCK, &mask, nil)
    }
}

private let signals = [SIGINT, SIGTERM, SIGHUP]

/// The actions of the signals before `listen()`, in the order of `signals`: they remove the program's temporary files
/// and end it.
nonisolated(unsafe) private let actionsBefore = UnsafeMutablePointer<sigaction>.allocate(capacity: signals.count)

/// The signal that was received, or 0; only the handler writes it.
nonisolated(unsafe) private var received: sig_atomic_t = 0

/// The signal handler; it only does what is allowed in one. It restores the earlier actions, so that the next signal
/// ends the program.
private func note(_ signal: Int32) {
    if received == 0 { received = signal }
    sigaction(SIGINT, actionsBefore, nil)
    sigaction(SIGTERM, actionsBefore + 1, nil)
    sigaction(SIGHUP, actionsBefore + 2, nil)
}
