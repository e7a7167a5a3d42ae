import Foundation

/// A file opened for reading in parts, closed with its last reference; one thread at a time may use it.
public final class InputFile {
    public let path: String
    private let descriptor: Int32

    /// - Parameter systemPath: The bytes of a path that is not UTF-8, ended by 0; `path` stands in messages then.
    /// - Throws: `FileError.unreadable` if it is missing, forbidden or a directory.
    public init(_ path: String, systemPath: [CChar]? = nil) throws(FileError) {
        let flags = O_RDONLY | O_CLOEXEC
        let descriptor = systemPath.map { open($0, flags) } ?? open(path, flags)
        guard descriptor >= 0 else { throw .unreadable(path: path, reason: systemReason(errno)) }
        self.path = path
        self.descriptor = descriptor
        if status.st_mode & S_IFMT == S_IFDIR {
            throw .unreadable(path: path, reason: "it is a directory; name a file in it")
        }
    }

    deinit { close(descriptor) }

    private var status: stat {
        var status = stat()
        fstat(descriptor, &status)
        return status
    }

    /// In bytes.
    public var size: Int { Int(status.st_size) }

    public func seek(to offset: Int) throws(FileError) {
        guard lseek(descriptor, off_t(offset), SEEK_SET) == offset else {
            throw .unreadable(path: path, reason: systemReason(errno))
        }
    }

    /// Fills the buffer, or as much of it as the rest of the file does; returns the count of bytes.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        var filled = 0
        while filled < buffer.count {
            let count = Foundation.read(descriptor, buffer.baseAddress! + filled, min(buffer.count - filled, 1 << 30))
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw .unreadable(path: path, reason: systemReason(errno))
            }
            filled += count
        }
        return filled
    }

    /// The next `count` bytes, or as many as there are.
    public func bytes(_ count: Int) throws(FileError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var failure: FileError?
        let filled = bytes.withUnsafeMutableBytes { buffer in
            do throws(FileError) {
                return try read(into: buffer)
            } catch {
                failure = error
                return 0
            }
        }
        if let failure { throw failure }
        bytes.removeLast(count - filled)
        return bytes
    }
}

/// What the system says of an error number.
package func systemReason(_ number: Int32) -> String {
    switch number {
    case ENOENT: "there is no such file or directory"
    case EACCES, EPERM: "permission denied"
    case ENOSPC: "the disk is full"
    default: String(cString: strerror(number)).lowercased()
    }
}

/// In bytes; what a reader may at most fill from a small file's claims.
package let physicalMemory = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
