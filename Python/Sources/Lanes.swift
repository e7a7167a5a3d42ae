import SpikeKernels

/// Encodes 16 rows with an encoder of lanes. The spikes have no gaps between the rows; an encoder of lanes takes one
/// distance for both, so rows of samples with gaps are left to the encoders of single rows.
///
/// - Returns: `nil` for rows with gaps; else whether all samples are finite. False, too, if the first row says `stop`.
@inline(__always)
func encode<Lanes: LaneEncoder>(
    lanes: Lanes, _ rows: UnsafePointer<Row>, _ samples: UnsafePointer<Float>, count: Int, stride: Int,
    into spikes: UnsafeMutablePointer<Int8>
) -> Bool? {
    guard stride == count else { return nil }
    var group = lanes
    return withUnsafeMutablePointer(to: &group) { group in
        let groups = UnsafeMutableBufferPointer(start: group, count: 1)
        for start in Swift.stride(from: 0, to: count, by: 4096) {
            guard rows[0].stop == 0 else { return false }
            guard
                Lanes.encode(
                    groups, rows: samples + start, rowStride: stride, count: min(4096, count - start),
                    into: spikes + start)
            else { return false }
        }
        return true
    }
}

/// The numbers of 16 rows.
@inline(__always)
func lanes(_ rows: UnsafePointer<Row>, _ number: (Row) -> Float) -> SIMD16<Float> {
    var lanes = SIMD16<Float>.zero
    for row in 0..<16 { lanes[row] = number(rows[row]) }
    return lanes
}
