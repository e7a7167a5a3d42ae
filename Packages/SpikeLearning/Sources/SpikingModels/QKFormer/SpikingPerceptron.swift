import TorchModules
import TorchTensors

/// Two layers of 1 × 1 convolutions with neurons, which turn [T, B, C, H, W] into spikes of the same shape. The first
/// layer is `ratio` times as wide as the input.
public final class SpikingPerceptron: Layer {
    let first: SpikingConvolution
    let second: SpikingConvolution
    public var isTraining = true

    public static var stateNames: [String: String] { ["first": "mlp1_", "second": "mlp2_"] }

    init(width: Int, ratio: Int, _ build: inout BlockBuilder) throws(TensorError) {
        first = try build.pointwise(width, ratio * width, kernelDimensions: 2, hasBias: true)
        second = try build.pointwise(ratio * width, width, kernelDimensions: 2, hasBias: true)
    }

    /// Returns spikes [T, B, C, H, W].
    ///
    /// - Parameter x: Spikes or sums of spikes [T, B, C, H, W].
    /// - Throws: `TensorError` if the shape of `x` does not fit.
    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor { try second(first(x)) }
}
