/// The parameters and the state of the encoding of one channel. Spikes do not depend on how samples are split into
/// chunks.
public protocol ChannelEncoder: Sendable {
    /// The type of a spike: `Int8` for signs, `Float` for amplitudes.
    associatedtype Spike: Sendable = Int8

    /// Prepares encoders that compare the first sample with 0. Call it before the first samples.
    ///
    /// - Parameter zero: The recording's 0 in the unit of the samples. It is not 0 if samples are differences from an
    ///   offset.
    mutating func start(zero: Float)

    /// Encodes the next samples of the channel.
    ///
    /// - Parameters:
    ///   - samples: The samples, which must be finite.
    ///   - spikes: Memory for one spike per sample. The encoder writes at most this many.
    /// - Returns: The number of spikes that were written.
    mutating func encode(_ samples: UnsafeBufferPointer<Float>, into spikes: UnsafeMutablePointer<Spike>) -> Int

    /// The number of samples that were taken and whose spikes are still to come.
    var lag: Int { get }

    /// Writes the spikes that are still to come. The encoder takes no more samples after this call.
    ///
    /// - Parameter spikes: Memory for `lag` spikes.
    mutating func finish(into spikes: UnsafeMutablePointer<Spike>)
}

extension ChannelEncoder {
    @inlinable public mutating func start(zero: Float) {}
    @inlinable public var lag: Int { 0 }
    @inlinable public mutating func finish(into spikes: UnsafeMutablePointer<Spike>) {}
}
