import ArrayFiles

/// Writes AEDAT 4: one stream of events in packets that are compressed by LZ4, without a table of the packets.
///
/// The FlatBuffers are written by hand, as each has one layout only.
final class AEDAT4Writer: EventWriting {
    /// Events per packet.
    private static let packetCount = 8192
    private let file: OutputFile

    init(_ path: String, _ summary: EventSummary) throws(FileError) {
        file = try OutputFile(path)
        try file.write(Array(AEDAT4Decoder.signature.utf8) + Self.header(AEDAT4Stream.description(size: summary.size)))
    }

    func write(_ events: EventBuffer) throws(FileError) {
        for start in stride(from: 0, to: events.count, by: Self.packetCount) {
            let range = start..<min(events.count, start + Self.packetCount)
            for index in range where max(events.xs[index], events.ys[index]) > UInt16(Int16.max) {
                throw .unsuitable(
                    path: "",
                    problem: "AEDAT 4 holds columns and rows up to \(Int16.max), an event is at \(events.xs[index]), "
                        + "\(events.ys[index]); write .npy")
            }
            let packet = Compression.lz4(Self.packet(events, range))
            try file.write(Self.bytes(Int32(0)) + Self.bytes(Int32(packet.count)) + packet)
        }
    }

    func close() throws(FileError) { try file.close() }

    private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }

    /// The size of a FlatBuffer, the offset of its root, and its identifier.
    private static func start(_ identifier: String, root: Int32, size: Int) -> [UInt8] {
        bytes(Int32(size - 4)) + bytes(root) + Array(identifier.utf8)
    }

    /// The header: a table of the compression, the position of a table of packets (−1 for none) and a text.
    private static func header(_ text: String) -> [UInt8] {
        // 12: the sizes of the list of fields and of the table, and where in it the three fields are.
        let fields: [UInt16] = [10, 20, 16, 8, 4]
        // 24: the table, which says how far back its fields are, where the text is, and the numbers.
        let table = bytes(Int32(12)) + bytes(Int32(16)) + bytes(Int64(-1)) + bytes(Compression.lz4.rawValue)
        let content = bytes(Int32(text.utf8.count)) + Array(text.utf8) + [0]
        let body = fields.flatMap { bytes($0) } + [0, 0] + table + content
        let padding = [UInt8](repeating: 0, count: (8 - (12 + body.count) % 8) % 8)
        return start(AEDAT4Decoder.headerIdentifier, root: 20, size: 12 + body.count + padding.count) + body + padding
    }

    /// A packet: a table of one list of events.
    private static func packet(_ events: EventBuffer, _ range: Range<Int>) -> [UInt8] {
        // 12: the sizes of the list of fields and of the table, where in it the list is, and 6 bytes to fill up. The
        // events then begin at a multiple of 8 bytes.
        let fields: [UInt16] = [6, 8, 4, 0, 0, 0]
        // 24: the table, which says how far back its fields are, and where the list is.
        let table = bytes(Int32(12)) + bytes(Int32(8)) + [0, 0, 0, 0]
        let size = 40 + range.count * AEDAT4Decoder.eventSize
        var packet = start(AEDAT4Decoder.eventIdentifier, root: 20, size: size)
        packet += fields.flatMap { bytes($0) } + table + bytes(Int32(range.count))
        packet.append(contentsOf: repeatElement(0, count: range.count * AEDAT4Decoder.eventSize))
        packet.withUnsafeMutableBytes { packet in
            for index in range {
                let start = 40 + (index - range.lowerBound) * AEDAT4Decoder.eventSize
                packet.storeBytes(of: events.times[index].littleEndian, toByteOffset: start, as: Int64.self)
                packet.storeBytes(of: events.xs[index].littleEndian, toByteOffset: start + 8, as: UInt16.self)
                packet.storeBytes(of: events.ys[index].littleEndian, toByteOffset: start + 10, as: UInt16.self)
                packet[start + 12] = events.isOn[index] ? 1 : 0
            }
        }
        return packet
    }
}
