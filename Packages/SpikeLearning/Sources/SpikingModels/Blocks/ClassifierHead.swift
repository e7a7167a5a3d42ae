import TorchModules
import TorchTensors

/// Turns features [T, B, C, H, W] into logits [B, classes]: the mean over time and space, then a linear layer.
public final class ClassifierHead: Layer {
    let linear: Linear
    public var isTraining = true

    public static var stateNames: [String: String] { ["linear": ""] }

    init(width: Int, classes: Int, _ build: inout BlockBuilder) throws(TensorError) {
        linear = try Linear(
            inputs: width, outputs: classes, bias: .constant(0), weight: .truncatedNormal(standardDeviation: 0.02),
            random: &build.random)
    }

    /// Returns the logits [B, classes] of features.
    ///
    /// - Parameter x: Features [T, B, C, H, W].
    /// - Throws: `TensorError` if the shape of `x` does not fit.
    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor { try linear(x.mean(0, 3, 4)) }
}
