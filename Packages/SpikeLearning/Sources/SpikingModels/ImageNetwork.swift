import TorchModules
import TorchTensors

/// A network for images in two stages: `encode` turns images into spikes, `output` turns spikes into the answers of the
/// network.
public protocol ImageNetwork: Layer {
    /// The first stage of the network, which turns images into spikes.
    var input: EncodingStage { get }

    /// Turns images into spikes, from which `output` computes the answers.
    ///
    /// - Parameter x: Images [B, C, H, W]; networks may also take images over time [T, B, C, H, W].
    /// - Returns: Spikes [T, B, C′, H′, W′].
    /// - Throws: `TensorError` if the shape or the type of the images does not fit.
    func encode(_ x: Tensor) throws(TensorError) -> Tensor

    /// Turns spikes into the answers of the network.
    ///
    /// - Parameter spikes: Spikes [T, B, C′, H′, W′], as `encode` returns them.
    /// - Returns: The logits [B, classes] of a classifier, or the raw predictions [B, N, 5 + classes] of a detector.
    /// - Throws: `TensorError` if the shape of the spikes does not fit.
    func output(spikes: Tensor) throws(TensorError) -> Tensor

    /// Returns a copy of this network for evaluation in which every batch normalisation is folded into the convolution
    /// before it. Its spikes and answers are those of this network in evaluation, up to rounding.
    ///
    /// - Throws: `TensorError` if the copy cannot be created.
    func foldingBatchNorm() throws(TensorError) -> Self
}

extension ImageNetwork {
    /// Returns the answers of the network for images.
    ///
    /// - Parameter x: Images, as `encode` takes them.
    /// - Throws: `TensorError` if the shape or the type of the images does not fit.
    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor { try output(spikes: encode(x)) }
}
