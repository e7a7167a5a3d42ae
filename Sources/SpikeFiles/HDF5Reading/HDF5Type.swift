import ArrayFiles

/// The type of a dataset's elements.
public indirect enum HDF5Type: Hashable, Sendable {
    /// The number of bytes of a whole number is 1 to 8.
    case integer(size: Int, isSigned: Bool, isBigEndian: Bool)
    /// The number of bytes of an IEEE floating-point number is 2, 4 or 8.
    case float(size: Int, isBigEndian: Bool)
    /// A text of so many bytes, which ends at the first 0.
    case text(size: Int)
    /// A text of any length.
    case anyText
    /// A sequence of any length.
    case sequence(HDF5Type)
    /// Records of several fields.
    case record(size: Int, [Field])
    /// A type that is not read.
    case other(size: Int)

    /// A field of records.
    public struct Field: Hashable, Sendable {
        /// The name of the field.
        public let name: String
        /// The position of the field in the record, in bytes.
        public let offset: Int
        /// The type of the field.
        public let type: HDF5Type
    }

    init(_ message: HDF5Cursor) throws(FileError) {
        var cursor = message
        (self, _) = try Self.read(&cursor, depth: 0)
    }

    /// Reads a type; also returns its size in bytes in a dataset.
    private static func read(
        _ cursor: inout HDF5Cursor, depth: Int
    ) throws(FileError) -> (type: HDF5Type, size: Int) {
        let source = cursor.source
        guard depth < 8 else { throw source.damaged("a type is nested too deeply") }
        let kind = try cursor.int(1)
        let flags = try cursor.int(3)
        let size = try cursor.int(4)
        let (version, isBigEndian) = (kind >> 4, flags & 1 != 0)
        switch kind & 15 {
        case 0:
            let (offset, precision) = (try cursor.int(2), try cursor.int(2))
            let isPlain = 1...8 ~= size && offset == 0 && precision == 8 * size
            return (
                isPlain ? .integer(size: size, isSigned: flags & 8 != 0, isBigEndian: isBigEndian) : .other(size: size),
                size
            )
        case 1:
            let fields = Array(try cursor.take(12))
            // The widths of exponent and fraction, and the exponent's bias.
            let shape = [Int(fields[5]), Int(fields[7]), Int(fields[8]) | Int(fields[9]) << 8]
            let known = [2: [5, 10, 15], 4: [8, 23, 127], 8: [11, 52, 1023]]
            let isPlain = known[size] == shape && flags & 0x40 == 0
            return (isPlain ? .float(size: size, isBigEndian: isBigEndian) : .other(size: size), size)
        case 2: try cursor.skip(2)
        case 3: return (.text(size: size), size)
        case 4: try cursor.skip(4)
        case 5: try cursor.skip(flags & 0xFF)
        case 6:
            let fields = try readFields(&cursor, count: flags & 0xFFFF, size: size, version: version, depth: depth)
            return (.record(size: size, fields), size)
        case 8:
            let base = try read(&cursor, depth: depth + 1)
            for _ in 0..<flags & 0xFFFF { try skipName(&cursor, isPadded: version < 3) }
            for _ in 0..<flags & 0xFFFF { try cursor.skip(base.size) }
            return base
        case 9:
            let base = try read(&cursor, depth: depth + 1).type
            return (flags & 15 == 1 ? .anyText : .sequence(base), size)
        case 10:
            let rank = try cursor.int(1)
            try cursor.skip(version < 3 ? 3 + 8 * rank : 4 * rank)
            _ = try read(&cursor, depth: depth + 1)
        default: break
        }
        return (.other(size: size), size)
    }

    private static func readFields(
        _ cursor: inout HDF5Cursor, count: Int, size: Int, version: Int, depth: Int
    ) throws(FileError) -> [Field] {
        var fields: [Field] = []
        let offsetSize = version < 3 ? 4 : (max(1, size).bitWidth - max(1, size).leadingZeroBitCount - 1) / 8 + 1
        for _ in 0..<count {
            let start = cursor.position
            let name = try cursor.textToZero()
            if version < 3 { try cursor.align(from: start) }
            let offset = try cursor.int(offsetSize)
            var isArray = false
            if version == 1 {
                isArray = try cursor.int(1) != 0
                try cursor.skip(27)
            }
            let (type, fieldSize) = try read(&cursor, depth: depth + 1)
            guard offset <= size, fieldSize <= size - offset else {
                throw cursor.source.damaged("the field \(name) lies outside of its record")
            }
            fields.append(Field(name: name, offset: offset, type: isArray ? .other(size: fieldSize) : type))
        }
        return fields
    }

    private static func skipName(_ cursor: inout HDF5Cursor, isPadded: Bool) throws(FileError) {
        let start = cursor.position
        _ = try cursor.textToZero()
        if isPadded { try cursor.align(from: start) }
    }

    /// The number of bytes of an element in a dataset.
    ///
    /// - Parameter addressSize: The number of bytes of an address in the file.
    func size(addressSize: Int) -> Int {
        switch self {
        case .integer(let size, _, _), .float(let size, _), .text(let size), .record(let size, _), .other(let size):
            size
        case .anyText, .sequence: 8 + addressSize
        }
    }

    var isNumber: Bool {
        switch self {
        case .integer, .float: true
        default: false
        }
    }
}
