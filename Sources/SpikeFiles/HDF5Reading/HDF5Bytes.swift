import ArrayFiles

/// The bytes of an HDF5 file by their addresses, which count from the superblock.
///
/// Memory is taken only for bytes that the file has. One thread at a time may use it.
final class HDF5Bytes {
    let file: InputFile
    private let start: Int
    private let size: Int
    /// The number of bytes of an address, and of a length.
    let addressSize, lengthSize: Int

    init(_ file: InputFile, start: Int, addressSize: Int, lengthSize: Int) {
        self.file = file
        self.start = start
        self.addressSize = addressSize
        self.lengthSize = lengthSize
        size = file.size - start
    }

    /// The size of the file in bytes.
    var fileSize: Int { file.size }

    /// Reads bytes, all of which must be in the file.
    ///
    /// - Parameter what: What is read, for the message of an error.
    func bytes(_ address: UInt64, _ count: UInt64, _ what: String) throws(FileError) -> [UInt8] {
        guard address <= UInt64(size), count <= UInt64(size) - address else {
            throw damaged("\(what) lies beyond the end of the file; the file was cut short or damaged")
        }
        try file.seek(to: start + Int(address))
        let bytes = try file.bytes(Int(count))
        guard bytes.count == count else { throw damaged("\(what) was cut short while it was read") }
        return bytes
    }

    /// Reads bytes as far as the file has them.
    func bytes(_ address: UInt64, upTo count: Int) throws(FileError) -> [UInt8] {
        guard address < UInt64(size) else { return [] }
        try file.seek(to: start + Int(address))
        return try file.bytes(min(count, size - Int(address)))
    }

    /// A cursor over bytes of the file that begin with a signature of four letters.
    func block(
        _ address: UInt64, _ count: UInt64, signature: String, _ what: String
    ) throws(FileError) -> HDF5Cursor {
        var cursor = HDF5Cursor(self, try bytes(address, count, what), what)
        guard try cursor.text(4) == signature else { throw damaged("\(what) does not begin with \(signature)") }
        return cursor
    }

    func damaged(_ problem: String) -> FileError { .damaged(path: file.path, problem: problem) }

    func unsupported(_ problem: String) -> FileError { .unsuitable(path: file.path, problem: problem) }
}

/// Reads little-endian numbers one after the other.
struct HDF5Cursor {
    let source: HDF5Bytes
    private let bytes: [UInt8]
    private(set) var position = 0
    private let what: String

    /// - Parameter what: What the bytes are, for the message of an error.
    init(_ source: HDF5Bytes, _ bytes: [UInt8], _ what: String) {
        self.source = source
        self.bytes = bytes
        self.what = what
    }

    var remaining: Int { bytes.count - position }

    /// The next bytes.
    mutating func take(_ count: Int) throws(FileError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= remaining else { throw source.damaged("\(what) ends too early") }
        position += count
        return bytes[position - count..<position]
    }

    mutating func skip(_ count: Int) throws(FileError) { _ = try take(count) }

    /// A whole number of 1 to 8 bytes; of none, it is 0.
    mutating func number(_ size: Int) throws(FileError) -> UInt64 {
        try take(size).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    mutating func int(_ size: Int) throws(FileError) -> Int { Int(truncatingIfNeeded: try number(size)) }

    /// An address; `nil` if it is undefined, which all bits set say.
    mutating func address() throws(FileError) -> UInt64? {
        let size = source.addressSize
        let value = try number(size)
        return value == UInt64.max >> UInt64(64 - 8 * size) ? nil : value
    }

    mutating func length() throws(FileError) -> UInt64 { try number(source.lengthSize) }

    mutating func text(_ count: Int) throws(FileError) -> String { String(decoding: try take(count), as: UTF8.self) }

    /// The text up to the next 0.
    mutating func textToZero() throws(FileError) -> String {
        guard let end = bytes[position...].firstIndex(of: 0) else { throw source.damaged("\(what) ends too early") }
        defer { position = end + 1 }
        return String(decoding: bytes[position..<end], as: UTF8.self)
    }

    /// Passes over bytes up to a multiple of 8 from `start` on.
    mutating func align(from start: Int) throws(FileError) { try skip((8 - (position - start) % 8) % 8) }
}
