import TorchTensors

/// Cross-correlation with trained kernels. This is the common base of `Conv1d` and `Conv2d`.
public class Convolution: Layer, SynapticLayer {
    /// The kernels, [outputs, inputs / groups, kernel] in one dimension or [outputs, inputs / groups, kernel, kernel]
    /// in two.
    @Parameter public final var weight: Tensor
    /// The bias, [outputs], or `nil` for none.
    @OptionalParameter public final var bias: Tensor?
    /// Whether the module behaves as in training. This layer behaves the same in both cases.
    public final var isTraining = true
    /// The observer that is called for every call of the layer, or `nil` for none.
    public final var synapseObserver: SynapseObserver?
    /// The distance between neighbouring windows.
    public final let stride: Int
    /// The number of zeros at each end of each dimension.
    public final let padding: Int
    /// The distance between neighbouring values of a kernel.
    public final let dilation: Int
    /// The number of groups into which inputs and outputs are divided; each has its own kernels.
    public final let groups: Int

    fileprivate init(
        _ type: StaticString, dimensions: Int, inputs: Int, outputs: Int, kernel: Int, stride: Int, padding: Int,
        dilation: Int, groups: Int, bias: Initializer?, weight: Initializer, random: inout RandomSource
    ) throws(TensorError) {
        for (name, value) in [
            ("inputs", inputs), ("outputs", outputs), ("kernel", kernel), ("stride", stride), ("dilation", dilation),
            ("groups", groups),
        ] {
            precondition(value > 0, "\(type): \(name) must be > 0, got \(value)")
        }
        precondition(padding >= 0, "\(type): padding must be >= 0, got \(padding)")
        precondition(
            inputs % groups == 0 && outputs % groups == 0,
            "\(type): groups must divide \(inputs) inputs and \(outputs) outputs, got \(groups)")
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
        self.groups = groups
        let shape = [outputs, inputs / groups] + Array(repeating: kernel, count: dimensions)
        _weight = try Parameter(weight.tensor(shape, random: &random), isDecayed: true)
        _bias = try OptionalParameter(
            bias.map { (bias) throws(TensorError) in
                try Parameter(bias.tensor([outputs], fans: Fans(weight: shape), random: &random))
            })
    }

    /// Convolves `x` with the kernels, and reports the work to `synapseObserver`.
    ///
    /// - Parameter x: The input, [N, inputs, length] for `Conv1d` or [N, inputs, height, width] for `Conv2d`.
    /// - Returns: The output, [N, outputs, length] or [N, outputs, height, width].
    /// - Throws: `TensorError` if the shape, type or device of `x` does not fit, and the error of the observer.
    public final func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
        let result = try x.convolution(
            weight, bias, stride: stride, padding: padding, dilation: dilation, groups: groups)
        try synapseObserver?(SynapticWork(input: x, frames: x.shape[0], weight: weight, outputCount: result.count))
        return result
    }
}

/// A convolution along one dimension, from [N, inputs, length] to [N, outputs, length].
public final class Conv1d: Convolution {
    /// Creates a layer with random weights.
    ///
    /// - Parameters:
    ///   - inputs: The number of input channels.
    ///   - outputs: The number of output channels.
    ///   - kernel: The length of a kernel.
    ///   - stride: The distance between neighbouring windows.
    ///   - padding: The number of zeros at each end of each dimension.
    ///   - dilation: The distance between neighbouring values of a kernel.
    ///   - groups: The number of groups into which inputs and outputs are divided; each has its own kernels.
    ///   - bias: The rule for the first values of the bias, or `nil` for no bias.
    ///   - weight: The rule for the first values of the kernels.
    ///   - random: The source of the random numbers.
    /// - Throws: `TensorError` if memory does not suffice. Traps unless all numbers are above 0 (`padding` may be 0)
    ///   and `groups` divides inputs and outputs.
    public init(
        inputs: Int, outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1, groups: Int = 1,
        bias: Initializer? = .standard, weight: Initializer = .standard, random: inout RandomSource
    ) throws(TensorError) {
        try super.init(
            "Conv1d", dimensions: 1, inputs: inputs, outputs: outputs, kernel: kernel, stride: stride,
            padding: padding, dilation: dilation, groups: groups, bias: bias, weight: weight, random: &random)
    }
}

/// A convolution over images, from [N, inputs, height, width] to [N, outputs, height, width].
public final class Conv2d: Convolution {
    /// Creates a layer with random weights.
    ///
    /// - Parameters:
    ///   - inputs: The number of input channels.
    ///   - outputs: The number of output channels.
    ///   - kernel: The height and width of a kernel.
    ///   - stride: The distance between neighbouring windows.
    ///   - padding: The number of zeros at each end of each dimension.
    ///   - dilation: The distance between neighbouring values of a kernel.
    ///   - groups: The number of groups into which inputs and outputs are divided; each has its own kernels.
    ///   - bias: The rule for the first values of the bias, or `nil` for no bias.
    ///   - weight: The rule for the first values of the kernels.
    ///   - random: The source of the random numbers.
    /// - Throws: `TensorError` if memory does not suffice. Traps unless all numbers are above 0 (`padding` may be 0)
    ///   and `groups` divides inputs and outputs.
    public init(
        inputs: Int, outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1, groups: Int = 1,
        bias: Initializer? = .standard, weight: Initializer = .standard, random: inout RandomSource
    ) throws(TensorError) {
        try super.init(
            "Conv2d", dimensions: 2, inputs: inputs, outputs: outputs, kernel: kernel, stride: stride,
            padding: padding, dilation: dilation, groups: groups, bias: bias, weight: weight, random: &random)
    }
}
