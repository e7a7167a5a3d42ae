import ArrayFiles
import SpikeEncoding

/// EVT 3.0 of Prophesee: words of 16 bits, each of which changes a part of the state (time, row, first column of a
/// vector) or is one or more events.
///
/// Cameras state the high bits of the time every few microseconds. Where they are missing, a step back of the 12 low bits
/// is a new turn of these: as long as a file has stated the high bits only once, as expelliarmus writes it, and later for
/// steps back by more than half a turn without a statement since the last time.
///
/// The dialect `.reference` computes times as the Python package expelliarmus 1.1.12 does: each step back of the 12 low
/// bits adds 2^12 µs to all later times, also where the high bits have changed, and each step back of the high bits 2^24 µs.
///
/// Source: docs.prophesee.ai/stable/data/encoding_formats/evt3.html.
struct EVT3Decoder: EventDecoder {
    private var stream: ByteStream
    let size: SensorSize?

    private var clock: WrappingClock
    private let isReference: Bool
    /// What the steps back of the low bits have added: since the high bits were stated, or to all times in the reference
    /// dialect.
    private var carried: Int64 = 0
    /// Whether the high bits were stated once only, and whether they were stated since the last low bits.
    private var isStatedOnce = false
    private var isStated = false
    /// What is added to times: files of SpikeKit and faery say it in their header.
    private let startTime: Int64
    private var hasTime: Bool
    /// The time without its 12 low bits, these bits, and the whole time.
    private var high: Int64 = 0
    private var low: Int64 = 0
    private var time: Int64 = 0
    private var row: UInt16 = 0
    private var column = 0
    private var isOn = false
    private var skipped = TypeCounts(17)

    /// The place in `skipped` of vectors that reach beyond the last column.
    private static let beyondLastColumn = 16

    static let startTimeKey = "start_time_us"

    init(_ file: InputFile, _ dialect: Dialect) throws(FileError) {
        clock = WrappingClock(bits: 24, dialect: dialect)
        isReference = dialect == .reference
        hasTime = isReference
        stream = try ByteStream(file)
        let header = try PropheseeHeader(&stream)
        size = header.size
        startTime =
            header.lines.value(Self.startTimeKey).flatMap { Int64($0) } ?? (isReference ? 0 : header.startTime)
    }

    mutating func decode(into events: EventBuffer, _ remarks: inout [EventRemark]) throws(FileError) -> Bool {
        let available = try stream.fill(1 << 16)
        guard available > 1 else {
            remarks.note("bytes left over at the end, less than a word", count: available, byte: stream.position)
            return false
        }
        let words = min(available / 2, events.capacity / 12)
        let stream = stream
        stream.withBytes { bytes in
            events.add(room: 12 * words) { decode(bytes, words, at: stream.position, into: &$0, &remarks) }
        }
        self.stream.skip(2 * words)
        return true
    }

    private mutating func decode(
        _ bytes: UnsafeRawBufferPointer, _ words: Int, at position: Int, into events: inout EventWriter,
        _ remarks: inout [EventRemark]
    ) {
        // Local variables stay in registers.
        var (row, time, column, isOn) = (row, time, column, isOn)
        for index in 0..<words {
            let word = bytes.little(2 &* index, UInt16.self)
            switch word >> 12 {
            case 0x2 where hasTime: events.append(time, word & 0x7FF, row, word & 0x800 != 0)
            case 0x0: row = word & 0x7FF
            case 0x6:
                let next = Int64(word & 0xFFF)
                if next < low, isReference || !isStated && (isStatedOnce || low &- next > 1 << 11) {
                    carried &+= 1 << 12
                }
                low = next
                isStated = false
                time = high &+ carried &+ low
            case 0x8:
                high = startTime &+ clock.time(Int64(word & 0xFFF) << 12)
                if !isReference { carried = 0 }
                isStated = true
                isStatedOnce = !hasTime
                time = high &+ carried &+ low
                hasTime = true
            case 0x3: (column, isOn) = (Int(word & 0x7FF), word & 0x800 != 0)
            case 0x4 where hasTime:
                vector(UInt32(word & 0xFFF), column, time, row, isOn, into: &events, position &+ 2 &* index)
                column = min(column &+ 12, 0x800)
            case 0x5 where hasTime:
                vector(UInt32(word & 0xFF), column, time, row, isOn, into: &events, position &+ 2 &* index)
                column = min(column &+ 8, 0x800)
            default: skipped.add(Int(word >> 12), byte: position &+ 2 &* index)
            }
        }
        (self.row, self.time, self.column, self.isOn) = (row, time, column, isOn)
        skipped.note(in: &remarks, Self.name)
    }

    /// Adds an event for each bit that is set.
    @inline(__always)
    private mutating func vector(
        _ mask: UInt32, _ column: Int, _ time: Int64, _ row: UInt16, _ isOn: Bool, into events: inout EventWriter,
        _ byte: Int
    ) {
        var rest = mask
        // Columns from 2,048 on do not exist.
        if column > 0x800 &- 12, rest >> UInt32(0x800 &- column) != 0 {
            rest &= (1 << UInt32(0x800 &- column)) &- 1
            skipped.add(Self.beyondLastColumn, byte: byte)
        }
        while rest != 0 {
            events.append(time, UInt16(truncatingIfNeeded: column &+ rest.trailingZeroBitCount), row, isOn)
            rest &= rest &- 1
        }
    }

    /// What words that are passed over are called.
    private static func name(_ type: Int) -> String? {
        switch type {
        case beyondLastColumn: "vectors beyond column 2047"
        case 0x2, 0x4, 0x5: "words of events before the first time, passed over"
        case 0xA: "trigger events passed over"
        case 0x7, 0xE, 0xF: "words of extensions passed over"
        default: "words of reserved types passed over"
        }
    }
}
