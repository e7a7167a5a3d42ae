import ArrayFiles
import Foundation

/// A file that is followed by its name while another program writes it, as `tail -F` does.
///
/// Another file of the name, a file that became shorter, and one that was written anew in place are read from their
/// start. Only the first and the last bytes that were read are compared, so that a file counts as grown if it was
/// written anew with the same bytes there. A pipe is read from one writer to the next.
final class FollowedFile {
    /// Why a file begins anew.
    enum Change: String {
        case shortened = "became shorter"
        case rewritten = "was written anew"
        case replaced = "was replaced"
        case returned = "is there again"
        /// All writers of a pipe closed it.
        case writerEnded = "has no more writers"
    }

    let path: String
    private(set) var descriptor: Int32
    private var status: stat
    /// The number of bytes that were read of this file.
    private var position = 0
    /// The first and the last of these bytes.
    private var first: [UInt8] = []
    private var last: [UInt8] = []
    private var isMissing = false
    /// Whether bytes were read from a pipe since its writers changed.
    private var hasRead = false

    /// The number of bytes that are compared.
    private static let sampleSize = 256

    init(_ path: String) throws(FileError) {
        self.path = path
        (descriptor, status) = try Self.open(path)
    }

    deinit { close(descriptor) }

    /// Opens the file; a pipe without waiting for its writer.
    private static func open(_ path: String) throws(FileError) -> (Int32, stat) {
        let descriptor = Foundation.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .unreadable(path: path, reason: systemReason(errno)) }
        var status = stat()
        fstat(descriptor, &status)
        guard status.st_mode & S_IFMT != S_IFDIR else {
            close(descriptor)
            throw .unreadable(path: path, reason: "it is a directory; name a file in it")
        }
        return (descriptor, status)
    }

    private var isRegular: Bool { status.st_mode & S_IFMT == S_IFREG }

    /// Notes that bytes were read.
    ///
    /// - Returns: Why the file begins anew, in which case the bytes must not be used; `nil` if it does not.
    func change(after bytes: UnsafeRawBufferPointer) throws(FileError) -> Change? {
        guard isRegular else {
            hasRead = true
            return nil
        }
        guard isAsRead() else { return try startAgain(.rewritten) }
        position += bytes.count
        first += bytes.prefix(Self.sampleSize - first.count)
        last = Array((last + bytes.suffix(Self.sampleSize)).suffix(Self.sampleSize))
        return nil
    }

    /// Looks at the file when all of its bytes were read.
    ///
    /// - Returns: Why the file begins anew; `nil` if it does not.
    func changeAtEnd() throws(FileError) -> Change? {
        var (now, named) = (stat(), stat())
        fstat(descriptor, &now)
        if isRegular {
            if now.st_size < position { return try startAgain(.shortened) }
            if !isAsRead() { return try startAgain(.rewritten) }
            // What was written last to this file is read before another one of its name.
            guard now.st_size == position else { return nil }
        } else if hasRead {
            hasRead = false
            return .writerEnded
        }
        guard stat(path, &named) == 0 else {
            isMissing = true
            return nil
        }
        guard named.st_ino != now.st_ino || named.st_dev != now.st_dev else { return nil }
        guard let next = try? Self.open(path) else {
            isMissing = true
            return nil
        }
        close(descriptor)
        (descriptor, status) = next
        defer { forget() }
        return isMissing ? .returned : .replaced
    }

    /// Goes back to the start of the same file.
    private func startAgain(_ reason: Change) throws(FileError) -> Change {
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw .unreadable(path: path, reason: systemReason(errno)) }
        forget()
        return reason
    }

    private func forget() {
        (position, first, last, isMissing, hasRead) = (0, [], [], false, false)
    }

    /// Whether the file still has the bytes that were read of it.
    private func isAsRead() -> Bool {
        func has(_ bytes: [UInt8], at offset: Int) -> Bool {
            var found = [UInt8](repeating: 0, count: bytes.count)
            return pread(descriptor, &found, found.count, off_t(offset)) == found.count && found == bytes
        }
        return has(first, at: 0) && has(last, at: position - last.count)
    }
}
