import TorchTensors

/// Cross-correlation with learned kernels; what `Conv1d` and `Conv2d` share.
public class Convolution: Layer, SynapticLayer {
    /// [outputs, inputs / groups, kernel] or [outputs, inputs / groups, kernel, kernel]
    @Parameter public final var weight: Tensor
    /// [outputs]
    @OptionalParameter public final var bias: Tensor?
    public final var isTraining = true
    public final var synapseObserver: SynapseObserver?
    public final let stride: Int
    public final let padding: Int
    public final let dilation: Int
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

    public final func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
        let result = try x.convolution(
            weight, bias, stride: stride, padding: padding, dilation: dilation, groups: groups)
        try synapseObserver?(SynapticWork(input: x, frames: x.shape[0], weight: weight, outputCount: result.count))
        return result
    }
}

/// Convolution along one dimension: [N, inputs, length] to [N, outputs, …].
public final class Conv1d: Convolution {
    /// - Parameters:
    ///   - padding: Zeros at each end.
    ///   - dilation: How far apart the kernel's values are.
    ///   - groups: Into how many parts inputs and outputs are divided, each with kernels of its own.
    ///   - bias: Nil for none.
    public init(
        inputs: Int, outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1, groups: Int = 1,
        bias: Initializer? = .standard, weight: Initializer = .standard, random: inout RandomSource
    ) throws(TensorError) {
        try super.init(
            "Conv1d", dimensions: 1, inputs: inputs, outputs: outputs, kernel: kernel, stride: stride,
            padding: padding, dilation: dilation, groups: groups, bias: bias, weight: weight, random: &random)
    }
}

/// Convolution over images: [N, inputs, height, width] to [N, outputs, …, …].
public final class Conv2d: Convolution {
    /// Arguments are those of `Conv1d`, the same in both dimensions.
    public init(
        inputs: Int, outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1, groups: Int = 1,
        bias: Initializer? = .standard, weight: Initializer = .standard, random: inout RandomSource
    ) throws(TensorError) {
        try super.init(
            "Conv2d", dimensions: 2, inputs: inputs, outputs: outputs, kernel: kernel, stride: stride,
            padding: padding, dilation: dilation, groups: groups, bias: bias, weight: weight, random: &random)
    }
}
