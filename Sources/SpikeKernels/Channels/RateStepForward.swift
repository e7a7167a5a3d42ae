/// Encodes one channel by rate step-forward: the amplitude of each spike is the change from one sample to the next.
///
///     p[t] = (x[t] − x[t−1])/θ
public struct RateStepForwardEncoder: ChannelEncoder {
    let threshold: Float
    let startsFromZero: Bool
    private var previous: Float?
    private var zero: Float = 0

    /// Creates an encoder for one channel.
    ///
    /// - Parameters:
    ///   - threshold: θ, in the signal's unit; above 0.
    ///   - startsFromZero: True to compare the second sample with 0; the first is not encoded then.
    public init(threshold: Float, startsFromZero: Bool = false) {
        self.threshold = threshold
        self.startsFromZero = startsFromZero
    }

    public mutating func start(zero: Float) { self.zero = zero }

    public mutating func encode(
        _ samples: UnsafeBufferPointer<Float>, into spikes: UnsafeMutablePointer<Float>
    ) -> Int {
        guard let first = samples.first else { return 0 }
        var start = 0
        if previous == nil {
            spikes[0] = 0
            start = 1
        }
        var last = previous ?? (startsFromZero ? zero : first)
        for t in start..<samples.count {
            spikes[t] = (samples[t] - last) / threshold
            last = samples[t]
        }
        previous = last
        return samples.count
    }
}

/// Decodes the graded spikes of rate step-forward on one channel.
///
///     r[−1] = initial value;  r[t] = r[t−1] + θ·p[t]
public struct RateStepForwardDecoder: ChannelDecoder {
    let threshold: Float
    private var value: Float

    /// Creates a decoder for one channel.
    ///
    /// - Parameters:
    ///   - threshold: θ, the threshold that the channel was encoded with, in the signal's unit.
    ///   - initialValue: The value before the first sample, in the signal's unit.
    public init(threshold: Float, initialValue: Float) {
        self.threshold = threshold
        value = initialValue
    }

    /// Decodes all spikes of the channel.
    ///
    /// - Parameters:
    ///   - spikes: The amplitudes of the channel, one per sample.
    ///   - signal: Memory for one decoded value per spike, in the signal's unit.
    public func decode(_ spikes: UnsafeBufferPointer<Float>, into signal: UnsafeMutablePointer<Float>) {
        var decoder = self
        _ = decoder.decode(next: spikes, into: signal)
    }

    public mutating func decode(
        next spikes: UnsafeBufferPointer<Float>, into signal: UnsafeMutablePointer<Float>
    ) -> Int {
        var value = value
        for t in 0..<spikes.count {
            value += threshold * spikes[t]
            signal[t] = value
        }
        self.value = value
        return spikes.count
    }
}
