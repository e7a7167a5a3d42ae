import ArrayFiles

/// B-trees of version 1: names of old groups, and old indexes of chunks.
enum HDF5Tree {
    /// Calls `body` with the key and the address of each child of a leaf.
    ///
    /// - Parameters:
    ///   - type: 0 for names, 1 for chunks.
    ///   - keySize: The number of bytes of a key.
    static func forEachLeaf(
        _ source: HDF5Bytes, _ root: UInt64, type: Int, keySize: Int,
        _ body: (_ key: HDF5Cursor, _ child: UInt64) throws(FileError) -> Void
    ) throws(FileError) {
        let what = "a B-tree"
        var visited: Set<UInt64> = []
        var nodes: [(address: UInt64, level: Int?)] = [(root, nil)]
        while let node = nodes.popLast() {
            guard visited.insert(node.address).inserted else { throw source.damaged("\(what) has a node twice") }
            let headSize = 8 + 2 * source.addressSize
            var head = try source.block(node.address, UInt64(headSize), signature: "TREE", what)
            let (found, level) = (try head.int(1), try head.int(1))
            guard found == type, node.level == nil || node.level == level else {
                throw source.damaged("\(what) has a node of another kind")
            }
            let count = try head.int(2)
            let size = count * (keySize + source.addressSize)
            var entries = HDF5Cursor(
                source, try source.bytes(node.address + UInt64(headSize), UInt64(size), what), what)
            for _ in 0..<count {
                let key = HDF5Cursor(source, Array(try entries.take(keySize)), what)
                guard let child = try entries.address() else { throw source.damaged("\(what) has an undefined node") }
                if level == 0 {
                    try body(key, child)
                } else {
                    nodes.append((child, level - 1))
                }
            }
        }
    }
}

/// B-trees of version 2: links of large groups, and indexes of chunks that grow along two axes.
enum HDF5Tree2 {
    /// Calls `body` with each record.
    ///
    /// - Parameter type: The kinds of records that are expected: 5 for links, 8 for attributes, 10 and 11 for chunks.
    static func forEachRecord(
        _ source: HDF5Bytes, _ header: UInt64, type: Int, _ body: (HDF5Cursor) throws(FileError) -> Void
    ) throws(FileError) {
        let what = "a B-tree of version 2"
        let size = 22 + source.addressSize + source.lengthSize
        var head = try source.block(header, UInt64(size), signature: "BTHD", what)
        try head.skip(1)
        let found = try head.int(1)
        guard found == type else { throw source.damaged("\(what) has records of type \(found) instead of \(type)") }
        let (nodeSize, recordSize, depth) = (try head.int(4), try head.int(2), try head.int(2))
        try head.skip(2)
        let root = try head.address()
        let count = try head.int(2)
        guard let root else { return }
        let shape = try Shape(source, nodeSize: nodeSize, recordSize: recordSize, depth: depth)
        var visited: Set<UInt64> = []
        var nodes = [(address: root, count: count, depth: depth)]
        while let node = nodes.popLast() {
            guard visited.insert(node.address).inserted else { throw source.damaged("\(what) has a node twice") }
            let isLeaf = node.depth == 0
            var cursor = try source.block(
                node.address, UInt64(nodeSize), signature: isLeaf ? "BTLF" : "BTIN", what)
            try cursor.skip(2)
            for _ in 0..<node.count {
                try body(HDF5Cursor(source, Array(try cursor.take(recordSize)), what))
            }
            guard !isLeaf else { continue }
            for _ in 0...node.count {
                guard let child = try cursor.address() else { throw source.damaged("\(what) has an undefined node") }
                let count = try cursor.int(shape.countSize)
                try cursor.skip(shape.totalSizes[node.depth - 1])
                nodes.append((child, count, node.depth - 1))
            }
        }
    }

    /// The widths of the counts in inner nodes.
    private struct Shape {
        /// The number of bytes of the count of records in a child.
        let countSize: Int
        /// For each depth the number of bytes of the count of records below a child of that depth.
        var totalSizes = [0]

        init(_ source: HDF5Bytes, nodeSize: Int, recordSize: Int, depth: Int) throws(FileError) {
            // The signature, version, type and checksum of a node.
            let prefix = 10
            guard recordSize > 0, nodeSize >= prefix + recordSize, nodeSize <= source.fileSize, depth < 64 else {
                throw source.damaged("a B-tree of version 2 has nodes of \(nodeSize) bytes and depth \(depth)")
            }
            var largest = (nodeSize - prefix) / recordSize
            countSize = Self.byteCount(largest)
            for level in 0..<depth {
                let pointer = source.addressSize + countSize + totalSizes[level]
                let own = max(0, nodeSize - prefix - pointer) / (recordSize + pointer)
                largest = min(Int(Int32.max), own + 1) * min(largest, 1 << 30) + own
                totalSizes.append(Self.byteCount(largest))
            }
        }

        private static func byteCount(_ limit: Int) -> Int { (Int.bitWidth - limit.leadingZeroBitCount - 1) / 8 + 1 }
    }
}
