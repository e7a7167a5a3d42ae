import SpikeKernels

/// Splits rows of numbers in double precision into an offset per row and differences in Float32, as the program does.
///
/// - Parameters:
///   - exact: The rows, without gaps between them.
///   - rowCount: The number of rows.
///   - count: The number of samples of each row.
///   - rows: What is known of each row, or `nil`. Filled in: the recording's 0 less the offset.
///   - offsets: Memory for one offset per row.
///   - differences: Memory for one difference per sample, or `nil`.
/// - Returns: 1 if an offset is not 0, else 0.
@_cdecl("spikekit_split")
public func split(
    _ exact: UnsafePointer<Double>, _ rowCount: Int, _ count: Int, _ rows: UnsafeMutableRawPointer?,
    _ offsets: UnsafeMutablePointer<Double>, _ differences: UnsafeMutablePointer<Float>?
) -> Int32 {
    let rows = rows?.assumingMemoryBound(to: Row.self)
    var hasOffset: Int32 = 0
    for row in 0..<rowCount {
        let samples = exact + row * count
        let offset = offset(of: UnsafeBufferPointer(start: samples, count: count))
        offsets[row] = offset
        if offset != 0 { hasOffset = 1 }
        rows?[row].zero = nearestFinite(0 - offset)
        guard let differences else { continue }
        let into = differences + row * count
        for index in 0..<count { into[index] = Float(samples[index] - offset) }
    }
    return hasOffset
}

/// The offset of a row: 0 if Float32 holds its differences anyway, else the middle of its range, rounded to a power of
/// two within the range. NaN and infinity are left aside.
private func offset(of samples: UnsafeBufferPointer<Double>) -> Double {
    var (least, largest) = (Double.infinity, -Double.infinity)
    for value in samples where value.isFinite {
        least = min(least, value)
        largest = max(largest, value)
    }
    let range = largest - least
    // Below 0 if nothing is finite.
    guard range >= 0, range <= Double(Float.greatestFiniteMagnitude) else { return 0 }
    guard range > 0 else { return Double(Float(least)) == least ? 0 : least }
    guard max(abs(least), abs(largest)) * 0x1p-24 > 0x1p-18 * range else { return 0 }
    let grain = range.binade
    let middle = (least + range / 2) / grain
    // Larger numbers are whole, and a conversion to an integer could trap.
    guard abs(middle) < 0x1p52 else { return middle * grain }
    let whole = Double(Int64(abs(middle) + 0.5))
    return (middle < 0 ? -whole : whole) * grain
}

func nearestFinite(_ value: Double) -> Float {
    let largest = Double(Float.greatestFiniteMagnitude)
    return Float(min(max(value, -largest), largest))
}

/// Sets the first parameter of every row to its largest step |x[t] − x[t−1]|, or to 1 if it never changes.
///
/// - Parameters: As of `encode`.
/// - Returns: −1; or the index of the first sample that is NaN or infinite, counted without gaps; or −2 − r if a step
///   of row r is beyond Float32.
@_cdecl("spikekit_largest_steps")
public func largestSteps(
    _ rows: UnsafeMutableRawPointer, _ samples: UnsafePointer<Float>, _ rowCount: Int, _ count: Int, _ stride: Int
) -> Int {
    let rows = rows.assumingMemoryBound(to: Row.self)
    var tooWide = -1
    for row in 0..<rowCount {
        let values = UnsafeBufferPointer(start: samples + row * stride, count: count)
        guard areFinite(values) else { return firstFlaw(values, row: row) }
        var largest: Float = 0
        for index in 1..<max(1, count) { largest = max(largest, abs(values[index] - values[index - 1])) }
        if !largest.isFinite, tooWide == -1 { tooWide = -2 - row }
        rows[row].parameters.0 = largest == 0 ? 1 : largest
    }
    return tooWide
}
