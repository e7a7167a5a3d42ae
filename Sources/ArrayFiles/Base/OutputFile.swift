import Foundation

/// A file being written in buffered pieces; `close` writes what is left. One thread at a time may use it.
public final class OutputFile {
    private let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private static let bufferSize = 1 << 18

    /// - Parameter path: Of an existing file, which is emptied.
    public init(_ path: String) throws(FileError) {
        descriptor = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
        self.path = path
        guard descriptor >= 0 else { throw .unwritable(path: path, reason: systemReason(errno)) }
        buffer.reserveCapacity(Self.bufferSize + 256)
    }

    deinit { if descriptor >= 0 { Foundation.close(descriptor) } }

    public func write(_ text: String) throws(FileError) {
        buffer.append(contentsOf: text.utf8)
        if buffer.count >= Self.bufferSize { try flush() }
    }

    public func write(_ bytes: [UInt8]) throws(FileError) {
        try flush()
        try write(bytes, count: bytes.count)
    }

    /// The elements as they lie in memory.
    public func write<Element: BitwiseCopyable>(elements: [Element]) throws(FileError) {
        try flush()
        try write(elements, count: elements.count * MemoryLayout<Element>.stride)
    }

    /// Bytes from memory.
    public func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        try flush()
        if let start = bytes.baseAddress { try write(start, count: bytes.count) }
    }

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
