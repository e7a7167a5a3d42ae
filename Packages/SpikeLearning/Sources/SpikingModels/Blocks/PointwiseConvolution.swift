import TorchModules
import TorchTensors

/// Convolution with kernels of one pixel: [N, inputs, height, width] to [N, outputs, height, width].
///
/// A matrix product over the channels would give the same; LibTorch's convolution takes half the time in float32.
public final class PointwiseConvolution: Layer, SynapticLayer {
    /// [outputs, inputs, 1] or [outputs, inputs, 1, 1]
    @Parameter public var weight: Tensor
    /// [outputs]
    @OptionalParameter public var bias: Tensor?
    public var isTraining = true
    public var synapseObserver: SynapseObserver?

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

    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor { try self(x, bias: bias) }

    func callAsFunction(_ x: Tensor, bias: Tensor?) throws(TensorError) -> Tensor {
        let result = try x.convolution(weight.rank == 4 ? weight : weight.unsqueezed(-1), bias)
        try synapseObserver?(SynapticWork(input: x, frames: x.shape[0], weight: weight, outputCount: result.count))
        return result
    }
}
