import ArrayFiles

/// Where the elements of a dataset are in the file.
struct HDF5Storage {
    private enum Place {
        case compact([UInt8])
        /// One piece of the file; no address if nothing was ever written.
        case contiguous(UInt64?)
        case chunks([HDF5Chunk], shape: [Int])
    }

    private let source: HDF5Bytes
    private let place: Place
    private var filters: HDF5Filters
    /// The bytes of an element that was not written.
    private let fill: [UInt8]
    /// The chunk that was read last, for rows that are read one part after the other.
    private let recent = Recent()

    private final class Recent {
        var chunk: (address: UInt64, bytes: [UInt8])?
    }

    init(
        _ header: HDF5ObjectHeader, _ name: String, _ space: HDF5Space, elementSize: Int
    ) throws(FileError) {
        source = header.source
        fill = try HDF5Fill.bytes(header, elementSize: elementSize)
        filters = HDF5Filters(source)
        if let message = try header.contents(.filters).first {
            filters = try HDF5Filters(message, dataset: name)
        }
        var layout = try header.content(.layout, "layout")
        let version = try layout.int(1)
        guard 1...5 ~= version else { throw source.unsupported("dataset \(name) has a layout of version \(version)") }
        let oldRank = version < 3 ? try layout.int(1) : 0
        let kind = try layout.int(1)
        if version < 3 { try layout.skip(5) }
        switch kind {
        case 0:
            if version < 3 { try layout.skip(4 * oldRank) }
            let size = try layout.int(version < 3 ? 4 : 2)
            place = .compact(Array(try layout.take(size)))
        case 1: place = .contiguous(try layout.address())
        case 2:
            let index = try HDF5ChunkIndex(
                layout, name, space, version: version, oldRank: oldRank, elementSize: elementSize,
                isFiltered: !filters.isEmpty)
            place = .chunks(try index.chunks(), shape: index.shape)
        default:
            throw source.unsupported(
                "dataset \(name) is virtual: its values are in other files; copy it into a file of its own, with h5py for example"
            )
        }
    }

    /// Elements that are in memory.
    init(_ bytes: [UInt8], of source: HDF5Bytes) {
        self.source = source
        place = .compact(bytes)
        filters = HDF5Filters(source)
        fill = []
    }

    /// The bytes of rows, one row after the other.
    ///
    /// - Parameters:
    ///   - rows: The rows, which exist and are not none.
    ///   - shape: The shape of the dataset, at least one axis.
    func bytes(_ rows: Range<Int>, _ shape: [Int], elementSize: Int) throws(FileError) -> [UInt8] {
        let rowSize = shape.dropFirst().reduce(elementSize, *)
        let (start, size) = (rows.lowerBound * rowSize, rows.count * rowSize)
        switch place {
        case .compact(let bytes):
            guard bytes.count >= start + size else { throw source.damaged("a dataset ends too early") }
            return Array(bytes[start..<start + size])
        case .contiguous(let address?):
            let (first, overflow) = address.addingReportingOverflow(UInt64(start))
            guard !overflow else { throw source.damaged("a dataset has an impossible address") }
            return try source.bytes(first, UInt64(size), "a dataset")
        case .contiguous(nil): return filled(size)
        case .chunks(let chunks, let chunkShape):
            var output = filled(size)
            let chunkSize = chunkShape.reduce(elementSize, *)
            // Chunks are in order of their first row.
            let first = chunks.partitioningIndex { $0.start[0] + chunkShape[0] > rows.lowerBound }
            for chunk in chunks[first...] {
                guard chunk.start[0] < rows.upperBound else { break }
                let bytes = try bytes(of: chunk, size: chunkSize)
                HDF5Copy(elementSize: elementSize, chunkShape: chunkShape, shape: shape, rows: rows)
                    .copy(bytes, at: chunk.start, to: &output)
            }
            return output
        }
    }

    private func bytes(of chunk: HDF5Chunk, size: Int) throws(FileError) -> [UInt8] {
        if let known = recent.chunk, known.address == chunk.address { return known.bytes }
        let packed = try source.bytes(chunk.address, chunk.size ?? UInt64(size), "a chunk of a dataset")
        let bytes = try filters.undone(packed, size: size, mask: chunk.filterMask)
        recent.chunk = (chunk.address, bytes)
        return bytes
    }

    private func filled(_ size: Int) -> [UInt8] {
        guard fill.contains(where: { $0 != 0 }) else { return Array(repeating: 0, count: size) }
        return (0..<size).map { fill[$0 % fill.count] }
    }
}

/// Copies the elements of chunks to their places in rows.
struct HDF5Copy {
    let elementSize: Int
    let chunkShape: [Int]
    let shape: [Int]
    let rows: Range<Int>

    /// Copies what of a chunk lies within the rows.
    ///
    /// - Parameter start: The index of the chunk's first element along each axis.
    func copy(_ chunk: [UInt8], at start: [Int], to output: inout [UInt8]) {
        chunk.withUnsafeBytes { chunk in
            output.withUnsafeMutableBytes { output in copy(chunk, start, output, axis: 0, from: 0, to: 0) }
        }
    }

    /// - Parameters:
    ///   - from: The index in the chunk of the first element along the axes before `axis`.
    ///   - to: The same in the rows.
    private func copy(
        _ chunk: UnsafeRawBufferPointer, _ start: [Int], _ output: UnsafeMutableRawBufferPointer, axis: Int, from: Int,
        to: Int
    ) {
        let wanted = axis == 0 ? rows : 0..<shape[axis]
        let (first, end) = (max(wanted.lowerBound, start[axis]), min(wanted.upperBound, start[axis] + chunkShape[axis]))
        guard first < end else { return }
        let (source, target) = (
            from * chunkShape[axis] + first - start[axis], to * wanted.count + first - wanted.lowerBound
        )
        if axis == shape.count - 1 {
            let size = (end - first) * elementSize
            output.baseAddress!.advanced(by: target * elementSize)
                .copyMemory(from: chunk.baseAddress! + source * elementSize, byteCount: size)
        } else {
            for offset in 0..<end - first {
                copy(chunk, start, output, axis: axis + 1, from: source + offset, to: target + offset)
            }
        }
    }
}

/// The value of elements that were not written.
enum HDF5Fill {
    static func bytes(_ header: HDF5ObjectHeader, elementSize: Int) throws(FileError) -> [UInt8] {
        if var message = try header.contents(.fill).first {
            let version = try message.int(1)
            var isThere: Bool
            if version < 3 {
                try message.skip(2)
                isThere = try message.int(1) != 0
            } else {
                isThere = try message.int(1) & 0x20 != 0
            }
            if isThere {
                let size = try message.int(4)
                if size == elementSize { return Array(try message.take(size)) }
            }
        }
        return []
    }
}

extension Array {
    /// The index of the first element that fulfils a condition, which all elements behind it fulfil too.
    func partitioningIndex(where isBehind: (Element) -> Bool) -> Int {
        var range = 0..<count
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            range = isBehind(self[middle]) ? range.lowerBound..<middle : middle + 1..<range.upperBound
        }
        return range.lowerBound
    }
}
