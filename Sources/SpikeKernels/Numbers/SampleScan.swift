/// Whether all samples are finite numbers.
///
/// - Parameter samples: Any number of samples.
public func areFinite(_ samples: UnsafeBufferPointer<Float>) -> Bool {
    guard let start = samples.baseAddress else { return true }
    let raw = UnsafeRawPointer(start)
    let whole = samples.count & ~15
    var flaw = SIMD16<Float>.zero
    for index in stride(from: 0, to: whole, by: 16) {
        let x = raw.loadUnaligned(fromByteOffset: index &* 4, as: SIMD16<Float>.self)
        flaw += x - x
    }
    for index in whole..<samples.count { flaw[0] += samples[index] - samples[index] }
    return flaw == .zero
}

/// The least and the largest of some samples.
///
/// - Parameter samples: Any number of samples.
/// - Returns: `nil` if there are no samples, or if one of them is NaN or infinite.
public func extent(of samples: UnsafeBufferPointer<Float>) -> (least: Float, largest: Float)? {
    guard let start = samples.baseAddress, samples.count > 0 else { return nil }
    var least = SIMD16<Float>(repeating: samples[0])
    var largest = least
    var flaw = SIMD16<Float>.zero
    let whole = samples.count & ~15
    let raw = UnsafeRawPointer(start)
    for index in stride(from: 0, to: whole, by: 16) {
        let x = raw.loadUnaligned(fromByteOffset: index &* 4, as: SIMD16<Float>.self)
        least.replace(with: x, where: x .< least)
        largest.replace(with: x, where: x .> largest)
        flaw += x - x
    }
    for index in whole..<samples.count {
        let x = samples[index]
        least[0] = Swift.min(least[0], x)
        largest[0] = Swift.max(largest[0], x)
        flaw[0] += x - x
    }
    return flaw == .zero ? (least.min(), largest.max()) : nil
}
