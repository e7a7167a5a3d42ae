/// Computes the taps of a windowed-sinc low-pass filter (Hamming window) with unit gain at 0 Hz.
///
///     h[k] ∝ sinc(2c(k − N/2)) · (0.54 − 0.46 cos(2πk/N)),  Σ h = 1
///
/// - Parameters:
///   - order: N, the order of the filter, 1…65,536.
///   - cutoff: c, the cutoff as a fraction of the sampling rate, above 0 and below 0.5.
///   - taps: Memory for the taps. Traps unless it holds `order + 1` of them.
/// - Source: Oppenheim & Schafer, Discrete-Time Signal Processing, 7.5 (window method).
public func lowPassTaps(order: Int, cutoff: Double, into taps: UnsafeMutableBufferPointer<Double>) {
    precondition(taps.count == order + 1, "lowPassTaps: there must be one tap more than the order")
    // The second half mirrors the first.
    for k in 0...order / 2 {
        let angle = Double.pi * (2 * cutoff * (Double(k) - Double(order) / 2))
        let sinc = angle == 0 ? 1 : sine(angle) / angle
        taps[k] = sinc * (0.54 - 0.46 * cosine(2 * Double.pi * Double(k) / Double(order)))
        taps[order - k] = taps[k]
    }
    var gain = 0.0
    for k in 0...order { gain += taps[k] }
    for k in 0...order { taps[k] = taps[k] / gain }
}

/// The taps of the filter rounded to Float32, with or without tap 0.
func lowPassTaps(order: Int, cutoff: Float, omittingFirst: Bool) -> [Float] {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: order + 1) { exact in
        lowPassTaps(order: order, cutoff: Double(cutoff), into: exact)
        let first = omittingFirst ? 1 : 0
        return [Float](unsafeUninitializedCapacity: order + 1 - first) { taps, count in
            for k in first...order { taps[k - first] = Float(exact[k]) }
            count = order + 1 - first
        }
    }
}
