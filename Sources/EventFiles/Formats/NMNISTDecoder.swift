import ArrayFiles

/// The binary files of N-MNIST and N-Caltech101: records of 40 bits with column, row, polarity and a time of 23 bits.
///
/// A record of row 240 is no event; all later times are 2^13 µs later.
///
/// Source: G. Orchard, A. Jayawant, G. K. Cohen, N. Thakor, Frontiers in Neuroscience 9 (2015),
/// doi:10.3389/fnins.2015.00437, and the description beside the data set.
struct NMNISTDecoder: RecordDecoder {
    static let recordSize = 5

    var stream: ByteStream
    /// The files do not say whether they are of N-MNIST (34 × 34) or of N-Caltech101.
    let size: SensorSize? = nil
    private var base: Int64 = 0

    init(_ file: InputFile) throws(FileError) { stream = try ByteStream(file) }

    mutating func decode(
        _ records: UnsafeRawBufferPointer, at position: Int, into events: inout EventWriter,
        _ remarks: inout [EventRemark]
    ) {
        for offset in stride(from: 0, to: records.count, by: Self.recordSize) {
            let (column, row) = (records[offset], records[offset + 1])
            guard row != 240 else {
                base &+= 1 << 13
                continue
            }
            let time = records.big(offset + 1, UInt32.self)
            events.append(
                base &+ Int64(time & 0x7F_FFFF), UInt16(column), UInt16(row), records[offset + 2] & 0x80 != 0)
        }
    }
}
