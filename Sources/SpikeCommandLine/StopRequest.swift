import ArgumentParser
import Foundation

/// A signal by which the program was asked to stop: SIGINT (Ctrl-C), SIGTERM or SIGHUP.
///
/// A command that can save its work calls `listen()`, looks at `current` between its steps, and then throws `exitCode`.
/// A second signal ends the program at once, as it would have without `listen()`.
public struct StopRequest: Hashable, Sendable {
    /// The signal's number, such as 2 for SIGINT.
    public let signal: Int32

    /// Such as `SIGINT`.
    public var name: String {
        switch signal {
        case SIGINT: "SIGINT"
        case SIGTERM: "SIGTERM"
        default: "SIGHUP"
        }
    }

    /// What a program that was ended by the signal exits with: 128 and the signal's number.
    public var exitCode: ExitCode { ExitCode(128 + signal) }

    /// The request that was made since `listen()`; nil if there was none.
    public static var current: StopRequest? {
        let signal = received
        return signal == 0 ? nil : StopRequest(signal: signal)
    }

    /// From now on, the first of the three signals is only noted, and `current` tells of it.
    ///
    /// SIGHUP stays ignored where it is ignored already, as under `nohup`. Signals that were blocked by the program that
    /// started this one, as threads of Dispatch block them, are let through. To be called on the main thread.
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
        // Whoever started the program may have blocked them, which is inherited.
        var mask = sigset_t()
        sigemptyset(&mask)
        for signal in signals { sigaddset(&mask, signal) }
        pthread_sigmask(SIG_UNBLOCK, &mask, nil)
    }
}

private let signals = [SIGINT, SIGTERM, SIGHUP]

/// What the signals did before, in their order: end the program, which removes its temporary files first.
nonisolated(unsafe) private let actionsBefore = UnsafeMutablePointer<sigaction>.allocate(capacity: signals.count)

/// Written by the handler alone.
nonisolated(unsafe) private var received: sig_atomic_t = 0

/// The handler: does nothing that is not allowed in one. The next signal ends the program.
private func note(_ signal: Int32) {
    if received == 0 { received = signal }
    sigaction(SIGINT, actionsBefore, nil)
    sigaction(SIGTERM, actionsBefore + 1, nil)
    sigaction(SIGHUP, actionsBefore + 2, nil)
}
