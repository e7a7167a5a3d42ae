/// The bytes of a request: a length, a kind, then its fields, all little-endian.
struct Request {
    enum Kind: UInt8 {
        case make = 1
        case reset, step
    }

    private(set) var bytes: [UInt8] = [0, 0, 0, 0]

    init(_ kind: Kind) { bytes.append(kind.rawValue) }

    mutating func append(_ text: String) {
        append(UInt32(text.utf8.count))
        bytes += Array(text.utf8)
    }

    mutating func append<Number: FixedWidthInteger>(_ number: Number) {
        withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
    }

    mutating func append(_ values: [Float]) {
        for value in values { append(value.bitPattern) }
    }

    /// The bytes of the request, with the length of the rest in the first four.
    var framed: [UInt8] {
        var framed = bytes
        let length = UInt32(bytes.count - 4)
        for index in 0..<4 { framed[index] = UInt8(truncatingIfNeeded: length >> (8 * UInt32(index))) }
        return framed
    }
}

/// Reads the fields of a reply one after the other.
struct Reply {
    private let bytes: [UInt8]
    private var position = 0

    /// The error for a reply whose fields are not the expected ones.
    struct Malformed: Error {}

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func byte() throws(Malformed) -> UInt8 { try numbers(UInt8.self, count: 1)[0] }

    mutating func count() throws(Malformed) -> Int { Int(try numbers(UInt32.self, count: 1)[0]) }

    mutating func text() throws(Malformed) -> String {
        String(decoding: try numbers(UInt8.self, count: count()), as: UTF8.self)
    }

    mutating func floats(_ count: Int) throws(Malformed) -> [Float] {
        try numbers(UInt32.self, count: count).map { Float(bitPattern: $0) }
    }

    mutating func doubles(_ count: Int) throws(Malformed) -> [Double] {
        try numbers(UInt64.self, count: count).map { Double(bitPattern: $0) }
    }

    mutating func booleans(_ count: Int) throws(Malformed) -> [Bool] {
        try numbers(UInt8.self, count: count).map { $0 != 0 }
    }

    mutating func end() throws(Malformed) {
        guard position == bytes.count else { throw Malformed() }
    }

    private mutating func numbers<Number: FixedWidthInteger & BitwiseCopyable>(
        _: Number.Type, count: Int
    ) throws(Malformed) -> [Number] {
        let size = MemoryLayout<Number>.size
        guard count >= 0, count <= (bytes.count - position) / size else { throw Malformed() }
        defer { position += count * size }
        return bytes.withUnsafeBytes { bytes in
            (0..<count).map {
                Number(littleEndian: bytes.loadUnaligned(fromByteOffset: position + $0 * size, as: Number.self))
            }
        }
    }
}
