import ArrayFiles

/// The bytes of a file through a window, which holds only a part of the file.
struct ByteStream {
    let file: InputFile
    private let fileSize: Int
    private var buffer: [UInt8] = []
    private var start = 0
    /// The position of the window's first byte in the file.
    private(set) var position = 0
    private var isAtEnd = false

    static let chunkSize = 1 << 18

    /// Starts at the beginning of the file.
    init(_ file: InputFile) throws(FileError) {
        self.file = file
        fileSize = file.size
        try file.seek(to: 0)
    }

    /// The number of bytes in the window.
    var count: Int { buffer.count - start }

    /// The number of bytes from the window's start to the end of the file.
    var remaining: Int { max(count, fileSize - position) }

    /// Reads on until the window holds `wanted` bytes or the file ends. Never takes more memory than the file has
    /// bytes.
    ///
    /// - Returns: The number of bytes in the window.
    @discardableResult
    mutating func fill(_ wanted: Int = chunkSize) throws(FileError) -> Int {
        guard count < wanted, !isAtEnd else { return count }
        buffer.removeSubrange(..<start)
        start = 0
        let missing = min(max(wanted - count, Self.chunkSize), max(1, fileSize - position - count))
        let more = try file.bytes(missing)
        isAtEnd = more.count < missing || position + count + more.count >= fileSize
        buffer += more
        return count
    }

    /// Moves the start of the window on.
    mutating func skip(_ bytes: Int) {
        start += bytes
        position += bytes
    }

    /// Moves the start of the window on, past its end where necessary.
    mutating func skip(far bytes: Int) throws(FileError) {
        if bytes <= count { return skip(bytes) }
        position += bytes
        buffer = []
        start = 0
        try file.seek(to: position)
    }

    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        buffer.withUnsafeBytes { body(UnsafeRawBufferPointer(rebasing: $0[start...])) }
    }

    /// The first bytes of the window, at most `count`.
    func prefix(_ count: Int) -> ArraySlice<UInt8> { buffer[start..<min(buffer.count, start + count)] }
}

extension UnsafeRawBufferPointer {
    /// A little-endian number at an offset; the caller has checked that it lies within the bytes.
    @inline(__always)
    func little<Number: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, _: Number.Type) -> Number {
        Number(littleEndian: loadUnaligned(fromByteOffset: offset, as: Number.self))
    }

    /// A big-endian number at an offset; the caller has checked that it lies within the bytes.
    @inline(__always)
    func big<Number: FixedWidthInteger & BitwiseCopyable>(_ offset: Int, _: Number.Type) -> Number {
        Number(bigEndian: loadUnaligned(fromByteOffset: offset, as: Number.self))
    }
}
