import ArrayFiles

/// A fractal heap, in which large groups keep their links.
///
/// It is one line of addresses, cut into blocks. Blocks of row 0 and 1 of a table have the starting size, those of each
/// row after them have twice the size of the row before. Rows of blocks that would be larger than the largest are tables of their own.
struct HDF5FractalHeap {
    private let source: HDF5Bytes
    private let offsetSize, lengthSize: Int
    private let width, startSize, largestSize: UInt64
    private let root: UInt64
    /// The number of rows of the first table; 0 if the root is the only block.
    private let rowCount: Int
    private static let what = "the heap of a group's links"

    init(_ source: HDF5Bytes, _ address: UInt64) throws(FileError) {
        let size = 26 + 12 * source.lengthSize + 3 * source.addressSize
        var head = try source.block(address, UInt64(size), signature: "FRHP", Self.what)
        try head.skip(3)
        let filterSize = try head.int(2)
        guard filterSize == 0 else {
            throw source.unsupported("its groups are compressed, which is not read; rewrite it by h5repack")
        }
        try head.skip(1)
        let largestObject = try head.number(4)
        try head.skip(10 * source.lengthSize + 2 * source.addressSize)
        width = try head.number(2)
        (startSize, largestSize) = (try head.length(), try head.length())
        let bits = try head.int(2)
        try head.skip(2)
        guard let root = try head.address() else { throw source.damaged("\(Self.what) has no block") }
        rowCount = try head.int(2)
        guard width > 0, startSize > 0, startSize & (startSize - 1) == 0, largestSize >= startSize,
            largestSize & (largestSize - 1) == 0, 1...64 ~= bits, rowCount <= 64
        else { throw source.damaged("\(Self.what) has impossible sizes") }
        self.root = root
        self.source = source
        offsetSize = (bits + 7) / 8
        lengthSize = min(
            (largestSize.trailingZeroBitCount + 7) / 8, (63 - max(1, largestObject).leadingZeroBitCount) / 8 + 1)
    }

    /// The bytes of an object.
    ///
    /// - Parameter identifier: A cursor at the object's identifier.
    func object(_ identifier: HDF5Cursor) throws(FileError) -> [UInt8] {
        var identifier = identifier
        guard try identifier.int(1) & 0x30 == 0 else {
            throw source.unsupported("a group has a link that is too long to be read here")
        }
        let (offset, length) = (try identifier.number(offsetSize), try identifier.number(lengthSize))
        guard length < 1 << 17 else { throw source.damaged("a group has a link of \(length) bytes") }
        if rowCount == 0 { return try bytes(root, offset, length) }
        return try object(table: root, rows: rowCount, offset, length, depth: 0)
    }

    private func bytes(_ block: UInt64, _ offset: UInt64, _ length: UInt64) throws(FileError) -> [UInt8] {
        let (address, overflow) = block.addingReportingOverflow(offset)
        guard !overflow else { throw source.damaged("\(Self.what) has an impossible address") }
        return try source.bytes(address, length, "a link of a group")
    }

    private func object(
        table: UInt64, rows: Int, _ offset: UInt64, _ length: UInt64, depth: Int
    ) throws(FileError) -> [UInt8] {
        let directRows = largestSize.trailingZeroBitCount - startSize.trailingZeroBitCount + 2
        var rowStart: UInt64 = 0
        for row in 0..<rows {
            let shift = max(0, row - 1)
            guard shift + startSize.trailingZeroBitCount < 56, depth < 16 else { break }
            let blockSize = startSize << UInt64(shift)
            let (rowSize, overflow) = blockSize.multipliedReportingOverflow(by: width)
            guard !overflow, rowStart <= UInt64.max - rowSize else { break }
            guard offset >= rowStart + rowSize else {
                let column = (offset - rowStart) / blockSize
                let entry = UInt64(row) * width + column
                let head = 5 + UInt64(source.addressSize + offsetSize)
                var signature = try source.block(table, head, signature: "FHIB", Self.what)
                try signature.skip(1)
                var cursor = HDF5Cursor(
                    source,
                    try source.bytes(
                        table + head + entry * UInt64(source.addressSize), UInt64(source.addressSize), Self.what),
                    Self.what)
                guard let child = try cursor.address() else { break }
                let rest = offset - rowStart - column * blockSize
                if row < directRows { return try bytes(child, rest, length) }
                let childRows =
                    blockSize.trailingZeroBitCount - startSize.trailingZeroBitCount - (63 - width.leadingZeroBitCount)
                    + 1
                return try object(table: child, rows: max(0, childRows), rest, length, depth: depth + 1)
            }
            rowStart += rowSize
        }
        throw source.damaged("\(Self.what) has no such link")
    }
}
