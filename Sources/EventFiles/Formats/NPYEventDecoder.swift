import ArrayFiles

/// Structured NumPy arrays with a field each of times in microseconds, columns, rows and polarities.
struct NPYEventDecoder: EventDecoder {
    /// The names that a field may have, the first one first.
    private static let names = [
        ["t", "ts", "time", "timestamp", "timestamps"], ["x"], ["y"], ["p", "pol", "polarity", "on"],
    ]

    private var stream: ByteStream
    let size: SensorSize? = nil
    private let recordSize: Int
    private let fields: [WholeNumberField]

    init(_ file: InputFile) throws(FileError) {
        let records = try NPYRecords(file)
        var fields: [WholeNumberField] = []
        for names in Self.names {
            guard let field = records.fields.first(where: { names.contains($0.name.lowercased()) }) else {
                throw .malformed(
                    path: file.path, place: "header",
                    problem: "no field of its records is called \(names[0]); events have t (in µs), x, y and p")
            }
            guard let number = WholeNumberField(field) else {
                throw .malformed(
                    path: file.path, place: "header",
                    problem:
                        "the field \(field.name) is of type \(field.type); events have whole numbers, times are in µs")
            }
            fields.append(number)
        }
        self.fields = fields
        recordSize = records.recordSize
        stream = try ByteStream(file)
        try stream.skip(far: records.start)
    }

    mutating func decode(into events: EventBuffer, _ remarks: inout [EventRemark]) throws(FileError) -> Bool {
        let count = min(try stream.fill(max(ByteStream.chunkSize, recordSize)) / recordSize, events.capacity)
        guard count > 0 else { return false }
        let (stream, fields, recordSize) = (stream, fields, recordSize)
        let (outside, late) = stream.withBytes { bytes in
            events.add(room: count) { events in
                var (outside, late) = (0, 0)
                for offset in stride(from: 0, to: count * recordSize, by: recordSize) {
                    let column = fields[1].value(bytes, offset)
                    let row = fields[2].value(bytes, offset)
                    guard let column = UInt16(exactly: column), let row = UInt16(exactly: row) else {
                        outside += 1
                        continue
                    }
                    let time = fields[0].value(bytes, offset)
                    guard time >= 0 || fields[0].isSigned else {
                        late += 1
                        continue
                    }
                    events.append(time, column, row, fields[3].value(bytes, offset) > 0)
                }
                return (outside, late)
            }
        }
        remarks.note(
            "events with a column or row outside of 0…65535 passed over", count: outside, byte: stream.position)
        remarks.note("events with a time beyond 2⁶³ µs passed over", count: late, byte: stream.position)
        self.stream.skip(count * recordSize)
        return true
    }
}

/// A field of records that holds whole numbers or Booleans.
private struct WholeNumberField {
    private let offset: Int
    private let size: Int
    let isSigned: Bool
    private let isSwapped: Bool

    /// Returns `nil` for a field of another type.
    init?(_ field: NPYRecords.Field) {
        let code = field.type.drop { "<>|=".contains($0) }
        guard let kind = code.first, "iub".contains(kind), [1, 2, 4, 8].contains(field.size) else { return nil }
        offset = field.offset
        size = field.size
        isSigned = kind == "i"
        isSwapped = field.type.hasPrefix(">")
    }

    /// The number in the record that begins at `start`. Unsigned numbers from 2^63 on become negative.
    @inline(__always)
    func value(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int64 {
        func number<Signed: FixedWidthInteger & BitwiseCopyable, Unsigned: FixedWidthInteger & BitwiseCopyable>(
            _: Signed.Type, _: Unsigned.Type
        ) -> Int64 {
            let word =
                isSwapped ? bytes.big(start + offset, Unsigned.self) : bytes.little(start + offset, Unsigned.self)
            return isSigned ? Int64(Signed(truncatingIfNeeded: word)) : Int64(truncatingIfNeeded: word)
        }
        switch size {
        case 1: return number(Int8.self, UInt8.self)
        case 2: return number(Int16.self, UInt16.self)
        case 4: return number(Int32.self, UInt32.self)
        default: return number(Int64.self, UInt64.self)
        }
    }
}
