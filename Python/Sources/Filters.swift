import SpikeKernels

/// Computes the taps of the low-pass filter of Ben's spiker algorithm; there is one more than the order.
@_cdecl("spikekit_low_pass_taps")
public func lowPass(_ order: Int, _ cutoff: Double, _ taps: UnsafeMutablePointer<Double>) {
    lowPassTaps(order: order, cutoff: cutoff, into: UnsafeMutableBufferPointer(start: taps, count: order + 1))
}
