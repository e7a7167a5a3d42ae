import TorchModules
import TorchTensors

/// A network that finds classes of pictures, in two halves between which a picture is spikes.
public protocol PictureClassifier: Layer {
    /// How it begins.
    var input: EncodingStage { get }

    /// What the rest is computed from: pictures [B, C, H, W] as spikes [T, B, C′, H′, W′].
    func encode(_ x: Tensor) throws(TensorError) -> Tensor

    /// - Parameter spikes: As `encode` returns them.
    /// - Returns: Logits, [B, classes].
    func classify(spikes: Tensor) throws(TensorError) -> Tensor

    /// This network for use: the same spikes and logits up to rounding, without batch normalisation. Its weights are
    /// copies.
    func foldingBatchNorm() throws(TensorError) -> Self
}

extension PictureClassifier {
    /// Pictures to logits, [B, classes].
    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor { try classify(spikes: encode(x)) }
}
