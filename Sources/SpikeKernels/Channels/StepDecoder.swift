/// Decodes spikes as steps of equal size, up and down. It is the decoder of step-forward, delta modulation and level
/// crossing.
///
///     r[0] = initial value;  r[t] = r[t−1] + θ·s[t]
public struct StepDecoder: Sendable {
    let step: Float
    let initialValue: Float

    /// Creates a decoder for one channel.
    ///
    /// - Parameters:
    ///   - step: θ, the size of a step, in the signal's unit.
    ///   - initialValue: r[0], in the signal's unit; usually the first sample.
    public init(step: Float, initialValue: Float) {
        self.step = step
        self.initialValue = initialValue
    }

    /// Decodes all spikes of the channel.
    ///
    /// - Parameters:
    ///   - spikes: The spikes of the channel, −1, 0 or 1 for each sample.
    ///   - signal: Memory for one decoded value per spike, in the signal's unit.
    public func decode(_ spikes: UnsafeBufferPointer<Int8>, into signal: UnsafeMutablePointer<Float>) {
        guard !spikes.isEmpty else { return }
        var value = initialValue
        signal[0] = value
        for t in 1..<spikes.count {
            value += step * Float(Int(spikes[t]))
            signal[t] = value
        }
    }
}
