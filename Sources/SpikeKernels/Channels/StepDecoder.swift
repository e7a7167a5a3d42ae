/// Decodes spikes as steps of equal size, up and down. It is the decoder of step-forward, delta modulation and level
/// crossing.
///
///     r[0] = initial value;  r[t] = r[t−1] + θ·s[t]
public struct StepDecoder: ChannelDecoder {
    let step: Float
    private var value: Float
    private var hasStarted = false

    /// Creates a decoder for one channel.
    ///
    /// - Parameters:
    ///   - step: θ, the size of a step, in the signal's unit.
    ///   - initialValue: r[0], in the signal's unit; usually the first sample.
    public init(step: Float, initialValue: Float) {
        self.step = step
        value = initialValue
    }

    /// Decodes all spikes of the channel.
    ///
    /// - Parameters:
    ///   - spikes: The spikes of the channel, −1, 0 or 1 for each sample.
    ///   - signal: Memory for one decoded value per spike, in the signal's unit.
    public func decode(_ spikes: UnsafeBufferPointer<Int8>, into signal: UnsafeMutablePointer<Float>) {
        var decoder = self
        _ = decoder.decode(next: spikes, into: signal)
    }

    public mutating func decode(
        next spikes: UnsafeBufferPointer<Int8>, into signal: UnsafeMutablePointer<Float>
    ) -> Int {
        guard !spikes.isEmpty else { return 0 }
        var value = value
        if !hasStarted { signal[0] = value }
        for t in (hasStarted ? 0 : 1)..<spikes.count {
            value += step * Float(Int(spikes[t]))
            signal[t] = value
        }
        (self.value, hasStarted) = (value, true)
        return spikes.count
    }
}
