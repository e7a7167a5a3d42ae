import Foundation

/// A file that is written in pieces through a buffer.
///
/// Call `close()` at the end, which writes what is left in the buffer. Only one thread may use the object at a time.
public final class OutputFile {
    private let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private static let bufferSize = 1 << 18

    /// Opens an existing file for writing and empties it.
    ///
    /// - Parameter path: The path of the file.
    /// - Throws: `FileError.unwritable` for a file that cannot be opened.
    public init(_ path: String) throws(FileError) {
        descriptor = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
        self.path = path
        guard descriptor >= 0 else { throw .unwritable(path: path, reason: systemReason(errno)) }
        buffer.reserveCapacity(Self.bufferSize + 256)
    }

    deinit { if descriptor >= 0 { Foundation.close(descriptor) } }

    /// Writes text in UTF-8.
    ///
    /// - Parameter text: The text.
    /// - Throws: `FileError.unwritable` if the file cannot take it.
    public func write(_ text: String) throws(FileError) {
        buffer.append(contentsOf: text.utf8)
        if buffer.count >= Self.bufferSize { try flush() }
    }

    /// Writes bytes.
    ///
    /// - Parameter bytes: The bytes.
    /// - Throws: `FileError.unwritable` if the file cannot take them.
    public func write(_ bytes: [UInt8]) throws(FileError) {
        try flush()
        try write(bytes, count: bytes.count)
    }

    /// Writes the elements of an array as they lie in memory, in the machine's byte order.
    ///
    /// - Parameter elements: The elements.
    /// - Throws: `FileError.unwritable` if the file cannot take them.
    public func write<Element: BitwiseCopyable>(elements: [Element]) throws(FileError) {
        try flush()
        try write(elements, count: elements.count * MemoryLayout<Element>.stride)
    }

    /// Writes bytes from memory.
    ///
    /// - Parameter bytes: The bytes.
    /// - Throws: `FileError.unwritable` if the file cannot take them.
    public func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        try flush()
        if let start = bytes.baseAddress { try write(start, count: bytes.count) }
    }

    /// Writes what is left in the buffer. The file itself is closed when the last reference to this object is gone.
    ///
    /// - Throws: `FileError.unwritable` if the file cannot take it.
    public func close() throws(FileError) { try flush() }

    private func flush() throws(FileError) {
        try write(buffer, count: buffer.count)
        buffer.removeAll(keepingCapacity: true)
    }

    private func write(_ start: UnsafeRawPointer, count: Int) throws(FileError) {
        var written = 0
        while written < count {
            let step = Foundation.write(descriptor, start + written, min(count - written, 1 << 30))
            if step < 0 {
                if errno == EINTR { continue }
                throw .unwritable(path: path, reason: systemReason(errno))
            }
            written += step
        }
    }
}
