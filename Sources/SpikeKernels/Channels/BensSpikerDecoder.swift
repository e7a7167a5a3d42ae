/// Decodes the spikes of Ben's spiker algorithm on one channel: filters them and scales the result back.
///
///     r = s ∗ h
public struct BensSpikerDecoder: Sendable {
    private let taps: [Float]
    let scale: UnitScale
    let variant: Variant

    /// Creates a decoder for one channel.
    ///
    /// - Parameters:
    ///   - order: The order of the filter, 1…65,536.
    ///   - cutoff: The cutoff of the filter, as a fraction of the sampling rate, above 0 and below 0.5.
    ///   - scale: The scale that the channel was encoded with.
    ///   - variant: `.reference` shifts the filter and leaves the first half of its length at the scale's minimum.
    public init(order: Int, cutoff: Float, scale: UnitScale, variant: Variant = .standard) {
        taps = lowPassTaps(order: order, cutoff: cutoff, omittingFirst: false)
        self.scale = scale
        self.variant = variant
    }

    /// Decodes all spikes of the channel.
    ///
    /// - Parameters:
    ///   - spikes: The spikes of the channel, 0 or 1 for each sample.
    ///   - signal: Memory for one decoded value per spike, in the signal's unit.
    public func decode(_ spikes: UnsafeBufferPointer<Int8>, into signal: UnsafeMutablePointer<Float>) {
        guard variant == .reference else {
            filter(spikes, taps: taps, delay: 0, into: signal) { scale.inverse($0) }
            return
        }
        let start = taps.count / 2
        filter(spikes, taps: taps.reversed(), delay: 2 * start - taps.count, into: signal) { scale.inverse($0) }
        for t in 0..<min(start, spikes.count) { signal[t] = scale.minimum }
    }
}
