/// Decodes the spikes of Ben's spiker algorithm on one channel: filters them and scales the result back.
///
///     r = s ∗ h
public struct BensSpikerDecoder: ChannelDecoder {
    private let taps: [Float]
    let scale: UnitScale
    let variant: Variant
    /// Whether there was a spike, for as many of the last steps as the filter has taps. `next` is the place of the next
    /// step.
    private var recent: [Bool]
    private var next = 0
    private var stepCount = 0

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
        recent = Array(repeating: false, count: taps.count)
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

    /// The value of a step needs this many steps behind it.
    private var lead: Int { variant == .reference ? taps.count - 2 * (taps.count / 2) : 0 }

    public var lag: Int { min(lead, stepCount) }

    public mutating func decode(
        next spikes: UnsafeBufferPointer<Int8>, into signal: UnsafeMutablePointer<Float>
    ) -> Int {
        var count = 0
        for t in 0..<spikes.count {
            add(spikes[t] != 0)
            if stepCount > lead {
                signal[count] = value(ofStep: stepCount - 1 - lead)
                count += 1
            }
        }
        return count
    }

    public mutating func finish(into signal: UnsafeMutablePointer<Float>) {
        let (first, lag) = (stepCount - lag, lag)
        for index in 0..<lag {
            add(false)
            signal[index] = value(ofStep: first + index)
        }
        stepCount = 0
    }

    private mutating func add(_ spike: Bool) {
        recent[next] = spike
        next = next + 1 == recent.count ? 0 : next + 1
        stepCount += 1
    }

    /// The value of the step `lead` before the last one.
    private func value(ofStep step: Int) -> Float {
        guard variant == .standard || step >= taps.count / 2 else { return scale.minimum }
        var (sum, place): (Float, Int) = (0, next)
        // The reference filter is reversed, and acts ahead of the spikes by `lead` steps.
        for k in 0..<taps.count {
            place = place == 0 ? recent.count - 1 : place - 1
            if recent[place] { sum += variant == .reference ? taps[taps.count - 1 - k] : taps[k] }
        }
        return scale.inverse(sum)
    }
}
