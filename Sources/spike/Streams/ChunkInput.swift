import ArrayFiles
import Foundation
import SpikeCommandLine

/// Bytes as they arrive: from standard input, or from a file that another program is writing.
final class ChunkInput {
    /// What messages call the source.
    let name: String
    private let descriptor: Int32
    private let isFollowed: Bool
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 64)
    private var position = 0

    /// How long to wait for bytes before looking for a request to stop, in milliseconds.
    private static let patience: Int32 = 100

    /// Opens the source.
    ///
    /// - Parameter file: A file that grows; `nil` for standard input.
    init(following file: String?) throws {
        name = file ?? "standard input"
        isFollowed = file != nil
        guard let file else {
            descriptor = STDIN_FILENO
            return
        }
        descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError.unreadable(path: file, reason: systemReason(errno)) }
    }

    deinit {
        if isFollowed { close(descriptor) }
        buffer.deallocate()
    }

    /// Waits for bytes, and reads those that are there.
    ///
    /// - Returns: The bytes, which are valid until the next call; `nil` at the end of the input, and after a signal
    ///   that asks to stop.
    func next() throws -> UnsafeRawBufferPointer? {
        while StopRequest.current == nil {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            // A signal may come just before `poll`, which then would wait for the next bytes.
            if !isFollowed, poll(&waiting, 1, Self.patience) <= 0 { continue }
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            if count > 0 {
                position += count
                return UnsafeRawBufferPointer(rebasing: buffer[..<count])
            }
            if count < 0 {
                if errno == EINTR || errno == EAGAIN { continue }
                throw FileError.unreadable(path: name, reason: systemReason(errno))
            }
            if !isFollowed { return nil }
            try waitForGrowth()
        }
        return nil
    }

    private func waitForGrowth() throws {
        var status = stat()
        fstat(descriptor, &status)
        if status.st_mode & S_IFMT == S_IFREG, status.st_size < position {
            throw FileError.damaged(path: name, problem: "became shorter while it was followed")
        }
        _ = poll(nil, 0, 10)
    }
}
