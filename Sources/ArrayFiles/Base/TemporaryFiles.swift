import Foundation

/// The temporary files that this process writes at the moment, so that one that ends early leaves none behind.
public enum TemporaryFiles {
    /// Guards `paths`; held for good once a signal is about to end the process.
    private static let lock = NSLock()
    nonisolated(unsafe) private static var paths: Set<String> = []

    /// Signals that end a process and can be answered first.
    private static let endingSignals = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGXCPU]

    /// Runs `create`, which makes a file at `path`, so that no signal falls between the file and its being known.
    static func add<Value>(_ path: String, create: () -> Value) -> Value {
        lock.withLock {
            paths.insert(path)
            return create()
        }
    }

    /// Forgets a file that has been removed, or has become something that stays.
    static func forget(_ path: String) {
        _ = lock.withLock { paths.remove(path) }
    }

    /// From now on, a signal that ends the process removes its temporary files first, and then ends it as it would
    /// have: by the same signal, which a shell shows as status 128 + n. Signals that are ignored stay ignored. A file
    /// that grows beyond the limit on file sizes is an error of writing (EFBIG) and no signal.
    ///
    /// For programs to call once, at their start. A handler installed later for one of the signals takes this one's
    /// place.
    ///
    /// - Returns: False if the system has no pipe or thread left for it.
    @discardableResult
    public static func removeWhenSignalled() -> Bool {
        var ends: [Int32] = [-1, -1]
        guard signalPipe < 0, pipe(&ends) == 0 else { return false }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let reading = ends[0]
        signalPipe = ends[1]
        // A handler may do next to nothing; it tells this thread, which may do anything.
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
        // A parent's thread may have had them blocked, as those of libdispatch have, and passed that on.
        unblock(endingSignals)
        return true
    }

    private static func end(by number: Int32) -> Never {
        lock.lock()
        for path in paths { unlink(path) }
        signal(number, SIG_DFL)
        unblock([number])
        raise(number)
        // Only where something put the action back between the two.
        _exit(128 + number)
    }

    /// For this thread, and those that it starts.
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

/// Where a handler writes the number of its signal; a plain global, so that reading it is safe there.
nonisolated(unsafe) private var signalPipe: Int32 = -1
