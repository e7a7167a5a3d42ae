import ArrayFiles

/// Where a name in a group leads.
enum HDF5Link {
    /// To the object at this address.
    case object(UInt64)
    /// To the object of another name, a soft link.
    case name(String)
    /// To another file.
    case external
}

/// The names in groups.
///
/// Old groups keep them in a symbol table: a B-tree with a heap of names. New groups keep them as messages in their
/// header, or, if they have many, in a fractal heap with a B-tree of version 2.
enum HDF5Group {
    static func links(_ header: HDF5ObjectHeader) throws(FileError) -> [String: HDF5Link] {
        var links: [String: HDF5Link] = [:]
        for message in try header.contents(.link) {
            let (name, link) = try read(message)
            links[name] = link
        }
        for message in try header.contents(.symbolTable) { try addSymbols(message, &links) }
        for message in try header.contents(.linkInfo) { try addDenseLinks(message, &links) }
        return links
    }

    private static func read(_ message: HDF5Cursor) throws(FileError) -> (name: String, link: HDF5Link) {
        var message = message
        try message.skip(1)
        let flags = try message.int(1)
        let type = flags & 8 == 0 ? 0 : try message.int(1)
        if flags & 4 != 0 { try message.skip(8) }
        if flags & 16 != 0 { try message.skip(1) }
        let length = try message.int(1 << (flags & 3))
        let name = try message.text(length)
        switch type {
        case 0:
            guard let address = try message.address() else { throw message.source.damaged("a link has no address") }
            return (name, .object(address))
        case 1:
            let length = try message.int(2)
            return (name, .name(try message.text(length)))
        default: return (name, .external)
        }
    }

    private static func addSymbols(
        _ message: HDF5Cursor, _ links: inout [String: HDF5Link]
    ) throws(FileError) {
        var message = message
        let source = message.source
        guard let tree = try message.address(), let heapAddress = try message.address() else {
            throw source.damaged("a group has no names")
        }
        let names = try localHeap(source, heapAddress)
        let (addressSize, lengthSize) = (source.addressSize, source.lengthSize)
        try HDF5Tree.forEachLeaf(source, tree, type: 0, keySize: lengthSize) { (_, address) throws(FileError) in
            var head = try source.block(address, 8, signature: "SNOD", "the names of a group")
            try head.skip(2)
            let count = try head.number(2)
            let size = UInt64(2 * addressSize + 24)
            var entries = HDF5Cursor(
                source, try source.bytes(address + 8, count * size, "the names of a group"), "the names of a group")
            for _ in 0..<count {
                let position = try entries.int(addressSize)
                let target = try entries.address()
                let kind = try entries.int(4)
                try entries.skip(4)
                let value = try entries.int(4)
                try entries.skip(12)
                if kind == 2 {
                    links[try text(names, position)] = .name(try text(names, value))
                } else if let target {
                    links[try text(names, position)] = .object(target)
                }
            }
        }
    }

    private static func localHeap(_ source: HDF5Bytes, _ address: UInt64) throws(FileError) -> HDF5Cursor {
        let what = "the heap of a group's names"
        let headSize = 8 + 2 * source.lengthSize + source.addressSize
        var head = try source.block(address, UInt64(headSize), signature: "HEAP", what)
        try head.skip(4)
        let size = try head.length()
        _ = try head.length()
        guard let start = try head.address() else { throw source.damaged("\(what) has no address") }
        return HDF5Cursor(source, try source.bytes(start, size, what), what)
    }

    private static func text(_ names: HDF5Cursor, _ position: Int) throws(FileError) -> String {
        var names = names
        try names.skip(position)
        return try names.textToZero()
    }

    private static func addDenseLinks(
        _ message: HDF5Cursor, _ links: inout [String: HDF5Link]
    ) throws(FileError) {
        var message = message
        try message.skip(1)
        if try message.int(1) & 1 != 0 { try message.skip(8) }
        guard let heapAddress = try message.address(), let tree = try message.address() else { return }
        let source = message.source
        let heap = try HDF5FractalHeap(source, heapAddress)
        try HDF5Tree2.forEachRecord(source, tree, type: 5) { (record) throws(FileError) in
            var record = record
            try record.skip(4)
            let bytes = try heap.object(record)
            let (name, link) = try read(HDF5Cursor(source, bytes, "a link of a group"))
            links[name] = link
        }
    }
}
