import TorchModules
import TorchTensors

/// A network that finds classes of images, in two halves between which an image is spikes.
public protocol ImageClassifier: Layer {
    /// How it begins.
    var input: EncodingStage { get }

    /// What the rest is computed from: images [B, C, H, W] as spikes [T, B, C′, H′, W′].
    func encode(_ x: Tensor) throws(TensorError) -> Tensor

    /// - Parameter spikes: As `encode` returns them.
    /// - Returns: Logits, [B, classes].
    func classify(spikes: Tensor) throws(TensorError) -> Tensor

    /// This network for use: the same spikes and logits up to rounding, without batch normalisation. Its weights are
    /// copies.
    func foldingBatchNorm() throws(TensorError) -> Self
}

extension ImageClassifier {
    /// Images to logits, [B, classes].
    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor { try classify(spikes: encode(x)) }
}
