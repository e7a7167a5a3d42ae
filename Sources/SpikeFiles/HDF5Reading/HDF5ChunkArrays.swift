import ArrayFiles
import SpikeEncoding

/// Fixed arrays: indexes of the chunks of datasets that do not grow.
enum HDF5FixedArray {
    private static let what = "an index of chunks"

    /// Calls `body` with the number and the entry of each chunk.
    static func forEachEntry(
        _ source: HDF5Bytes, _ header: UInt64, isFiltered: Bool, _ body: (Int, HDF5Cursor) throws(FileError) -> Void
    ) throws(FileError) {
        var head = try source.block(
            header, UInt64(8 + source.lengthSize + source.addressSize), signature: "FAHD", what)
        try head.skip(2)
        let (entrySize, pageBits) = (try head.int(1), try head.int(1))
        let count = try head.int(source.lengthSize)
        guard let address = try head.address() else { return }
        guard entrySize >= source.addressSize + (isFiltered ? 5 : 0), count >= 0, count <= source.fileSize / entrySize,
            pageBits < 32
        else { throw source.damaged("\(what) claims to have \(counted(count, "chunk")), far more than the file holds") }
        let pageCount = count > 1 << pageBits ? (count + (1 << pageBits) - 1) >> pageBits : 0
        let prefix = 6 + source.addressSize
        let bitmapSize = (pageCount + 7) / 8
        var block = try source.block(
            address, UInt64(prefix + bitmapSize + (pageCount == 0 ? count * entrySize : 0)), signature: "FADB", what)
        try block.skip(2 + source.addressSize)
        let bitmap = HDF5PageBits(Array(try block.take(bitmapSize)))
        guard pageCount > 0 else {
            for index in 0..<count { try body(index, HDF5Cursor(source, Array(try block.take(entrySize)), what)) }
            return
        }
        // Checksums follow the block's head and each page.
        var start = address + UInt64(prefix + bitmapSize + 4)
        for page in 0..<pageCount {
            let first = page << pageBits
            let length = min(1 << pageBits, count - first)
            if bitmap[page] {
                var cursor = HDF5Cursor(source, try source.bytes(start, UInt64(length * entrySize), what), what)
                for index in 0..<length {
                    try body(first + index, HDF5Cursor(source, Array(try cursor.take(entrySize)), what))
                }
            }
            start += UInt64(length * entrySize + 4)
        }
    }
}

/// Which pages of an index were written: a bit for each, the highest bit of a byte first.
struct HDF5PageBits {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    subscript(page: Int) -> Bool { page / 8 < bytes.count && bytes[page / 8] & (0x80 >> UInt8(page % 8)) != 0 }
}

/// Extensible arrays: indexes of the chunks of datasets that grow along one axis.
///
/// The first entries are in the index block. The others are in data blocks, 2^(u/2) of them in super block u, each with
/// 2^((u + 1)/2) times the smallest number of entries, rounded down. The first super blocks are part of the index block.
struct HDF5ExtensibleArray {
    private let source: HDF5Bytes
    private let isFiltered: Bool
    private let entrySize, bits, directCount, smallestCount, pointerCount, pageBits: Int
    private let usedCount: Int
    private let index: UInt64?
    private static let what = "an index of chunks"

    init(_ source: HDF5Bytes, _ header: UInt64, isFiltered: Bool) throws(FileError) {
        let size = 12 + 6 * source.lengthSize + source.addressSize
        var head = try source.block(header, UInt64(size), signature: "EAHD", Self.what)
        try head.skip(2)
        (entrySize, bits, directCount) = (try head.int(1), try head.int(1), try head.int(1))
        (smallestCount, pointerCount, pageBits) = (try head.int(1), try head.int(1), try head.int(1))
        try head.skip(4 * source.lengthSize)
        usedCount = try head.int(source.lengthSize)
        try head.skip(source.lengthSize)
        index = try head.address()
        func isPower(_ number: Int) -> Bool { number > 0 && number & (number - 1) == 0 }
        guard entrySize >= source.addressSize + (isFiltered ? 5 : 0), isPower(smallestCount), isPower(pointerCount),
            1...64 ~= bits, bits >= smallestCount.trailingZeroBitCount, pageBits < 32, usedCount >= 0
        else { throw source.damaged("\(Self.what) has impossible sizes") }
        self.source = source
        self.isFiltered = isFiltered
    }

