import TorchModules
import TorchTensors

/// A network that classifies images: `encode` turns images into spikes, `classify` turns spikes into logits.
public protocol ImageClassifier: ImageNetwork {
    /// Turns spikes into logits.
    ///
    /// - Parameter spikes: Spikes [T, B, C′, H′, W′], as `encode` returns them.
    /// - Returns: Logits [B, classes].
    /// - Throws: `TensorError` if the shape of the spikes does not fit.
    func classify(spikes: Tensor) throws(TensorError) -> Tensor
}

extension ImageClassifier {
    public func output(spikes: Tensor) throws(TensorError) -> Tensor { try classify(spikes: spikes) }
}
