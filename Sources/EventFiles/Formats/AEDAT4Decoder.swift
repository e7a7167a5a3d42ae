import ArrayFiles

/// AEDAT 4.0 of DV: packets of several streams, each a FlatBuffer that may be compressed.
///
/// The events of the first stream of events are read.
///
/// Source: docs.inivation.com/software/software-advanced-usage/file-formats/aedat-4.0.html.
struct AEDAT4Decoder: EventDecoder {
    static let signature = "#!AER-DAT4.0\r\n"
    /// The identifiers of the FlatBuffers that hold the header and events.
    static let (headerIdentifier, eventIdentifier) = ("IOHE", "EVTS")
    /// The bytes of an event: time (8), column (2), row (2), polarity (1), unused (3).
    static let eventSize = 16

    private var stream: ByteStream
    private let compression: Compression
    /// The end of the packets; a table of them may follow.
    private let end: Int
    private let streams: [AEDAT4Stream]
    /// The stream that is read; `nil` if the header names none, until the first packet of events.
    private var chosen: Int32?
    var size: SensorSize? { streams.first { $0.number == chosen }?.size }

    init(_ file: InputFile) throws(FileError) {
        func malformed(_ place: String, _ problem: String) -> FileError {
            .malformed(path: file.path, place: place, problem: problem)
        }
        stream = try ByteStream(file)
        let start = Self.signature.utf8.count
        try stream.fill(start + 4)
        stream.skip(min(start, stream.count))
        guard stream.count >= 4 else { throw malformed("byte \(start)", "the header is missing; was it cut short?") }
        let size = Int(stream.withBytes { $0.little(0, UInt32.self) }) + 4
        guard size <= stream.remaining, try stream.fill(size) >= size else {
            throw malformed(
                "byte \(start)", "the header takes \(size) bytes, beyond the end of the file; was it cut short?")
        }
        let header = FlatBuffer(bytes: Array(stream.prefix(size)))
        stream.skip(size)
        guard header.identifier == Self.headerIdentifier, let root = header.root else {
            throw malformed("byte \(start)", "the header is damaged")
        }
        let code = root.number(0, Int32.self) ?? 0
        guard let compression = Compression(rawValue: code) else {
            throw malformed("header", "the compression \(code) is unknown; LZ4, Zstandard and none are known")
        }
        self.compression = compression
        let table = root.number(1, Int64.self) ?? -1
        end = table >= stream.position && table <= file.size ? Int(table) : file.size
        streams = root.vector(2, elementSize: 1).map { AEDAT4Stream.parse(header.bytes[$0]) } ?? []
        chosen = streams.first { $0.type == Self.eventIdentifier }?.number
        if chosen == nil, !streams.isEmpty {
            throw malformed(
                "header", "none of its streams (\(streams.map(\.type).joined(separator: ", "))) is of events")
        }
    }

    mutating func decode(into events: EventBuffer, _ remarks: inout [EventRemark]) throws(FileError) -> Bool {
        let position = stream.position
        let left = end - position
        guard left >= 8, try stream.fill(8) >= 8 else {
            remarks.note("bytes left over at the end, less than a packet", count: max(0, left), byte: position)
            return false
        }
        let (number, claim) = stream.withBytes { ($0.little(0, Int32.self), Int($0.little(4, Int32.self))) }
        guard 0...(left - 8) ~= claim else {
            remarks.note("packets without sense or cut short; the file is read up to there", byte: position)
            return false
        }
        guard chosen == nil || number == chosen else {
            remarks.note("packets of other streams passed over", byte: position)
            try stream.skip(far: 8 + claim)
            return true
        }
        stream.skip(8)
        guard try stream.fill(claim) >= claim else {
            remarks.note("packets without sense or cut short; the file is read up to there", byte: position)
            return false
        }
        let compression = compression
        let content = stream.withBytes { compression.decompress(UnsafeRawBufferPointer(rebasing: $0[..<claim])) }
        stream.skip(claim)
        guard let content else {
            remarks.note("damaged packets passed over", byte: position)
            return true
        }
        let packet = FlatBuffer(bytes: content)
        guard packet.identifier == Self.eventIdentifier else {
            remarks.note(
                chosen == nil ? "packets of other streams passed over" : "damaged packets passed over", byte: position)
            return true
        }
        guard let root = packet.root, let range = root.vector(0, elementSize: Self.eventSize) ?? emptyRange(root) else {
            remarks.note("damaged packets passed over", byte: position)
            return true
        }
        chosen = number
        let outside = packet.bytes.withUnsafeBytes { bytes in
            let list = UnsafeRawBufferPointer(rebasing: bytes[range])
            return events.add(room: list.count / Self.eventSize) { Self.decode(list, into: &$0) }
        }
        remarks.note("events with a negative column or row passed over", count: outside, byte: position)
        return true
    }

    /// A packet may leave an empty list of events out.
    private func emptyRange(_ root: FlatBuffer.Table) -> Range<Int>? {
        root.number(0, UInt32.self) == nil ? 0..<0 : nil
    }

    /// Returns the number of events that were passed over.
    private static func decode(_ bytes: UnsafeRawBufferPointer, into events: inout EventWriter) -> Int {
        var outside = 0
        for offset in stride(from: 0, to: bytes.count, by: eventSize) {
            let (column, row) = (bytes.little(offset + 8, Int16.self), bytes.little(offset + 10, Int16.self))
            guard column | row >= 0 else {
                outside += 1
                continue
            }
            events.append(
                bytes.little(offset, Int64.self), UInt16(bitPattern: column), UInt16(bitPattern: row),
                bytes[offset + 12] != 0)
        }
        return outside
    }
}
