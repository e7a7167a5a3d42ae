// In these modules `stdout` is a variable, which this program never sets.
#if canImport(Darwin)
    @preconcurrency import Darwin
#elseif canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Musl)
    @preconcurrency import Musl
#endif

/// Functions for standard output and standard error, which may lead to a full disk or a pipe that nobody reads, or be
/// closed.
enum StandardStreams {
    /// Opens standard input, output and error if they are closed, so that none of the program's files gets their number
    /// and receives what is printed. A closed standard output is opened so that writing to it still fails.
    static func fillClosed() {
        for (number, flags) in [(STDIN_FILENO, O_RDONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_WRONLY)]
        where fcntl(number, F_GETFD) < 0 && errno == EBADF {
            // The lowest free descriptor is this one.
            _ = open("/dev/null", flags)
        }
    }

    /// Writes text to standard error, as far as that is possible.
    static func complain(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { return }
            bytes = bytes.dropFirst(count)
        }
    }

    /// Flushes standard output, and checks that everything printed so far was written.
    ///
    /// - Returns: `nil` if everything was written; otherwise the system's error number, or 0 if an earlier failure left
    ///   none.
    static func flushOutput() -> Int32? {
        let hadFailed = ferror(stdout) != 0
        errno = 0
        if fflush(stdout) != 0 { return errno }
        return hadFailed ? 0 : nil
    }
}
