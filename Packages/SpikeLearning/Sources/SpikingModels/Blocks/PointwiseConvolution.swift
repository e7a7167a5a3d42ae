import TorchModules
import TorchTensors

/// Convolution with kernels of one pixel: [N, inputs, height, width] to [N, outputs, height, width], as a matrix product over
/// the channels. Fastest where the channels are innermost in memory, as those of the result are.
public final class PointwiseConvolution: Layer {
    /// [outputs, inputs, 1] or [outputs, inputs, 1, 1]
    @Parameter public var weight: Tensor
    /// [outputs]
    @OptionalParameter public var bias: Tensor?
    public var isTraining = true

    /// - Parameters:
    ///   - kernelDimensions: 1 or 2: how many lengths of 1 the weight's shape ends in. The values mean the same.
    ///   - bias: Nil for none.
    public init(
        inputs: Int, outputs: Int, kernelDimensions: Int = 2, bias: Initializer? = .standard,
        weight: Initializer = .standard, random: inout RandomSource
    ) throws(TensorError) {
        for (name, value) in [("inputs", inputs), ("outputs", outputs)] {
            precondition(value > 0, "PointwiseConvolution: \(name) must be > 0, got \(value)")
        }
        precondition(
            1...2 ~= kernelDimensions, "PointwiseConvolution: kernelDimensions must be 1 or 2, got \(kernelDimensions)")
        let shape = [outputs, inputs] + Array(repeating: 1, count: kernelDimensions)
        _weight = try Parameter(weight.tensor(shape, random: &random), isDecayed: true)
        _bias = try OptionalParameter(
            bias.map { (bias) throws(TensorError) in
                try Parameter(bias.tensor([outputs], fans: Fans(weight: shape), random: &random))
            })
    }

    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
        guard x.rank == 4 else {
            throw TensorError("PointwiseConvolution: the input has 4 dimensions, got shape \(x.shape)")
        }
        return try x.permuted(0, 2, 3, 1).linear(weight.flattened(1), bias).permuted(0, 3, 1, 2)
    }
}
