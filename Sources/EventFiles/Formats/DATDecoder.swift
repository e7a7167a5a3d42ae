import ArrayFiles

/// DAT of Prophesee: records of a time and a packed address, 32 bits each.
///
/// Source: docs.prophesee.ai/stable/data/file_formats/dat.html.
struct DATDecoder: RecordDecoder {
    static let recordSize = 8

    var stream: ByteStream
    let size: SensorSize?
    private var clock = WrappingClock(bits: 32)
    /// What is added to times.
    private let startTime: Int64
    /// The type of all events in the file.
    private let type: UInt8

    init(_ file: InputFile) throws(FileError) {
        stream = try ByteStream(file)
        let header = try PropheseeHeader(&stream)
        (size, startTime) = (header.size, header.startTime)
        if let version = header.lines.value("version"), version != "2" {
            throw .malformed(
                path: file.path, place: "header", problem: "DAT of version \(version) is not supported; version 2 is")
        }
        guard try stream.fill(2) >= 2 else {
            throw .malformed(
                path: file.path, place: "byte \(stream.position)", problem: "the type of the events is missing")
        }
        let start = Array(stream.prefix(2))
        type = start[0]
        guard start[1] == Self.recordSize else {
            throw .malformed(
                path: file.path, place: "byte \(stream.position + 1)",
                problem: "the events take \(start[1]) bytes each; \(Self.recordSize) are supported")
        }
        stream.skip(2)
    }

    mutating func decode(
        _ records: UnsafeRawBufferPointer, at position: Int, into events: inout EventWriter,
        _ remarks: inout [EventRemark]
    ) {
        guard type == 0 || type == 12 else {
            return remarks.note(
                "events of type \(type) passed over; only types 0 and 12 are those of pixels",
                count: records.count / Self.recordSize, byte: position)
        }
        var clock = clock
        for offset in stride(from: 0, to: records.count, by: Self.recordSize) {
            let record = records.little(offset, UInt64.self)
            let address = UInt32(record >> 32)
            events.append(
                startTime &+ clock.time(Int64(record & 0xFFFF_FFFF)), UInt16(address & 0x3FFF),
                UInt16(address >> 14 & 0x3FFF),
                address >> 28 & 1 == 1)
        }
        self.clock = clock
    }
}
