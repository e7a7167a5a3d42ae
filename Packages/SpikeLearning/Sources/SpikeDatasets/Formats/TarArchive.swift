import ArrayFiles

/// A tar archive, plain or gzipped, which is read from front to back.
///
/// Source: POSIX.1-1988, "ustar". Entries of other types are skipped, among them the long names of later standards.
final class TarArchive {
    /// A regular file in the archive.
    struct Entry {
        let name: String
        /// The size of the file in bytes.
        let size: Int
    }

    private static let blockSize = 512
    private let file: PackedFile
    /// The number of bytes of the current entry that have not been read, and the number of zero bytes after the entry.
    private var (left, padding) = (0, 0)

    init(_ path: String) throws(FileError) { file = try PackedFile(path) }

    /// Returns the next regular file, or `nil` at the end.
    ///
    /// - Throws: `FileError` if the archive is damaged or cut short.
    func next() throws(FileError) -> Entry? {
        while true {
            try skip(left + padding)
            (left, padding) = (0, 0)
            let header = try file.bytes(Self.blockSize)
            // Two blocks of zeros end an archive, but some writers omit them.
            if header.allSatisfy({ $0 == 0 }) {
                // Reading to the end makes zlib verify the checksum of a gzipped archive.
                while try !file.bytes(1 << 16).isEmpty {}
                return nil
            }
            guard header.count == Self.blockSize, let size = Self.octal(header[124..<136]),
                Self.octal(header[148..<156]) == Self.checksum(header), size <= file.sizeLimit
            else {
                throw .malformed(path: file.path, place: nil, problem: "this is no tar archive; fetch the file anew")
            }
            left = size
            padding = (Self.blockSize - size % Self.blockSize) % Self.blockSize
            let type = header[156]
            guard type == 0 || type == UInt8(ascii: "0") else { continue }
            let prefix = header[257..<262].elementsEqual("ustar".utf8) ? Self.text(header[345..<500]) : ""
            return Entry(name: (prefix.isEmpty ? "" : prefix + "/") + Self.text(header[0..<100]), size: size)
        }
    }

    /// Returns the rest of the current entry.
    ///
    /// - Throws: `FileError` if the archive is damaged or cut short.
    func content() throws(FileError) -> [UInt8] {
        let bytes = try file.bytes(left)
        guard bytes.count == left else { throw cutShort }
        left = 0
        return bytes
    }

    /// Returns the next bytes of the current entry, at most `limit`; `nil` at its end.
    ///
    /// - Throws: `FileError` if the archive is damaged or cut short.
    func contentPart(_ limit: Int) throws(FileError) -> [UInt8]? {
        guard left > 0 else { return nil }
        let bytes = try file.bytes(min(left, limit))
        if bytes.isEmpty { throw cutShort }
        left -= bytes.count
        return bytes
    }

    private func skip(_ count: Int) throws(FileError) {
        var count = count
        while count > 0 {
            let bytes = try file.bytes(min(count, 1 << 20))
            if bytes.isEmpty { throw cutShort }
            count -= bytes.count
        }
    }

    private var cutShort: FileError {
        .damaged(path: file.path, problem: "the archive is cut short; fetch the file anew")
    }

    private static func text(_ field: ArraySlice<UInt8>) -> String {
        String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
    }

    private static func octal(_ field: ArraySlice<UInt8>) -> Int? {
        let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0 && $0 != 0x20 }
        return digits.isEmpty ? 0 : Int(String(decoding: digits, as: UTF8.self), radix: 8)
    }

    /// Returns the sum of all bytes of a header, with spaces in place of the checksum itself.
    private static func checksum(_ header: [UInt8]) -> Int {
        header.indices.reduce(0) { $0 + ((148..<156).contains($1) ? 0x20 : Int(header[$1])) }
    }
}
