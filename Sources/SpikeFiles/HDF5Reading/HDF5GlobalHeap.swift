import ArrayFiles

/// The global heap, which holds sequences and texts of any length in collections of objects.
final class HDF5GlobalHeap {
    /// A collection that was read: its bytes, and where each object is in them.
    private struct Collection {
        let bytes: [UInt8]
        let objects: [Int: Range<Int>]
    }

    private let source: HDF5Bytes
    /// The collections that were read last, the latest one at the end.
    private var recent: [(address: UInt64, collection: Collection)] = []
    private static let what = "the heap of sequences"

    init(_ source: HDF5Bytes) { self.source = source }

    /// Calls `body` with the bytes of an object.
    func withObject<Result>(
        _ address: UInt64, _ index: Int, _ body: (UnsafeRawBufferPointer) throws(FileError) -> Result
    ) throws(FileError) -> Result {
        let collection = try collection(address)
        guard let range = collection.objects[index] else {
            throw source.damaged("\(Self.what) has no object \(index) at address \(address)")
        }
        return try collection.bytes.withUnsafeBufferPointer { (bytes) throws(FileError) in
            try body(UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: bytes[range])))
        }
    }

    private func collection(_ address: UInt64) throws(FileError) -> Collection {
        if let index = recent.firstIndex(where: { $0.address == address }) { return recent[index].collection }
        let collection = try read(address)
        if recent.count == 4 { recent.removeFirst() }
        recent.append((address, collection))
        return collection
    }

    private func read(_ address: UInt64) throws(FileError) -> Collection {
        let headSize = 8 + source.lengthSize
        var head = try source.block(address, UInt64(headSize), signature: "GCOL", Self.what)
        try head.skip(4)
        let bytes = try source.bytes(address, try head.length(), Self.what)
        var objects: [Int: Range<Int>] = [:]
        var cursor = HDF5Cursor(source, bytes, Self.what)
        try cursor.skip(min(headSize, cursor.remaining))
        while cursor.remaining >= headSize {
            let index = try cursor.int(2)
            try cursor.skip(6)
            let size = try cursor.int(source.lengthSize)
            // Object 0 is the space that is left.
            guard index != 0 else { break }
            let start = cursor.position
            try cursor.skip(size)
            objects[index] = start..<start + size
            try cursor.skip(min((8 - size % 8) % 8, cursor.remaining))
        }
        return Collection(bytes: bytes, objects: objects)
    }
}
