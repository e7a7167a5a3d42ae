import TorchModules
import TorchTensors

/// Classes of what a network has found anywhere at any time: the mean of [T, B, C, H, W] over time and space, then a
/// linear layer to logits [B, classes].
public final class ClassifierHead: Layer {
    let linear: Linear
    public var isTraining = true

    public static var stateNames: [String: String] { ["linear": ""] }

    init(width: Int, classes: Int, _ build: inout BlockBuilder) throws(TensorError) {
        linear = try Linear(
            inputs: width, outputs: classes, bias: .constant(0), weight: .truncatedNormal(standardDeviation: 0.02),
            random: &build.random)
    }

    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor { try linear(x.mean(0, 3, 4)) }
}
