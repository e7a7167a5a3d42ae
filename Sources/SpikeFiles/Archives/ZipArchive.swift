/// The files in a zip archive, stored or deflated.
///
/// Source: PKWARE, "APPNOTE.TXT - .ZIP File Format Specification", version 6.3.10.
struct ZipArchive {
    /// A file in the archive.
    struct Entry {
        let name: String
        let method: Int
        let checksum: UInt32
        let packedSize: Int
        let size: Int
        /// The position of the entry's own header in the archive.
        let start: Int
    }

    let path: String
    private let bytes: [UInt8]
    private(set) var entries: [Entry] = []

    static let magic = Array("PK\u{03}\u{04}".utf8)

    init(_ file: InputFile) throws(FileError) {
        path = file.path
        try file.seek(to: 0)
        bytes = try file.bytes(file.size)
        guard bytes.starts(with: Self.magic) || bytes.starts(with: "PK\u{05}\u{06}".utf8) else {
            throw .malformed(path: path, place: "byte 0", problem: "is no zip file")
        }
        try readDirectory()
    }

    private func number(_ position: Int, _ size: Int) -> Int? {
        guard position >= 0, position <= bytes.count - size else { return nil }
        return Int(exactly: (0..<size).reduce(UInt64(0)) { $0 | UInt64(bytes[position + $1]) << (8 * $1) })
    }

    private func damaged(_ problem: String) -> FileError { .damaged(path: path, problem: problem) }

    private mutating func readDirectory() throws(FileError) {
        // The end record has 22 bytes and a comment of up to 65,535.
        let endMark = Array("PK\u{05}\u{06}".utf8)
        var end = bytes.count - 22
        let least = max(0, end - 65_535)
        while end >= least, !bytes[end...].starts(with: endMark) { end -= 1 }
        guard end >= least, var count = number(end + 10, 2), var position = number(end + 16, 4) else {
            throw damaged("is a zip file without its end; it was cut short")
        }
        if count == 0xFFFF || position == 0xFFFF_FFFF {
            // Large archives have a second end record, which the 20 bytes before the first one point to.
            guard let second = number(end - 12, 8), second <= bytes.count - 56,
                bytes[second...].starts(with: "PK\u{06}\u{06}".utf8), let longCount = number(second + 32, 8),
                let longPosition = number(second + 48, 8)
            else { throw damaged("is a large zip file without its second end record") }
            (count, position) = (longCount, longPosition)
        }
        for _ in 0..<count {
            guard let entry = entry(at: &position) else { throw damaged("its directory is damaged") }
            entries.append(entry)
        }
        // Entries that share their data would take more memory than the archive accounts for.
        guard entries.reduce(0, { $0.addingReportingOverflow($1.packedSize).partialValue }) <= bytes.count,
            entries.allSatisfy({ $0.packedSize <= bytes.count })
        else { throw damaged("its entries take more bytes than it has") }
    }

    private func entry(at position: inout Int) -> Entry? {
        guard position <= bytes.count - 46, bytes[position...].starts(with: "PK\u{01}\u{02}".utf8),
            let method = number(position + 10, 2), let checksum = number(position + 16, 4),
            var packedSize = number(position + 20, 4), var size = number(position + 24, 4),
            let nameSize = number(position + 28, 2), let extraSize = number(position + 30, 2),
            let commentSize = number(position + 32, 2), var start = number(position + 42, 4)
        else { return nil }
        let nameStart = position + 46
        let extraEnd = nameStart + nameSize + extraSize
        guard extraEnd <= bytes.count else { return nil }
        var field = nameStart + nameSize
        while field + 4 <= extraEnd, let id = number(field, 2), let length = number(field + 2, 2) {
            if id == 1 {
                // Sizes that do not fit into 32 bits follow in this order.
                var next = field + 4
                func long(_ value: Int) -> Int? {
                    guard value == 0xFFFF_FFFF else { return value }
                    defer { next += 8 }
                    return next + 8 <= extraEnd ? number(next, 8) : nil
                }
                guard let longSize = long(size), let longPacked = long(packedSize), let longStart = long(start) else {
                    return nil
                }
                (size, packedSize, start) = (longSize, longPacked, longStart)
            }
            field += 4 + length
        }
        position = extraEnd + commentSize
        return Entry(
            name: String(decoding: bytes[nameStart..<nameStart + nameSize], as: UTF8.self), method: method,
            checksum: UInt32(checksum), packedSize: packedSize, size: size, start: start)
    }

    /// The content of a file in the archive.
    func contents(of entry: Entry) throws(FileError) -> [UInt8] {
        let name = excerpt(entry.name.utf8)
        guard entry.start <= bytes.count - 30, bytes[entry.start...].starts(with: Self.magic),
            let nameSize = number(entry.start + 26, 2), let extraSize = number(entry.start + 28, 2)
        else { throw damaged("the header of \(name) in it is damaged") }
        let start = entry.start + 30 + nameSize + extraSize
        guard start <= bytes.count, entry.packedSize <= bytes.count - start else {
            throw damaged("\(name) in it was cut short")
        }
        let packed = bytes[start..<start + entry.packedSize]
        let contents: [UInt8]
        switch entry.method {
        case 0: contents = Array(packed)
        case 8:
            do throws(Inflation.Flaw) {
                contents = try Inflation.inflated(packed, .none, limit: entry.size).bytes
            } catch {
                throw damaged("\(name) in it cannot be decompressed: \(error.text)")
            }
        default:
            throw .unsuitable(
                path: path, problem: "\(name) in it is compressed by method \(entry.method); only deflate is read")
        }
        guard contents.count == entry.size, Inflation.crc32(contents[...]) == entry.checksum else {
            throw damaged("\(name) in it is damaged: its checksum is wrong")
        }
        return contents
    }
}
