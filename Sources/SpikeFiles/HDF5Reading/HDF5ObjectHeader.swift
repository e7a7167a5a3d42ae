import ArrayFiles
import SpikeEncoding

/// The messages of an object's header, which say what the object is.
struct HDF5ObjectHeader {
    /// The messages that are read.
    enum Message: UInt8 {
        case space = 1
        case linkInfo = 2
        case type = 3
        case fill = 5
        case link = 6
        case externalFiles = 7
        case layout = 8
        case filters = 11
        case attribute = 12
        case continuation = 16
        case symbolTable = 17
        case attributeInfo = 21
    }

    let source: HDF5Bytes
    private var messages: [(kind: Message, flags: UInt8, bytes: [UInt8])] = []

    init(_ source: HDF5Bytes, _ address: UInt64) throws(FileError) {
        self.source = source
        let start = try source.bytes(address, upTo: 40)
        if start.starts(with: "OHDR".utf8) {
            try readVersion2(address, start)
        } else {
            try readVersion1(address, start)
        }
    }

    func has(_ kind: Message) -> Bool { messages.contains { $0.kind == kind } }

    /// The contents of all messages of a kind.
    func contents(_ kind: Message) throws(FileError) -> [HDF5Cursor] {
        try messages.filter { $0.kind == kind }.map { (message) throws(FileError) in
            let cursor = HDF5Cursor(source, message.bytes, "a message of an object header")
            return message.flags & 2 == 0 ? cursor : try shared(kind, cursor)
        }
    }

    func content(_ kind: Message, _ what: String) throws(FileError) -> HDF5Cursor {
        guard let cursor = try contents(kind).first else { throw source.damaged("a dataset has no \(what)") }
        return cursor
    }

    /// The message that a shared message stands for: that of a named type.
    private func shared(_ kind: Message, _ reference: HDF5Cursor) throws(FileError) -> HDF5Cursor {
        var reference = reference
        let (version, place) = (try reference.int(1), try reference.int(1))
        guard version < 3 || place == 2 else {
            throw source.unsupported("it has messages that objects share, which are not read; rewrite it by h5repack")
        }
        if version == 1 { try reference.skip(6) }
        guard let address = try reference.address() else { throw source.damaged("a shared message has no address") }
        let owner = try HDF5ObjectHeader(source, address)
        guard let message = owner.messages.first(where: { $0.kind == kind }), message.flags & 2 == 0 else {
            throw source.damaged("a shared message is not where it should be")
        }
        return HDF5Cursor(source, message.bytes, "a shared message")
    }

    private mutating func readVersion1(_ address: UInt64, _ start: [UInt8]) throws(FileError) {
        var prefix = HDF5Cursor(source, start, "an object header")
        let version = try prefix.int(1)
        guard version == 1 else { throw source.damaged("an object header of version \(version) is unknown") }
        try prefix.skip(7)
        let size = try prefix.number(4)
        try readBlocks([(address + 16, size)]) { (cursor) throws(FileError) in
            let (kind, size, flags) = (try cursor.int(2), try cursor.int(2), UInt8(try cursor.int(1)))
            try cursor.skip(3)
            return (kind, size, flags)
        }
    }

    private mutating func readVersion2(_ address: UInt64, _ start: [UInt8]) throws(FileError) {
        var prefix = HDF5Cursor(source, start, "an object header")
        try prefix.skip(4)
        let version = try prefix.int(1)
        guard version == 2 else { throw source.damaged("an object header of version \(version) is unknown") }
        let flags = try prefix.int(1)
        if flags & 0x20 != 0 { try prefix.skip(16) }
        if flags & 0x10 != 0 { try prefix.skip(4) }
        let size = try prefix.number(1 << (flags & 3))
        try readBlocks([(address + UInt64(prefix.position), size)]) { (cursor) throws(FileError) in
            let (kind, size, messageFlags) = (try cursor.int(1), try cursor.int(2), UInt8(try cursor.int(1)))
            if flags & 4 != 0 { try cursor.skip(2) }
            return (kind, size, messageFlags)
        }
    }

    /// Reads the messages of blocks, and of the blocks that continue them.
    private mutating func readBlocks(
        _ first: [(address: UInt64, size: UInt64)],
        _ head: (inout HDF5Cursor) throws(FileError) -> (kind: Int, size: Int, flags: UInt8)
    ) throws(FileError) {
        var blocks = first
        // Blocks do not overlap, so all of them together are at most as large as the file.
        var left = UInt64(source.fileSize)
        while let block = blocks.popLast() {
            guard block.size <= left else { throw source.damaged("an object header continues without an end") }
            left -= block.size
            var cursor = HDF5Cursor(
                source, try source.bytes(block.address, block.size, "an object header"), "an object header")
            // No message that is read is shorter; the rest is a gap.
            while cursor.remaining >= 8 {
                let (kind, size, flags) = try head(&cursor)
                let content = Array(try cursor.take(size))
                guard let kind = UInt8(exactly: kind).flatMap(Message.init) else { continue }
                if kind == .continuation {
                    blocks.append(try continuation(content))
                } else {
                    messages.append((kind, flags, content))
                }
            }
        }
    }

    private func continuation(_ message: [UInt8]) throws(FileError) -> (address: UInt64, size: UInt64) {
        var cursor = HDF5Cursor(source, message, "an object header")
        guard let address = try cursor.address() else { throw source.damaged("an object header has no continuation") }
        let size = try cursor.length()
        guard try source.bytes(address, upTo: 4) == Array("OCHK".utf8) else { return (address, size) }
        guard size >= 8 else { throw source.damaged("an object header continues in \(counted(size, "byte"))") }
        return (address + 4, size - 8)
    }
}
