import TorchTensors

/// How a network turns its images, or the output of its first convolution, into spikes.
public enum InputEncoding: Sendable {
    /// Direct encoding: the first layer of neurons receives the same currents at every step.
    case direct

    /// An encoder takes the place of the first layer of neurons. The associated function makes a layer that turns
    /// values [B, C, …] into spikes [T, B, C, …].
    case encoder(@Sendable (EncoderSite) throws(TensorError) -> any SpikingLayer)
}

/// The place in a network for which an encoder is made.
public struct EncoderSite: Sendable, Hashable {
    /// The number of channels C of the values [B, C, …].
    public let channels: Int
    /// The number of time steps T of the spikes.
    public let steps: Int

    /// Creates a description of a place for an encoder. The values are checked by the encoder that is made for it.
    ///
    /// - Parameters:
    ///   - channels: The number of channels C of the values [B, C, …].
    ///   - steps: The number of time steps T of the spikes.
    public init(channels: Int, steps: Int) {
        self.channels = channels
        self.steps = steps
    }
}
