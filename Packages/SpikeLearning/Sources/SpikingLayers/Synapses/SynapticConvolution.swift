import TorchModules
import TorchTensors

/// A convolution layer for spikes, which turns frames [N, inputs, H, W] into [N, outputs, H′, W′].
///
/// Kernels have `kernel` × `kernel` pixels. Frames are padded with (kernel − 1) / 2 zeros on each side, rounded down, so
/// that H′ = ⌈H / stride⌉ for odd kernels and H′ = ⌊(H − 2) / stride⌋ + 1 for even kernels, which is H / stride for
/// stride 2 and an even H; likewise W′.
public final class SynapticConvolution: Layer, SynapticLayer {
    /// The kernels, [outputs, inputs, kernel, kernel], or [outputs, inputs, 1] if `kernelDimensions` was 1.
    @Parameter public var weight: Tensor
    /// The bias, [outputs]; nil for none.
    @OptionalParameter public var bias: Tensor?
    public var isTraining = true
    public var synapseObserver: SynapseObserver?
    /// In training, adds up over several processes how many inputs are not zero, so that all of them decide alike whether
    /// to skip zeros; nil for a process of its own.
    public var exchange: (any StatisticsExchange)?
    /// The distance between neighbouring kernel positions, in pixels.
    public let stride: Int

    /// Creates a layer with random first values.
    ///
    /// - Parameters:
    ///   - inputs: The number of input channels; traps unless it is above 0.
    ///   - outputs: The number of output channels; traps unless it is above 0.
    ///   - kernel: The height and the width of the kernels in pixels; traps unless it is above 0.
    ///   - kernelDimensions: 2 for a weight [outputs, inputs, kernel, kernel]; 1 for a weight [outputs, inputs, 1],
    ///     which computes the same. Traps for other values, and for 1 unless `kernel` is 1.
    ///   - stride: The distance between neighbouring kernel positions, in pixels; traps unless it is above 0.
    ///   - bias: How the first values of the bias are made; nil for no bias.
    ///   - weight: How the first values of the kernels are made.
    ///   - random: The random numbers of the first values.
    /// - Throws: `TensorError` if the parameters cannot be created.
    public init(
        inputs: Int, outputs: Int, kernel: Int = 1, kernelDimensions: Int = 2, stride: Int = 1,
        bias: Initializer? = .standard, weight: Initializer = .standard, random: inout RandomSource
    ) throws(TensorError) {
        for (name, value) in [("inputs", inputs), ("outputs", outputs), ("stride", stride)] {
            precondition(value > 0, "SynapticConvolution: \(name) must be > 0, got \(value)")
        }
        precondition(kernel > 0, "SynapticConvolution: kernel must be > 0, got \(kernel)")
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

    /// Convolves frames with the weight and the bias of the layer.
    ///
    /// - Parameter x: Frames [N, inputs, H, W].
    /// - Returns: A tensor [N, outputs, H′, W′].
    /// - Throws: `TensorError` if the shape of `x` does not fit the weight.
    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor { try self(x, bias: bias) }

    /// Convolves frames with the weight of the layer and another bias.
    ///
    /// - Parameters:
    ///   - x: Frames [N, inputs, H, W].
    ///   - bias: The bias to use instead of that of the layer, [outputs]; nil for none.
    /// - Returns: A tensor [N, outputs, H′, W′].
    /// - Throws: `TensorError` if the shape of `x` does not fit the weight.
    public func callAsFunction(_ x: Tensor, bias: Tensor?) throws(TensorError) -> Tensor {
        let square = weight.rank == 4 ? weight : try weight.unsqueezed(-1)
        let result = try x.convolutionOfSpikes(
            square, bias, stride: stride, padding: (square.shape[2] - 1) / 2, exchange: isTraining ? exchange : nil)
        try synapseObserver?(SynapticWork(input: x, frames: x.shape[0], weight: weight, outputCount: result.count))
        return result
    }
}
