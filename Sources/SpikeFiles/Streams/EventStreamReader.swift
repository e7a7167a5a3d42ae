import Foundation
import SpikeEncoding

/// Reads what `EventStreamWriter` wrote, from bytes that arrive in parts of any size.
struct EventStreamReader {
    enum Item {
        /// The encoding, without any steps.
        case header(EncodedSignal)
        case event(WrittenEvent)
        /// So many steps are decided.
        case mark(steps: Int)
    }

    /// An event as it is written.
    struct WrittenEvent {
        /// A time in seconds, or a step.
        let time: Double
        let channel, polarity: Double
        let amplitude: Double?
    }

    /// The largest size of a header or a line.
    private static let lineLimit = 1 << 26

    private let name: String
    private var format: EventStreamFormat?
    private var hasHeader = false
    private var rest: [UInt8] = []
    private var position = 0
    /// The number of lines or records that were read.
    private var count = 0
    private var scanner = NumberScanner(decimalMark: UInt8(ascii: "."))

    init(_ name: String) { self.name = name }

    /// Whether there are no bytes of an item that is not complete.
    var isAtEnd: Bool { position == rest.count }

    mutating func push(_ bytes: UnsafeRawBufferPointer) {
        rest.removeFirst(position)
        position = 0
        rest.append(contentsOf: bytes)
    }

    func flaw(_ problem: String) -> FileError {
        .malformed(path: name, place: "\(format == .binary ? "record" : "line") \(count)", problem: problem)
    }

    /// The next item; `nil` if it is not complete.
    mutating func next() throws(FileError) -> Item? {
        guard position < rest.count else { return nil }
        if format == nil {
            switch rest[position] {
            case UInt8(ascii: "#"): format = .csv
            case UInt8(ascii: "{"): format = .jsonl
            case EventStreamWriter.magic[0]: format = .binary
            default:
                throw .malformed(
                    path: name, place: "byte 0",
                    problem: "is no stream of events with its header, which `spike stream` writes")
            }
        }
        if format == .binary { return hasHeader ? try record() : try binaryHeader() }
        while let line = try nextLine() {
            if let item = try item(line) { return item }
        }
        return nil
    }

    private mutating func nextLine() throws(FileError) -> ArraySlice<UInt8>? {
        guard let end = rest[position...].firstIndex(of: 10) else {
            guard rest.count - position <= Self.lineLimit else { throw flaw("the line after it is too long") }
            return nil
        }
        defer { position = end + 1 }
        count += 1
        return rest[position...end]
    }

    private mutating func item(_ line: ArraySlice<UInt8>) throws(FileError) -> Item? {
        let isComment = line.first == UInt8(ascii: "#")
        if format == .jsonl || isComment {
            let json = Data(isComment ? line.dropFirst() : line)
            guard hasHeader else { return try header(json) }
            return try object(json, isComment: isComment)
        }
        guard hasHeader else { throw flaw("an event comes before the header") }
        guard line.count > 1, line.first != UInt8(ascii: "s"), line.first != UInt8(ascii: "t") else { return nil }
        return try row(line)
    }

    private mutating func header(_ json: Data) throws(FileError) -> Item {
        let header = try EncodedHeader(json: json, name, place: "header of a stream")
        hasHeader = true
        return .header(
            header.encoded(
                header.codec.base.isGraded
                    ? SpikeTrain(amplitudes: [], unitCount: header.unitCount)
                    : SpikeTrain(signs: [], unitCount: header.unitCount)))
    }

    private struct Object: Decodable {
        let time, step, channel, polarity, amplitude: Double?
        let steps: Int?
    }

    private func object(_ json: Data, isComment: Bool) throws(FileError) -> Item? {
        guard let object = try? JSONDecoder().decode(Object.self, from: json) else {
            if isComment || json.allSatisfy({ [32, 10, 13].contains($0) }) { return nil }
            throw flaw("\(excerpt(json.dropLast())) is no event")
        }
        if let steps = object.steps { return .mark(steps: steps) }
        guard let time = object.time ?? object.step, let channel = object.channel, let polarity = object.polarity else {
            throw flaw("an event has a time or step, a channel and a polarity")
        }
        return .event(
            WrittenEvent(time: time, channel: channel, polarity: polarity, amplitude: object.amplitude))
    }

    private mutating func row(_ line: ArraySlice<UInt8>) throws(FileError) -> Item {
        var values: [Double] = []
        let isRead = line.withUnsafeBufferPointer { line in
            var position = line.baseAddress!
            while let value = scanner.scan(&position) {
                values.append(value)
                if position.pointee == 10 || position.pointee == 13 { return true }
                guard position.pointee == UInt8(ascii: ",") else { return false }
                position += 1
            }
            return false
        }
        guard isRead, values.count == 3 || values.count == 4, values[0].isFinite else {
            throw flaw("\(excerpt(line.dropLast())) is no event: a time, a channel and a polarity")
        }
        return .event(
            WrittenEvent(
                time: values[0], channel: values[1], polarity: values[2],
                amplitude: values.count == 4 ? values[3] : nil))
    }

    private mutating func binaryHeader() throws(FileError) -> Item? {
        let magic = EventStreamWriter.magic
        guard rest[position...].prefix(magic.count).elementsEqual(magic.prefix(rest.count - position)) else {
            throw .malformed(path: name, place: "byte 0", problem: "is no stream of events that `spike stream` writes")
        }
        guard rest.count - position >= magic.count + 4 else { return nil }
        let length = Int(number(UInt32.self, at: position + magic.count))
        guard length <= Self.lineLimit else { throw flaw("the header claims to have \(counted(length, "byte"))") }
        let start = position + magic.count + 4
        guard rest.count - start >= length else { return nil }
        position = start + length
        return try header(Data(rest[start..<start + length]))
    }

    private mutating func record() throws(FileError) -> Item? {
        guard rest.count - position >= 16 else { return nil }
        let time = Double(bitPattern: number(UInt64.self, at: position))
        let channel = number(UInt32.self, at: position + 8)
        let value = Double(Float(bitPattern: number(UInt32.self, at: position + 12)))
        position += 16
        count += 1
        guard channel == EventStreamWriter.markChannel else {
            guard time.isFinite else { throw flaw("the time is \(time)") }
            return .event(
                WrittenEvent(time: time, channel: Double(channel), polarity: value, amplitude: value))
        }
        guard let steps = Int(exactly: time) else { throw flaw("a mark of \(time) steps") }
        return .mark(steps: steps)
    }

    private func number<Number: FixedWidthInteger>(_: Number.Type, at offset: Int) -> Number {
        rest.withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Number.self)) }
    }
}
