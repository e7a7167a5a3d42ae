import TorchModules
import TorchTensors

/// Two layers of neurons that see one pixel each, of which the first is `ratio` times as wide: [T, B, C, H, W] to
/// spikes of that shape.
public final class SpikingPerceptron: Layer {
    let first: SpikingConvolution
    let second: SpikingConvolution
    public var isTraining = true

    public static var stateNames: [String: String] { ["first": "mlp1_", "second": "mlp2_"] }

    init(width: Int, ratio: Int, _ build: inout BlockBuilder) throws(TensorError) {
        first = try build.pointwise(width, ratio * width, kernelDimensions: 2, hasBias: true)
        second = try build.pointwise(ratio * width, width, kernelDimensions: 2, hasBias: true)
    }

    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor { try second(first(x)) }
}