    /// Calls `body` with the number and the entry of each chunk below a limit.
    func forEachEntry(limit: Int, _ body: (Int, HDF5Cursor) throws(FileError) -> Void) throws(FileError) {
        guard let index else { return }
        let limit = min(limit, usedCount)
        let offsetSize = (bits + 7) / 8
        let superCount = 1 + bits - smallestCount.trailingZeroBitCount
        let ownSuperCount = min(superCount, 2 * pointerCount.trailingZeroBitCount)
        let ownBlockCount = 2 * (pointerCount - 1)
        let size =
            6 + source.addressSize + directCount * entrySize
            + (ownBlockCount + max(0, superCount - ownSuperCount)) * source.addressSize
        var block = try source.block(index, UInt64(size), signature: "EAIB", Self.what)
        try block.skip(2 + source.addressSize)
        for number in 0..<directCount {
            let entry = HDF5Cursor(source, Array(try block.take(entrySize)), Self.what)
            if number < limit { try body(number, entry) }
        }
        var first = directCount
        var pointers = block
        for superIndex in 0..<superCount {
            guard first < limit, superIndex < 60 else { return }
            let (blockCount, entryCount) = (1 << (superIndex / 2), smallestCount << ((superIndex + 1) / 2))
            let (entries, overflow) = blockCount.multipliedReportingOverflow(by: entryCount)
            let (end, isTooFar) = first.addingReportingOverflow(entries)
            guard !overflow, !isTooFar else { throw source.damaged("\(Self.what) has impossible sizes") }
            let pageCount = entryCount > 1 << pageBits ? entryCount >> pageBits : 0
            if superIndex < ownSuperCount {
                guard pageCount == 0 else { throw source.unsupported("\(Self.what) has pages that are not read") }
                for blockIndex in 0..<blockCount {
                    guard let address = try pointers.address() else { continue }
                    try readBlock(
                        address, first + blockIndex * entryCount, entryCount, offsetSize, pages: nil, limit, body)
                }
            } else {
                if superIndex == ownSuperCount {
                    pointers = block
                    try pointers.skip(ownBlockCount * source.addressSize)
                }
                if let address = try pointers.address() {
                    try readSuperBlock(
                        address, first, blockCount, entryCount, offsetSize, pageCount: pageCount, limit, body)
                }
            }
            first = end
        }
    }

    private func readSuperBlock(
        _ address: UInt64, _ first: Int, _ blockCount: Int, _ entryCount: Int, _ offsetSize: Int, pageCount: Int,
        _ limit: Int, _ body: (Int, HDF5Cursor) throws(FileError) -> Void
    ) throws(FileError) {
        guard blockCount <= source.fileSize / source.addressSize, pageCount <= source.fileSize else {
            throw source.damaged("\(Self.what) claims to have more chunks than the file holds")
        }
        let bitmapSize = (pageCount + 7) / 8
        let head = 6 + source.addressSize + offsetSize
        let size = head + blockCount * (bitmapSize + source.addressSize)
        var block = try source.block(address, UInt64(size), signature: "EASB", Self.what)
        try block.skip(head - 4)
        let bitmap = HDF5PageBits(Array(try block.take(blockCount * bitmapSize)))
        for blockIndex in 0..<blockCount {
            guard let address = try block.address() else { continue }
            let pages = (0..<pageCount).map { bitmap[blockIndex * pageCount + $0] }
            try readBlock(
                address, first + blockIndex * entryCount, entryCount, offsetSize, pages: pages.isEmpty ? nil : pages,
                limit, body)
        }
    }

    /// - Parameter pages: Which pages were written; `nil` for a block without pages.
    private func readBlock(
        _ address: UInt64, _ first: Int, _ entryCount: Int, _ offsetSize: Int, pages: [Bool]?, _ limit: Int,
        _ body: (Int, HDF5Cursor) throws(FileError) -> Void
    ) throws(FileError) {
        guard first < limit else { return }
        let head = 6 + source.addressSize + offsetSize
        _ = try source.block(address, UInt64(head), signature: "EADB", Self.what)
        guard entryCount <= source.fileSize / entrySize else {
            throw source.damaged("\(Self.what) claims to have more chunks than the file holds")
        }
        let pageSize = pages == nil ? entryCount : 1 << pageBits
        var start = address + UInt64(head + (pages == nil ? 0 : 4))
        for page in 0..<(pages?.count ?? 1) {
            if pages?[page] ?? true {
                var cursor = HDF5Cursor(
                    source, try source.bytes(start, UInt64(pageSize * entrySize), Self.what), Self.what)
                for number in 0..<pageSize {
                    let entry = HDF5Cursor(source, Array(try cursor.take(entrySize)), Self.what)
                    let chunk = first + page * pageSize + number
                    if chunk < limit { try body(chunk, entry) }
                }
            }
            start += UInt64(pageSize * entrySize + 4)
        }
    }
}
