import TorchModules
import TorchTensors

/// Convolution of spikes with kernels of `kernel` × `kernel` pixels whose middle is within the image:
/// [N, inputs, height, width] to [N, outputs, ⌈height / stride⌉, ⌈width / stride⌉].
public final class SynapticConvolution: Layer, SynapticLayer {
    /// [outputs, inputs, kernel, kernel], or [outputs, inputs, 1]
    @Parameter public var weight: Tensor
    /// [outputs]
    @OptionalParameter public var bias: Tensor?
    public var isTraining = true
    public var synapseObserver: SynapseObserver?
    public let stride: Int

    /// - Parameters:
    ///   - kernel: An odd number.
    ///   - kernelDimensions: 2; or 1 for a kernel of one pixel whose weight's shape ends in a single 1. The values mean
    ///     the same.
    ///   - bias: Nil for none.
    public init(
        inputs: Int, outputs: Int, kernel: Int = 1, kernelDimensions: Int = 2, stride: Int = 1,
        bias: Initializer? = .standard, weight: Initializer = .standard, random: inout RandomSource
    ) throws(TensorError) {
        for (name, value) in [("inputs", inputs), ("outputs", outputs), ("stride", stride)] {
            precondition(value > 0, "SynapticConvolution: \(name) must be > 0, got \(value)")
        }
        precondition(kernel > 0 && kernel % 2 == 1, "SynapticConvolution: kernel must be odd and > 0, got \(kernel)")
        precondition(
            kernelDimensions == 2 || kernelDimensions == 1 && kernel == 1,
            "SynapticConvolution: kernelDimensions must be 2, or 1 for a kernel of 1, got \(kernelDimensions)")
        self.stride = stride
        let shape = [outputs, inputs] + Array(repeating: kernel, count: kernelDimensions)
        _weight = try Parameter(weight.tensor(shape, random: &random), isDecayed: true)
        _bias = try OptionalParameter(
            bias.map { (bias) throws(TensorError) in
                try Parameter(bias.tensor([outputs], fans: Fans(weight: shape), random: &random))
            })
    }

    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor { try self(x, bias: bias) }

    /// As with another bias, nil for none.
    public func callAsFunction(_ x: Tensor, bias: Tensor?) throws(TensorError) -> Tensor {
        let square = weight.rank == 4 ? weight : try weight.unsqueezed(-1)
        let result = try x.convolutionOfSpikes(square, bias, stride: stride, padding: square.shape[2] / 2)
        try synapseObserver?(SynapticWork(input: x, frames: x.shape[0], weight: weight, outputCount: result.count))
        return result
    }
}
