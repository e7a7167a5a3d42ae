import ArrayFiles

/// A dataset of an HDF5 file: an array of elements of one type.
public struct HDF5Dataset {
    /// The name of the dataset in its file.
    public let name: String
    /// The length of each axis; empty for a single value.
    public let shape: [Int]
    /// The type of the elements.
    public let type: HDF5Type
    /// The number of elements.
    public let count: Int

    let source: HDF5Bytes
    private let storage: HDF5Storage
    private let elementSize: Int

    init(_ name: String, _ header: HDF5ObjectHeader) throws(FileError) {
        self.name = name
        source = header.source
        guard !header.has(.externalFiles) else {
            throw source.unsupported("dataset \(name) is in another file, which is not read; copy it by h5repack")
        }
        let space = try HDF5Space(header.content(.space, "shape"))
        shape = space.shape
        type = try HDF5Type(header.content(.type, "type"))
        elementSize = type.size(addressSize: source.addressSize)
        // Deflate packs 1,032 bytes into one at best. A dataset may claim to be larger, and is then filled up.
        let limit = source.fileSize.multipliedReportingOverflow(by: 1100)
        var (bytes, overflow) = (max(1, elementSize), elementSize < 1 || limit.overflow)
        for length in shape {
            let next = bytes.multipliedReportingOverflow(by: length)
            (bytes, overflow) = (next.partialValue, overflow || next.overflow)
        }
        guard !overflow, bytes <= limit.partialValue + 65_536 else {
            throw source.damaged("dataset \(name) claims to have the shape \(shape), far more than the file holds")
        }
        count = bytes / elementSize
        storage = try HDF5Storage(header, name, space, elementSize: elementSize)
    }

    /// The value of an attribute.
    ///
    /// - Parameter bytes: The elements, all of which must be there.
    init(_ name: String, type: HDF5Type, shape: [Int], bytes: [UInt8], of source: HDF5Bytes) throws(FileError) {
        (self.name, self.type, self.shape, self.source) = (name, type, shape, source)
        elementSize = type.size(addressSize: source.addressSize)
        let room = elementSize > 0 ? bytes.count / elementSize : 0
        var count = 1
        for length in shape {
            guard length == 0 || count <= room / length else {
                throw source.damaged("the attribute \(name) claims to have the shape \(shape)")
            }
            count *= length
        }
        guard count <= room else { throw source.damaged("the attribute \(name) has no value") }
        self.count = count
        storage = HDF5Storage(bytes, of: source)
    }

    /// The length of the first axis; 1 for a single value.
    public var rowCount: Int { shape.first ?? 1 }

    /// The bytes of elements, row after row.
    ///
    /// - Parameter rows: The rows of the first axis to read; `nil` for all.
    func elements(_ rows: Range<Int>?) throws(FileError) -> [UInt8] {
        let rows = rows ?? 0..<rowCount
        precondition(rows.lowerBound >= 0 && rows.upperBound <= rowCount, "HDF5Dataset: there are \(rowCount) rows")
        guard count > 0, !rows.isEmpty else { return [] }
        return try storage.bytes(rows, shape.isEmpty ? [1] : shape, elementSize: elementSize)
    }

    /// Reads numbers, row after row.
    ///
    /// - Parameter rows: The rows of the first axis to read, all of which must exist; `nil` for all.
    /// - Returns: The numbers in double precision, which holds all but whole numbers beyond ±2^53 exactly.
    /// - Throws: `FileError` for a damaged file, and for elements that are no numbers.
    public func doubles(rows: Range<Int>? = nil) throws(FileError) -> [Double] {
        guard type.isNumber else { throw wrongType("numbers") }
        return try elements(rows).withUnsafeBytes { HDF5Numbers.doubles($0, type)! }
    }

    /// Reads whole numbers, row after row.
    ///
    /// - Parameter rows: The rows of the first axis to read, all of which must exist; `nil` for all.
    /// - Returns: The numbers. Those from 2^63 on become `Int64.max`.
    /// - Throws: `FileError` for a damaged file, and for elements that are no whole numbers.
    public func integers(rows: Range<Int>? = nil) throws(FileError) -> [Int64] {
        guard case .integer = type else { throw wrongType("whole numbers") }
        return try elements(rows).withUnsafeBytes { HDF5Numbers.integers($0, type)! }
    }

    /// Reads a field of whole numbers of records.
    ///
    /// - Parameters:
    ///   - field: The name of the field.
    ///   - rows: The rows of the first axis to read, all of which must exist; `nil` for all.
    /// - Throws: `FileError` for a damaged file, for elements that are no records, and for a field that is missing or not
    ///   of whole numbers.
    public func integers(field: String, rows: Range<Int>? = nil) throws(FileError) -> [Int64] {
        guard case .record(let size, let fields) = type else { throw wrongType("records") }
        guard let found = fields.first(where: { $0.name == field }) else {
            throw .malformed(path: source.file.path, place: "dataset \(name)", problem: "has no field \(field)")
        }
        guard case .integer(let width, _, _) = found.type else {
            throw .malformed(
                path: source.file.path, place: "dataset \(name)", problem: "the field \(field) is not of whole numbers")
        }
        let records = try elements(rows)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(records.count / size * width)
        for start in stride(from: found.offset, to: records.count, by: size) { bytes += records[start..<start + width] }
        return bytes.withUnsafeBytes { HDF5Numbers.integers($0, found.type)! }
    }

    /// Reads the texts of all elements.
    ///
    /// - Throws: `FileError` for a damaged file, and for elements that are no texts.
    public func texts() throws(FileError) -> [String] {
        switch type {
        case .text(let size):
            let bytes = try elements(nil)
            return (0..<count).map { Self.text(bytes[$0 * size..<($0 + 1) * size]) }
        case .anyText:
            let references = try HDF5References(self, elementSize: 1)
            return try (0..<count).map { (index) throws(FileError) in
                try references.withBytes(of: index) { Self.text(Array($0)[...]) }
            }
        default: throw wrongType("texts")
        }
    }

    /// The sequences that are the elements.
    ///
    /// - Throws: `FileError` for a damaged file, and for elements that are no sequences of numbers.
    public func sequences() throws(FileError) -> HDF5Sequences {
        guard case .sequence(let base) = type, base.isNumber else { throw wrongType("sequences of numbers") }
        return try HDF5Sequences(self, base)
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }

    private func wrongType(_ expected: String) -> FileError {
        .malformed(path: source.file.path, place: "dataset \(name)", problem: "does not consist of \(expected)")
    }
}

/// The shape of a dataset.
struct HDF5Space {
    let shape: [Int]
    /// The lengths that the axes may grow to; `nil` without a limit.
    let limits: [Int?]

    init(_ message: HDF5Cursor) throws(FileError) {
        var cursor = message
        let (version, rank, flags) = (try cursor.int(1), try cursor.int(1), try cursor.int(1))
        guard version == 1 || version == 2, rank <= 32 else {
            throw cursor.source.damaged("a shape of version \(version) with \(rank) axes is unknown")
        }
        let kind = try cursor.int(version == 1 ? 5 : 1)
        func lengths() throws(FileError) -> [Int?] {
            var lengths: [Int?] = []
            for _ in 0..<rank { lengths.append(Int(exactly: try cursor.length())) }
            return lengths
        }
        let shape = try lengths().map { $0 ?? .max }
        limits = flags & 1 == 0 ? shape : try lengths()
        // Kind 2 is a dataset without elements.
        self.shape = version == 2 && kind == 2 ? [0] : shape
    }
}
