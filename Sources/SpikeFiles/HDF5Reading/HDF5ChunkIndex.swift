import ArrayFiles
import SpikeEncoding

/// A chunk of a dataset: a box of elements that lie together in the file.
struct HDF5Chunk {
    let address: UInt64
    /// The number of bytes in the file; `nil` for all of the chunk, without filters.
    let size: UInt64?
    /// A bit for each filter that the chunk was not put through.
    let filterMask: UInt64
    /// The index of its first element along each axis.
    let start: [Int]
}

/// The index of a dataset's chunks, of which libhdf5 writes six kinds.
struct HDF5ChunkIndex {
    private enum Kind {
        case tree
        case single(size: UInt64?, mask: UInt64)
        case implicit
        case fixedArray
        case extensibleArray
        case tree2
    }

    let source: HDF5Bytes
    /// The lengths of a chunk along the axes.
    let shape: [Int]
    private let name: String
    private let kind: Kind
    private let address: UInt64?
    private let space: HDF5Space
    private let isFiltered: Bool
    private let chunkSize: UInt64

    init(
        _ layout: HDF5Cursor, _ name: String, _ space: HDF5Space, version: Int, oldRank: Int, elementSize: Int,
        isFiltered: Bool
    ) throws(FileError) {
        var layout = layout
        source = layout.source
        (self.name, self.space, self.isFiltered) = (name, space, isFiltered)
        let flags = version >= 4 ? try layout.int(1) : 0
        guard flags & 1 == 0 else {
            throw source.unsupported(
                "dataset \(name) has chunks at its edges that are not compressed, which is not read")
        }
        let rank = version < 3 ? oldRank : try layout.int(1)
        var address: UInt64?
        if version < 4 { address = try layout.address() }
        let lengthSize = version < 4 ? 4 : try layout.int(1)
        guard rank == space.shape.count + 1, 1...8 ~= lengthSize else {
            throw layout.source.damaged("dataset \(name) has chunks of \(rank - 1) axes")
        }
        var lengths: [Int] = []
        for _ in 0..<rank { lengths.append(try layout.int(lengthSize)) }
        var (bytes, overflow) = (1, false)
        for length in lengths {
            let next = bytes.multipliedReportingOverflow(by: length)
            (bytes, overflow) = (next.partialValue, overflow || next.overflow || length < 1)
        }
        let limit = source.fileSize.multipliedReportingOverflow(by: 1100)
        guard !overflow, lengths.last == elementSize, !limit.overflow, bytes <= limit.partialValue + 65_536 else {
            throw source.damaged("dataset \(name) claims to have chunks of \(lengths), far more than the file holds")
        }
        shape = Array(lengths.dropLast())
        chunkSize = UInt64(bytes)
        guard version >= 4 else {
            (kind, self.address) = (.tree, address)
            return
        }
        switch try layout.int(1) {
        case 1 where flags & 2 != 0: kind = .single(size: try layout.length(), mask: try layout.number(4))
        case 1: kind = .single(size: nil, mask: 0)
        case 2: kind = .implicit
        case 3:
            kind = .fixedArray
            try layout.skip(1)
        case 4:
            kind = .extensibleArray
            try layout.skip(5)
        case 5:
            kind = .tree2
            try layout.skip(6)
        case let number: throw source.unsupported("dataset \(name) has an index of chunks of kind \(number)")
        }
        self.address = try layout.address()
    }

