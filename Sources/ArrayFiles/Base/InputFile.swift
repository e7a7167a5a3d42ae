import Foundation

/// A file that is read in parts, or bytes in memory that are read like one.
///
/// The file is closed when the last reference to this object is gone. Only one thread may use the object at a time.
public final class InputFile {
    /// The path of the file, as messages name it.
    public let path: String
    private let descriptor: Int32
    /// The bytes in memory; `nil` if they are in a file.
    private let contents: [UInt8]?
    private var isShared = false
    /// The position where the next read begins, in bytes from the start.
    package private(set) var position = 0

    /// Opens a file for reading.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - systemPath: The bytes of a path that is not UTF-8, with a 0 at the end; `path` is then only for messages.
    ///     Pass `nil` to open `path` itself.
    /// - Throws: `FileError.unreadable` for a file that is missing, forbidden or a directory.
    public init(_ path: String, systemPath: [CChar]? = nil) throws(FileError) {
        let flags = O_RDONLY | O_CLOEXEC
        let descriptor = systemPath.map { open($0, flags) } ?? open(path, flags)
        guard descriptor >= 0 else { throw .unreadable(path: path, reason: systemReason(errno)) }
        self.path = path
        self.descriptor = descriptor
        contents = nil
        if status.st_mode & S_IFMT == S_IFDIR {
            throw .unreadable(path: path, reason: "it is a directory; name a file in it")
        }
    }

    /// Makes bytes in memory readable like a file.
    ///
    /// - Parameters:
    ///   - name: What messages call the file.
    ///   - contents: The bytes.
    package init(_ name: String, contents: [UInt8]) {
        path = name
        descriptor = -1
        self.contents = contents
    }

    deinit { if contents == nil { close(descriptor) } }

    /// Takes over an open file.
    ///
    /// - Parameters:
    ///   - name: What messages call the file.
    ///   - descriptor: The descriptor, which is closed with this object.
    ///   - isShared: Whether others read the same open file, so that its position is not that of this object.
    package init(_ name: String, descriptor: Int32, isShared: Bool = false) {
        path = name
        self.descriptor = descriptor
        self.isShared = isShared
        contents = nil
    }

    private var status: stat {
        var status = stat()
        fstat(descriptor, &status)
        return status
    }

    /// The size of the file in bytes.
    public var size: Int { contents?.count ?? Int(status.st_size) }

    /// Sets the position where the next read begins.
    ///
    /// - Parameter offset: The position, in bytes from the start of the file.
    /// - Throws: `FileError.unreadable` if the system refuses the position.
    public func seek(to offset: Int) throws(FileError) {
        guard offset >= 0, contents != nil || isShared || lseek(descriptor, off_t(offset), SEEK_SET) == offset else {
            throw .unreadable(path: path, reason: systemReason(errno))
        }
        position = offset
    }

    /// Reads the next bytes of the file into a buffer.
    ///
    /// - Parameter buffer: The memory to fill. At the end of the file, only a part of it is filled.
    /// - Returns: The number of bytes that were read.
    /// - Throws: `FileError.unreadable` if reading fails.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        if let contents {
            let count = max(0, min(buffer.count, contents.count - position))
            if count > 0 { buffer.copyBytes(from: contents[position..<position + count]) }
            position += count
            return count
        }
        var filled = 0
        defer { position += filled }
        while filled < buffer.count {
            let (start, wanted) = (buffer.baseAddress! + filled, min(buffer.count - filled, 1 << 30))
            let count =
                isShared
                ? pread(descriptor, start, wanted, off_t(position + filled))
                : Foundation.read(descriptor, start, wanted)
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw .unreadable(path: path, reason: systemReason(errno))
            }
            filled += count
        }
        return filled
    }

    /// Reads the next bytes of the file.
    ///
    /// - Parameter count: The number of bytes to read, at least 0.
    /// - Returns: The bytes; fewer than `count` at the end of the file.
    /// - Throws: `FileError.unreadable` if reading fails.
    public func bytes(_ count: Int) throws(FileError) -> [UInt8] {
        var failure: FileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(FileError) {
                filled = try read(
                    into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<count]))
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }
}

/// A description of an error number of the system, in lower case.
package func systemReason(_ number: Int32) -> String {
    switch number {
    case ENOENT: "there is no such file or directory"
    case EACCES, EPERM: "permission denied"
    case ENOSPC: "the disk is full"
    default: String(cString: strerror(number)).lowercased()
    }
}

/// The size of the machine's memory, in bytes. A file that claims to hold more cannot be read.
package let physicalMemory = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
