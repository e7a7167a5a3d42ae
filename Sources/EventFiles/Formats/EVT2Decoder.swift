import ArrayFiles

/// EVT 2.0 of Prophesee: words of 32 bits, each of which is an event with the 6 low bits of its time, or the 28 high
/// bits of the time of the events that follow.
///
/// Source: docs.prophesee.ai/stable/data/encoding_formats/evt2.html.
struct EVT2Decoder: RecordDecoder {
    static let recordSize = 4

    var stream: ByteStream
    let size: SensorSize?
    private var clock = WrappingClock(bits: 34)
    /// What is added to times.
    private let startTime: Int64
    private var hasTime = false
    private var high: Int64 = 0
    private var skipped = TypeCounts(16)

    init(_ file: InputFile) throws(FileError) {
        stream = try ByteStream(file)
        let header = try PropheseeHeader(&stream)
        (size, startTime) = (header.size, header.startTime)
    }

    mutating func decode(
        _ records: UnsafeRawBufferPointer, at position: Int, into events: inout EventWriter,
        _ remarks: inout [EventRemark]
    ) {
        for offset in stride(from: 0, to: records.count, by: 4) {
            let word = records.little(offset, UInt32.self)
            switch word >> 28 {
            case 0 where hasTime, 1 where hasTime:
                events.append(
                    high &+ Int64(word >> 22 & 0x3F), UInt16(word >> 11 & 0x7FF), UInt16(word & 0x7FF), word >> 28 == 1)
            case 8:
                high = startTime &+ clock.time(Int64(word & 0xFFF_FFFF) << 6)
                hasTime = true
            default: skipped.add(Int(word >> 28), byte: position + offset)
            }
        }
        skipped.note(in: &remarks) { type in
            switch type {
            case 0x0, 0x1: "events before the first time, passed over"
            case 0xA: "trigger events passed over"
            case 0xE, 0xF: "words of extensions passed over"
            default: "words of reserved types passed over"
            }
        }
    }
}
