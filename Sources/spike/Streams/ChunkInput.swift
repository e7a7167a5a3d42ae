import ArrayFiles
import Foundation
import SpikeCommandLine

/// Bytes as they arrive: from standard input, or from a file that another program is writing.
final class ChunkInput {
    /// What arrived.
    enum Part {
        /// Bytes, which are valid until the next part.
        case bytes(UnsafeRawBufferPointer)
        /// The followed file begins anew.
        case newStart(FollowedFile.Change)
    }

    /// What messages call the source.
    let name: String
    /// The number of bytes that arrived.
    private(set) var byteCount = 0
    private let file: FollowedFile?
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 64)

    /// How long to wait for bytes before looking for a request to stop, in milliseconds.
    private static let patience: Int32 = 100

    /// Opens the source.
    ///
    /// - Parameter path: The path of a file that grows, or of a pipe; `nil` for standard input.
    init(following path: String?) throws(FileError) {
        name = path ?? StandardInput.name
        if let path { file = try FollowedFile(path) } else { file = nil }
    }

    deinit { buffer.deallocate() }

    /// Waits for the next part.
    ///
    /// - Returns: The part; `nil` at the end of standard input, and after a signal that asks to stop.
    func next() throws -> Part? {
        while StopRequest.current == nil {
            if ChunkOutput.hasLostReader { try ChunkOutput.endWithoutReader() }
            let descriptor = file?.descriptor ?? STDIN_FILENO
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            // A signal may come just before `poll`, which then would wait for the next bytes. Files are always ready.
            if poll(&waiting, 1, Self.patience) <= 0 { continue }
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            if count > 0 {
                byteCount += count
                let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
                // What was read may be of a file that was written anew in the meantime.
                if let change = try file?.change(after: bytes) { return .newStart(change) }
                return .bytes(bytes)
            }
            if count < 0 {
                if errno == EINTR || errno == EAGAIN { continue }
                throw FileError.unreadable(path: name, reason: systemReason(errno))
            }
            guard let file else { return nil }
            if let change = try file.changeAtEnd() { return .newStart(change) }
            _ = poll(nil, 0, 10)
        }
        return nil
    }
}
