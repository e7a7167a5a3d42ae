import TorchModules
import TorchTensors

/// A network that classifies images in two stages: `encode` turns images into spikes, `classify` turns spikes into
/// logits.
public protocol ImageClassifier: Layer {
    /// The first stage of the network, which turns images into spikes.
    var input: EncodingStage { get }

    /// Turns images into spikes, from which `classify` computes the logits.
    ///
    /// - Parameter x: Images [B, C, H, W]; networks may also take images over time [T, B, C, H, W].
    /// - Returns: Spikes [T, B, C′, H′, W′].
    /// - Throws: `TensorError` if the shape or the type of the images does not fit.
    func encode(_ x: Tensor) throws(TensorError) -> Tensor

    /// Turns spikes into logits.
    ///
    /// - Parameter spikes: Spikes [T, B, C′, H′, W′], as `encode` returns them.
    /// - Returns: Logits [B, classes].
    /// - Throws: `TensorError` if the shape of the spikes does not fit.
    func classify(spikes: Tensor) throws(TensorError) -> Tensor

    /// Returns a copy of this network for evaluation in which every batch normalisation is folded into the convolution
    /// before it. Its spikes and logits are those of this network in evaluation, up to rounding.
    ///
    /// - Throws: `TensorError` if the copy cannot be created.
    func foldingBatchNorm() throws(TensorError) -> Self
}

extension ImageClassifier {
    /// Returns the logits [B, classes] of images.
    ///
    /// - Parameter x: Images, as `encode` takes them.
    /// - Throws: `TensorError` if the shape or the type of the images does not fit.
    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor { try classify(spikes: encode(x)) }
}
