import ArrayFiles

/// The attributes of an object, which are messages in its header, or, if there are many, in a fractal heap.
enum HDF5AttributeList {
    /// The value of an attribute; `nil` if the object has none of this name.
    static func value(_ name: String, _ header: HDF5ObjectHeader) throws(FileError) -> HDF5Dataset? {
        for message in try header.contents(.attribute) {
            if let value = try read(message, name) { return value }
        }
        for message in try header.contents(.attributeInfo) {
            if let value = try denseValue(message, name) { return value }
        }
        return nil
    }

    /// The value in a message; `nil` if the message is of an attribute of another name.
    private static func read(_ message: HDF5Cursor, _ wanted: String) throws(FileError) -> HDF5Dataset? {
        var message = message
        let source = message.source
        let (version, flags) = (try message.int(1), try message.int(1))
        guard 1...3 ~= version else { throw source.damaged("an attribute of version \(version) is unknown") }
        let sizes = [try message.int(2), try message.int(2), try message.int(2)]
        if version == 3 { try message.skip(1) }
        var parts: [[UInt8]] = []
        for size in sizes {
            parts.append(Array(try message.take(size)))
            if version == 1 { try message.skip(min((8 - size % 8) % 8, message.remaining)) }
        }
        guard parts[0].prefix(while: { $0 != 0 }).elementsEqual(wanted.utf8) else { return nil }
        guard version == 1 || flags & 3 == 0 else {
            throw source.unsupported("the attribute \(wanted) is of a shared type, which is not read")
        }
        let what = "the attribute \(wanted)"
        return try HDF5Dataset(
            wanted, type: HDF5Type(HDF5Cursor(source, parts[1], what)),
            shape: HDF5Space(HDF5Cursor(source, parts[2], what)).shape, bytes: Array(message.take(message.remaining)),
            of: source)
    }

    private static func denseValue(_ message: HDF5Cursor, _ name: String) throws(FileError) -> HDF5Dataset? {
        var message = message
        let source = message.source
        try message.skip(1)
        if try message.int(1) & 1 != 0 { try message.skip(2) }
        guard let heapAddress = try message.address(), let tree = try message.address() else { return nil }
        let heap = try HDF5FractalHeap(source, heapAddress)
        var found: HDF5Dataset?
        try HDF5Tree2.forEachRecord(source, tree, type: 8) { (record) throws(FileError) in
            if found == nil { found = try read(HDF5Cursor(source, heap.object(record), "an attribute"), name) }
        }
        return found
    }
}
