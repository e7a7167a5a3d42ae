import ArrayFiles

/// Writes a structured NumPy array: `t` (int64, µs), `x` (uint16), `y` (uint16), `p` (uint8, 1 for ON).
final class NPYEventWriter: EventWriting {
    private static let recordSize = 13
    private let file: OutputFile

    init(_ path: String, _ summary: EventSummary) throws(FileError) {
        file = try OutputFile(path)
        try file.write(
            NPYRecords.header(
                fields: [("t", "<i8"), ("x", "<u2"), ("y", "<u2"), ("p", "|u1")], count: summary.eventCount))
    }

    func write(_ events: EventBuffer) throws(FileError) {
        let size = Self.recordSize
        let bytes = [UInt8](unsafeUninitializedCapacity: events.count * size) { output, count in
            let bytes = UnsafeMutableRawBufferPointer(output)
            for index in 0..<events.count {
                let start = index * size
                bytes.storeBytes(of: events.times[index].littleEndian, toByteOffset: start, as: Int64.self)
                bytes.storeBytes(of: events.xs[index].littleEndian, toByteOffset: start + 8, as: UInt16.self)
                bytes.storeBytes(of: events.ys[index].littleEndian, toByteOffset: start + 10, as: UInt16.self)
                bytes[start + 12] = events.isOn[index] ? 1 : 0
            }
            count = events.count * size
        }
        try file.write(bytes)
    }

    func close() throws(FileError) { try file.close() }
}
