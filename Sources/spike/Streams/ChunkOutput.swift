import ArrayFiles
import Foundation
import SpikeCommandLine

/// Standard output for bytes, all of which are written before the next ones are read, however slow the reader is.
enum ChunkOutput {
    /// Whether the reader of a pipe has ended, which a program that writes nothing would not notice.
    static var hasLostReader: Bool {
        var output = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
        return poll(&output, 1, 0) > 0 && output.revents & Int16(POLLERR) != 0
    }

    /// Ends the program, as is usual in a pipe whose reader has ended.
    static func endWithoutReader() throws {
        signal(SIGPIPE, SIG_DFL)
        raise(SIGPIPE)
        throw CommandError("nobody reads standard output")
    }

    /// Writes bytes.
    ///
    /// - Throws: `CommandError` if they cannot be written. If nobody reads on, SIGPIPE ends the program, as is usual in
    ///   a pipe.
    static func write(_ bytes: [UInt8]) throws {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Foundation.write(STDOUT_FILENO, $0.baseAddress! + done, $0.count - done)
            }
            if count >= 0 {
                done += count
            } else if errno == EAGAIN {
                var waiting = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
                _ = poll(&waiting, 1, -1)
            } else if errno == EPIPE {
                try endWithoutReader()
            } else if errno != EINTR {
                throw CommandError(
                    "what was printed could not all be written to standard output: \(systemReason(errno))")
            }
        }
    }
}
