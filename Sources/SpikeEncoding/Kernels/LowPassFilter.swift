#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A windowed-sinc low-pass filter (Hamming window) with unit gain at 0 Hz.
///
///     h[k] ∝ sinc(2c(k − N/2)) · (0.54 − 0.46 cos(2πk/N)),  Σ h = 1
///
/// - Parameters:
///   - order: N, at least 1.
///   - cutoff: c, as a fraction of the sampling rate, 0 < c < 0.5.
/// - Returns: `order + 1` taps.
/// - Source: Oppenheim & Schafer, Discrete-Time Signal Processing, 7.5 (window method).
public func lowPassTaps(order: Int, cutoff: Double) -> [Double] {
    precondition(order >= 1, "lowPassTaps: order must be >= 1, got \(order)")
    precondition(cutoff > 0 && cutoff < 0.5, "lowPassTaps: cutoff must be > 0 and < 0.5, got \(cutoff)")
    // The second half mirrors the first.
    let half = (0...order / 2).map { k in
        let angle = Double.pi * (2 * cutoff * (Double(k) - Double(order) / 2))
        let sinc = angle == 0 ? 1 : sin(angle) / angle
        return sinc * (0.54 - 0.46 * cos(2 * Double.pi * Double(k) / Double(order)))
    }
    let taps = half + half.prefix(order + 1 - half.count).reversed()
    let gain = taps.reduce(0, +)
    return taps.map { $0 / gain }
}
