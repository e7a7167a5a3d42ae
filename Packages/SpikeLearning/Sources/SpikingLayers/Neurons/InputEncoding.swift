import TorchTensors

/// How a network turns images, or what its first convolution makes of them, into spikes.
public enum InputEncoding: Sendable {
    /// The first layer of neurons sees the same currents at every step.
    case direct

    /// An encoder in place of the first layer of neurons: [B, C, …] values to [T, B, C, …] spikes.
    case encoder(@Sendable (EncoderSite) throws(TensorError) -> any SpikingLayer)
}

/// Where a network needs an encoder.
public struct EncoderSite: Sendable, Hashable {
    /// C of the values [B, C, …].
    public let channels: Int
    /// T of the spikes.
    public let steps: Int

    public init(channels: Int, steps: Int) {
        self.channels = channels
        self.steps = steps
    }
}
