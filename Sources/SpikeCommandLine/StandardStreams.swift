// `stdout` is a variable there, which nothing here sets.
#if canImport(Darwin)
    @preconcurrency import Darwin
#elseif canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Musl)
    @preconcurrency import Musl
#endif

/// What the programs do with standard output and standard error, which may be a full disk, a pipe that nobody reads, or
/// closed.
enum StandardStreams {
    /// Opens what is closed of standard input, output and error, so that no file of the program's takes their numbers
    /// and gets what is printed. A closed standard output stays one that cannot be written.
    static func fillClosed() {
        for (number, flags) in [(STDIN_FILENO, O_RDONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_WRONLY)]
        where fcntl(number, F_GETFD) < 0 && errno == EBADF {
            // The lowest free number is this one.
            _ = open("/dev/null", flags)
        }
    }

    /// Writes text to standard error, or as much of it as that takes.
    static func complain(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return }
            bytes = bytes.dropFirst(count)
        }
    }

    /// Writes what was printed and not yet written, and says whether all that was ever printed arrived.
    ///
    /// - Returns: Nil if it did, else the system's reason, or 0 where an earlier failure left none.
    static func flushOutput() -> Int32? {
        let hadFailed = ferror(stdout) != 0
        errno = 0
        if fflush(stdout) != 0 { return errno }
        return hadFailed ? 0 : nil
    }
}