    /// The chunks that were written, in order of their first rows.
    func chunks() throws(FileError) -> [HDF5Chunk] {
        guard let address else { return [] }
        var chunks: [HDF5Chunk] = []
        switch kind {
        case .tree:
            let size = 8 + 8 * (shape.count + 1)
            try HDF5Tree.forEachLeaf(source, address, type: 1, keySize: size) { (key, address) throws(FileError) in
                var key = key
                let (size, mask) = (try key.number(4), try key.number(4))
                chunks.append(try chunk(address, size: size, mask, &key, isScaled: false))
            }
        case .tree2:
            try HDF5Tree2.forEachRecord(source, address, type: isFiltered ? 11 : 10) { (record) throws(FileError) in
                var record = record
                guard let address = try record.address() else { return }
                let sizeSize = record.remaining - 4 - 8 * shape.count
                let size = isFiltered ? try record.number(sizeSize) : nil
                let mask = isFiltered ? try record.number(4) : 0
                chunks.append(try chunk(address, size: size, mask, &record, isScaled: true))
            }
        case .single(let size, let mask):
            chunks = [HDF5Chunk(address: address, size: size, filterMask: mask, start: shape.map { _ in 0 })]
        case .implicit:
            let grid = HDF5ChunkGrid(space, shape)
            for index in 0..<grid.count {
                let (offset, overflow) = chunkSize.multipliedReportingOverflow(by: UInt64(index))
                guard !overflow, offset < UInt64(source.fileSize), address < UInt64(source.fileSize) else {
                    throw damaged
                }
                if let start = grid.start(index) {
                    chunks.append(HDF5Chunk(address: address + offset, size: nil, filterMask: 0, start: start))
                }
            }
        case .fixedArray, .extensibleArray:
            let grid = HDF5ChunkGrid(space, shape)
            let add = { (index: Int, entry: HDF5Cursor) throws(FileError) in
                var entry = entry
                guard let address = try entry.address(), let start = grid.start(index) else { return }
                let size = isFiltered ? try entry.number(entry.remaining - 4) : nil
                let mask = isFiltered ? try entry.number(4) : 0
                chunks.append(HDF5Chunk(address: address, size: size, filterMask: mask, start: start))
            }
            if case .fixedArray = kind {
                try HDF5FixedArray.forEachEntry(source, address, isFiltered: isFiltered, add)
            } else {
                try HDF5ExtensibleArray(source, address, isFiltered: isFiltered).forEachEntry(limit: grid.count, add)
            }
        }
        guard chunks.allSatisfy({ chunk in zip(chunk.start, space.shape).allSatisfy { 0 <= $0 && $0 <= $1 } }) else {
            throw damaged
        }
        // Deflate packs 1,032 bytes into one at best, so all chunks together are not larger than this.
        let limit = source.fileSize * 1100 + 65_536
        guard chunks.count <= limit / Int(chunkSize) else {
            throw source.damaged(
                "dataset \(name) claims to have \(counted(chunks.count, "chunk")), far more than the file holds")
        }
        return chunks.sorted { $0.start[0] < $1.start[0] }
    }

    private func chunk(
        _ address: UInt64, size: UInt64?, _ mask: UInt64, _ place: inout HDF5Cursor, isScaled: Bool
    ) throws(FileError) -> HDF5Chunk {
        var start: [Int] = []
        for length in shape {
            let index = try place.number(8)
            let element = index.multipliedReportingOverflow(by: isScaled ? UInt64(length) : 1)
            guard !element.overflow, element.partialValue < 1 << 62 else { throw damaged }
            start.append(Int(element.partialValue))
        }
        return HDF5Chunk(address: address, size: size, filterMask: mask, start: start)
    }

    private var damaged: FileError { source.damaged("the chunks of dataset \(name) are not where they should be") }
}

/// The order in which indexes count the chunks of a dataset: row after row, the axis without a limit first.
struct HDF5ChunkGrid {
    /// The numbers of chunks along the axes in this order, as far as they may grow.
    private let counts: [Int]
    private let axes: [Int]
    private let chunk: [Int]
    private let shape: [Int]
    /// The number of chunks up to the last one that the dataset needs.
    let count: Int

    init(_ space: HDF5Space, _ chunk: [Int]) {
        (self.chunk, shape) = (chunk, space.shape)
        let unlimited = space.limits.firstIndex { $0 == nil || $0 == .max }
        axes = (unlimited.map { [$0] } ?? []) + shape.indices.filter { $0 != unlimited }
        let (limits, shape) = (space.limits, space.shape)
        counts = axes.map { axis in
            let length = axis == unlimited ? shape[axis] : max(shape[axis], limits[axis] ?? 0)
            return length / chunk[axis] + (length % chunk[axis] == 0 ? 0 : 1)
        }
        count = counts.reduce(1) { product, count in
            let (next, overflow) = product.multipliedReportingOverflow(by: count)
            return overflow ? .max : next
        }
    }

    /// The index of a chunk's first element along each axis; `nil` for a chunk that lies outside of the dataset.
    func start(_ index: Int) -> [Int]? {
        var start = Array(repeating: 0, count: axes.count)
        var rest = index
        for (axis, count) in zip(axes, counts).reversed() {
            guard count > 0 else { return nil }
            start[axis] = rest % count * chunk[axis]
            rest /= count
            guard start[axis] < shape[axis] else { return nil }
        }
        return rest == 0 ? start : nil
    }
}
