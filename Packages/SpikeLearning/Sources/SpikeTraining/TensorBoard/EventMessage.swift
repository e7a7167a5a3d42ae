/// TensorFlow's `Event` message, as far as scalars need it, in the wire format of protocol buffers.
///
/// The fields and their numbers are `wall_time` 1 (double), `step` 2 (int64), `file_version` 3 (string) and `summary`
/// 5, whose `value` 1 has `tag` 1 (string) and `simple_value` 2 (float). Source: tensorflow/core/util/event.proto and
/// tensorflow/core/framework/summary.proto.
struct EventMessage: Hashable {
    enum Content: Hashable {
        /// The first event of every file.
        case fileVersion
        case scalars(step: Int, [Scalar])
    }

    struct Scalar: Hashable {
        let tag: String
        let value: Float
    }

    /// The time of the event in seconds since 1970.
    let time: Double
    let content: Content

    var bytes: [UInt8] {
        let head = Self.key(1, .fixed64) + RecordFraming.littleEndian(time.bitPattern)
        switch content {
        case .fileVersion: return head + Self.delimited(3, Array("brain.Event:2".utf8))
        case .scalars(let step, let scalars):
            let values = scalars.flatMap { scalar in
                Self.delimited(
                    1,
                    Self.delimited(1, Array(scalar.tag.utf8)) + Self.key(2, .fixed32)
                        + RecordFraming.littleEndian(scalar.value.bitPattern))
            }
            return head + Self.key(2, .number) + Self.number(UInt64(step)) + Self.delimited(5, values)
        }
    }

    /// Returns the time of an event that begins with its time, as all events of this type do; `nil` for another
    /// message.
    static func time(of bytes: [UInt8]) -> Double? {
        guard bytes.count >= 9, bytes[0] == key(1, .fixed64)[0] else { return nil }
        let time = Double(bitPattern: bytes[1..<9].reversed().reduce(0) { $0 << 8 | UInt64($1) })
        return time.isFinite ? time : nil
    }

    private enum WireType: UInt8 {
        case number = 0
        case fixed64 = 1
        case delimited = 2
        case fixed32 = 5
    }

    private static func key(_ field: UInt8, _ type: WireType) -> [UInt8] { [field << 3 | type.rawValue] }

    private static func delimited(_ field: UInt8, _ content: [UInt8]) -> [UInt8] {
        key(field, .delimited) + number(UInt64(content.count)) + content
    }

    /// Encodes a number with seven bits per byte, the lowest first. In all bytes but the last, the highest bit is set.
    private static func number(_ value: UInt64) -> [UInt8] {
        var (bytes, rest): ([UInt8], UInt64) = ([], value)
        while rest > 127 {
            bytes.append(UInt8(rest & 127) | 128)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }
}
