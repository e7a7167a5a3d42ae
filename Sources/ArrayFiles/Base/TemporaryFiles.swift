import Foundation

/// The temporary files that this process is writing. They can be removed if a signal ends the process.
public enum TemporaryFiles {
    /// The lock that guards `paths`. Once a signal is about to end the process, it is never released.
    private static let lock = NSLock()
    nonisolated(unsafe) private static var paths: Set<String> = []

    /// The signals that end a process and that the process can handle first.
    private static let endingSignals = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGXCPU]

    /// Registers a path and runs `create`, which makes the file there. No signal is handled between the two.
    static func add<Value>(_ path: String, create: () -> Value) -> Value {
        lock.withLock {
            paths.insert(path)
            return create()
        }
    }

    /// Removes a path from the set, because its file was removed or renamed to a file that stays.
    static func forget(_ path: String) {
        _ = lock.withLock { paths.remove(path) }
    }

    /// Makes signals that end the process remove its temporary files first.
    ///
    /// The process then ends by the same signal, which a shell shows as status 128 + n. Signals that are ignored stay
    /// ignored. A file that grows beyond the limit on file sizes causes an error of writing (EFBIG) instead of a
    /// signal.
    ///
    /// A program calls this function once, at its start. A handler that is installed later for one of the signals
    /// replaces the handler of this function.
    ///
    /// - Returns: False, and nothing changes, if the function was called before or the system has no pipe left.
    @discardableResult
    public static func removeWhenSignalled() -> Bool {
        var ends: [Int32] = [-1, -1]
        guard signalPipe < 0, pipe(&ends) == 0 else { return false }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let reading = ends[0]
        signalPipe = ends[1]
        // A signal handler may call very few functions, so it only wakes this thread, which may call any.
        let thread = Thread {
            var number: UInt8 = 0
            while true {
                let count = read(reading, &number, 1)
                if count == 1 { end(by: Int32(number)) }
                if count == 0 || errno != EINTR { return }
            }
        }
        thread.stackSize = 1 << 18
        thread.start()
        for number in endingSignals {
            var action = sigaction()
            sigaction(number, nil, &action)
            if isIgnored(action) { continue }
            action = handling { number in
                let before = errno
                var byte = UInt8(truncatingIfNeeded: number)
                _ = write(signalPipe, &byte, 1)
                errno = before
            }
            sigaction(number, &action, nil)
        }
        signal(SIGXFSZ, SIG_IGN)
        // Signals that were blocked in the parent's thread, as in those of libdispatch, are still blocked here.
        unblock(endingSignals)
        return true
    }

    private static func end(by number: Int32) -> Never {
        lock.lock()
        for path in paths { unlink(path) }
        signal(number, SIG_DFL)
        unblock([number])
        raise(number)
        // This line is reached only if another thread replaced the action before the signal was raised.
        _exit(128 + number)
    }

    /// Unblocks signals for this thread and the threads that it starts.
    private static func unblock(_ numbers: [Int32]) {
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in numbers { sigaddset(&signals, number) }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }

    private static func isIgnored(_ action: sigaction) -> Bool {
        #if canImport(Darwin)
            let handler = action.__sigaction_u.__sa_handler
        #else
            let handler = action.__sigaction_handler.sa_handler
        #endif
        return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }

    private static func handling(_ handler: @escaping @convention(c) (Int32) -> Void) -> sigaction {
        var action = sigaction()
        #if canImport(Darwin)
            action.__sigaction_u.__sa_handler = handler
        #else
            action.__sigaction_handler.sa_handler = handler
        #endif
        action.sa_flags = Int32(SA_RESTART)
        return action
    }
}

/// The end of the pipe that signal handlers write the number of their signal to. A handler may safely read a plain
/// global.
nonisolated(unsafe) private var signalPipe: Int32 = -1
