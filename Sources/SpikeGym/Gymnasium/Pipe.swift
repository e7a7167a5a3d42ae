import Foundation

/// A pipe whose ends are not inherited by other programs.
struct DescriptorPair: ~Copyable {
    private(set) var reading: Int32 = -1
    private(set) var writing: Int32 = -1

    /// Creates a pipe.
    ///
    /// - Throws: `SystemError` with the system's error number.
    init() throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw SystemError(number: errno) }
        // The ends get numbers above those of the child's own descriptors, so that moving one never overwrites another.
        let moved = ends.map { fcntl($0, F_DUPFD_CLOEXEC, 10) }
        let number = errno
        for end in ends { close(end) }
        guard !moved.contains(-1) else {
            for end in moved where end >= 0 { close(end) }
            throw SystemError(number: number)
        }
        reading = moved[0]
        writing = moved[1]
    }

    deinit {
        if reading >= 0 { close(reading) }
        if writing >= 0 { close(writing) }
    }

    mutating func takeReading() -> Int32 {
        defer { reading = -1 }
        return reading
    }

    mutating func takeWriting() -> Int32 {
        defer { writing = -1 }
        return writing
    }
}

/// An error with the number that a failed system call gave.
struct SystemError: Error {
    let number: Int32

    var reason: String { String(cString: strerror(number)).lowercased() }
}

/// Writes like `write`, but without SIGPIPE: if the reader has closed the pipe, the result is the error EPIPE.
func writeWithoutSignal(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
    #if canImport(Darwin)
        // `F_SETNOSIGPIPE` was set when the pipe was made.
        return write(descriptor, bytes, count)
    #else
        var (pipeSignal, before, pending) = (sigset_t(), sigset_t(), sigset_t())
        sigemptyset(&pipeSignal)
        sigaddset(&pipeSignal, SIGPIPE)
        sigpending(&pending)
        let wasPending = sigismember(&pending, SIGPIPE) == 1
        pthread_sigmask(SIG_BLOCK, &pipeSignal, &before)
        let written = write(descriptor, bytes, count)
        let number = errno
        if written < 0 && number == EPIPE && !wasPending {
            // Remove the signal that is pending for this thread before signals are unblocked.
            var none = timespec(tv_sec: 0, tv_nsec: 0)
            while sigtimedwait(&pipeSignal, nil, &none) < 0 && errno == EINTR {}
        }
        pthread_sigmask(SIG_SETMASK, &before, nil)
        errno = number
        return written
    #endif
}
