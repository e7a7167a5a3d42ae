import ArrayFiles
import SpikeEncoding

/// Decodes the events of one file, part by part.
protocol EventDecoder {
    /// The size of the sensor, if the file says it.
    var size: SensorSize? { get }

    /// Adds the next events of the file to an empty buffer, perhaps none.
    ///
    /// - Parameter remarks: Counts what is passed over.
    /// - Returns: False at the end of the file.
    /// - Throws: `FileError` if the file cannot be read or understood any further.
    mutating func decode(into events: EventBuffer, _ remarks: inout [EventRemark]) throws(FileError) -> Bool
}

/// Decodes a file that is a header and then records of equal size, each of which is one event at most.
protocol RecordDecoder: EventDecoder {
    /// The size of a record in bytes.
    static var recordSize: Int { get }

    var stream: ByteStream { get set }

    /// Decodes records, whose number is that of the bytes divided by `recordSize`. There is room for as many events.
    ///
    /// - Parameter position: The position of the first record in the file.
    mutating func decode(
        _ records: UnsafeRawBufferPointer, at position: Int, into events: inout EventWriter,
        _ remarks: inout [EventRemark])
}

extension RecordDecoder {
    mutating func decode(into events: EventBuffer, _ remarks: inout [EventRemark]) throws(FileError) -> Bool {
        let available = try stream.fill()
        let count = available / Self.recordSize
        guard count > 0 else {
            remarks.note("bytes left over at the end, less than an event", count: available, byte: stream.position)
            return false
        }
        let stream = stream
        stream.withBytes { bytes in
            let records = UnsafeRawBufferPointer(rebasing: bytes[..<(count * Self.recordSize)])
            events.add(room: count) { decode(records, at: stream.position, into: &$0, &remarks) }
        }
        self.stream.skip(count * Self.recordSize)
        return true
    }
}

/// Counts words or events by their type, for remarks about those that are passed over.
struct TypeCounts {
    private var counts: [Int]
    private var firsts: [Int]

    init(_ types: Int) {
        counts = Array(repeating: 0, count: types)
        firsts = counts
    }

    mutating func add(_ type: Int, byte: Int) {
        if counts[type] == 0 { firsts[type] = byte }
        counts[type] += 1
    }

    /// Notes the counts, and starts again from 0.
    ///
    /// - Parameter name: What events of a type are called; `nil` if they are not worth a remark.
    mutating func note(in remarks: inout [EventRemark], _ name: (_ type: Int) -> String?) {
        for type in counts.indices where counts[type] > 0 {
            if let name = name(type) { remarks.note(name, count: counts[type], byte: firsts[type]) }
            counts[type] = 0
        }
    }
}

/// A counter of microseconds that starts again from 0 after its largest value.
struct WrappingClock {
    private let bits: Int64
    /// A step back by more than this is a new start.
    private let limit: Int64
    private var last: Int64 = 0
    /// What is added to the counter: 2^bits for every time that it started again.
    private(set) var base: Int64 = 0

    /// A counter that has not counted yet.
    ///
    /// - Parameters:
    ///   - bits: The number of bits of the counter.
    ///   - dialect: `.standard` takes a step back by more than half of the counter's range for a new start, and a smaller
    ///     one for time that runs back; `.reference` takes each step back for a new start.
    init(bits: Int64, dialect: Dialect = .standard) {
        self.bits = bits
        limit = dialect == .standard ? 1 << (bits - 1) : 0
    }

    /// The time of a value of the counter.
    @inline(__always)
    mutating func time(_ value: Int64) -> Int64 {
        if last - value > limit { base &+= 1 << bits }
        last = value
        return base &+ value
    }
}
