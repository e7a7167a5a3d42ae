import SpikeKernels

/// What the interface needs of a codec that encodes the rows of a recording one by one.
protocol Channelwise {
    associatedtype Encoder: ChannelEncoder

    /// Whether rows are scaled by their ranges.
    static var needsRange: Bool { get }

    static func encoder(_ row: Row, _ flags: Flags) -> Encoder

    static func decode(
        _ spikes: UnsafeBufferPointer<Encoder.Spike>, _ row: Row, _ flags: Flags,
        into signal: UnsafeMutablePointer<Float>)

    /// Encodes 16 rows at once, if the codec can.
    ///
    /// - Returns: `nil` if it cannot; else whether all samples are finite.
    static func encodeLanes(
        _ rows: UnsafePointer<Row>, _ flags: Flags, _ samples: UnsafePointer<Float>, count: Int, stride: Int,
        into spikes: UnsafeMutablePointer<Encoder.Spike>
    ) -> Bool?
}

extension Channelwise {
    static var needsRange: Bool { false }

    static func encodeLanes(
        _ rows: UnsafePointer<Row>, _ flags: Flags, _ samples: UnsafePointer<Float>, count: Int, stride: Int,
        into spikes: UnsafeMutablePointer<Encoder.Spike>
    ) -> Bool? { nil }
}

/// Samples are checked and encoded in blocks that stay in the cache.
private let blockLength = 4096

/// What a call returns that was stopped: see `Row.stop`.
let stopped = Int.min

/// Encodes rows of samples.
///
/// - Parameters:
///   - rows: What is known of each row. Filled in: the range, unless it is given, and the initial value.
///   - samples: The samples. Row `r` starts at `r * stride`.
///   - rowCount: The number of rows.
///   - count: The number of samples of each row, at least 1.
///   - spikes: Memory for one spike per sample, without gaps between the rows.
/// - Returns: −1; or the index of the first sample that is NaN or infinite, counted without gaps; or −2 − r if the
///   width of the range of row r is beyond Float32; or `stopped`.
func encode<Codec: Channelwise>(
    _: Codec.Type, _ flags: Flags, _ rows: UnsafeMutablePointer<Row>, _ samples: UnsafePointer<Float>, rowCount: Int,
    count: Int, stride: Int, into spikes: UnsafeMutablePointer<Codec.Encoder.Spike>
) -> Int {
    for row in 0..<rowCount {
        if rows[row].stop != 0 { return stopped }
        let values = UnsafeBufferPointer(start: samples + row * stride, count: count)
        rows[row].initialValue = values[0]
        guard Codec.needsRange else { continue }
        guard let extent = extent(of: values) else { return firstFlaw(values, row: row) }
        guard (extent.largest - extent.least).isFinite else { return -2 - row }
        if !flags.hasRanges { (rows[row].minimum, rows[row].maximum) = (extent.least, extent.largest) }
    }
    var row = 0
    while row < rowCount {
        let (from, into) = (samples + row * stride, spikes + row * count)
        if rowCount - row >= 16, isWithoutOffset(rows + row),
            let areFinite = Codec.encodeLanes(rows + row, flags, from, count: count, stride: stride, into: into)
        {
            guard areFinite else {
                if rows[row].stop != 0 { return stopped }
                for row in row..<row + 16 {
                    let values = UnsafeBufferPointer(start: samples + row * stride, count: count)
                    if !SpikeKernels.areFinite(values) { return firstFlaw(values, row: row) }
                }
                return -1
            }
            row += 16
            continue
        }
        var encoder = Codec.encoder(rows[row], flags)
        encoder.start(zero: rows[row].zero)
        var next = into
        for start in Swift.stride(from: 0, to: count, by: blockLength) {
            if rows[row].stop != 0 { return stopped }
            let block = UnsafeBufferPointer(start: from + start, count: min(blockLength, count - start))
            guard Codec.needsRange || areFinite(block) else {
                return firstFlaw(UnsafeBufferPointer(start: from, count: count), row: row)
            }
            next += encoder.encode(block, into: next)
        }
        encoder.finish(into: next)
        row += 1
    }
    return -1
}

/// Decodes rows of spikes, without gaps between them.
///
/// - Returns: −1; the index of the first decoded value that is NaN or infinite; or `stopped`.
func decode<Codec: Channelwise>(
    _: Codec.Type, _ flags: Flags, _ rows: UnsafePointer<Row>, _ spikes: UnsafePointer<Codec.Encoder.Spike>,
    rowCount: Int, count: Int, into signal: UnsafeMutablePointer<Float>
) -> Int {
    var flaw = -1
    for row in 0..<rowCount {
        if rows[row].stop != 0 { return stopped }
        let into = signal + row * count
        Codec.decode(UnsafeBufferPointer(start: spikes + row * count, count: count), rows[row], flags, into: into)
        let values = UnsafeBufferPointer(start: into, count: count)
        if flaw == -1, !areFinite(values) { flaw = firstFlaw(values, row: row) }
    }
    return flaw
}

private func isWithoutOffset(_ rows: UnsafePointer<Row>) -> Bool {
    for row in 0..<16 where rows[row].zero != 0 { return false }
    return true
}

func firstFlaw(_ samples: UnsafeBufferPointer<Float>, row: Int) -> Int {
    for index in 0..<samples.count where !samples[index].isFinite { return row * samples.count + index }
    return -1
}
