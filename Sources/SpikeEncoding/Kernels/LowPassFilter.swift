import SpikeKernels

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
    return [Double](unsafeUninitializedCapacity: order + 1) { taps, count in
        lowPassTaps(order: order, cutoff: cutoff, into: UnsafeMutableBufferPointer(rebasing: taps[...order]))
        count = order + 1
    }
}
