/// The parameters and the state of the decoding of one channel whose spikes arrive in chunks. Values do not depend on how
/// spikes are split into chunks.
public protocol ChannelDecoder<Spike>: Sendable {
    /// The type of a spike: `Int8` for signs, `Float` for amplitudes.
    associatedtype Spike: Sendable = Int8

    /// Decodes the next spikes of the channel.
    ///
    /// - Parameters:
    ///   - spikes: The spikes, one per sample.
    ///   - signal: Memory for `lag` values and one per spike. The decoder writes at most this many.
    /// - Returns: The number of values that were written, in the signal's unit.
    mutating func decode(next spikes: UnsafeBufferPointer<Spike>, into signal: UnsafeMutablePointer<Float>) -> Int

    /// The number of spikes that were taken and whose values are still to come.
    var lag: Int { get }

    /// Writes the values that are still to come. The decoder takes no more spikes after this call.
    ///
    /// - Parameter signal: Memory for `lag` values.
    mutating func finish(into signal: UnsafeMutablePointer<Float>)
}

extension ChannelDecoder {
    @inlinable public var lag: Int { 0 }
    @inlinable public mutating func finish(into signal: UnsafeMutablePointer<Float>) {}
}
