/// TensorFlow's record format: each record is its length, a check of the length, its bytes, and a check of the bytes.
///
/// Lengths have 8 bytes and checks 4, low byte first. A check is CRC-32C, rotated right by 15 bits, plus a constant.
/// Source: TensorFlow's guide "TFRecord and tf.train.Example", "TFRecords format details".
enum RecordFraming {
    static func framed(_ record: [UInt8]) -> [UInt8] {
        let length = littleEndian(UInt64(record.count))
        return length + littleEndian(check(length)) + record + littleEndian(check(record))
    }

    /// Returns the bytes of the first record; `nil` if it is incomplete or damaged.
    static func firstRecord(of bytes: [UInt8]) -> [UInt8]? {
        guard bytes.count >= 12 else { return nil }
        let length = bytes[..<8].reversed().reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(bytes.count), bytes.count >= Int(length) + 16 else { return nil }
        let record = Array(bytes[12..<12 + Int(length)])
        return framed(record).elementsEqual(bytes.prefix(Int(length) + 16)) ? record : nil
    }

    private static func check(_ bytes: [UInt8]) -> UInt32 {
        let check = CyclicRedundancyCheck.castagnoli(bytes)
        return (check >> 15 | check << 17) &+ 0xA282_EAD8
    }

    static func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
}
