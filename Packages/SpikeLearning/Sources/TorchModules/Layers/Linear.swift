import TorchTensors

/// y = x · weightᵀ + bias
public final class Linear: Layer, SynapticLayer {
    /// [outputs, inputs]
    @Parameter public var weight: Tensor
    /// [outputs]
    @OptionalParameter public var bias: Tensor?
    public var isTraining = true
    public var synapseObserver: SynapseObserver?

    /// - Parameters:
    ///   - inputs: The length of the input's last dimension.
    ///   - bias: Nil for none.
    public init(
        inputs: Int, outputs: Int, bias: Initializer? = .standard, weight: Initializer = .standard,
        random: inout RandomSource
    ) throws(TensorError) {
        precondition(inputs > 0, "Linear: inputs must be > 0, got \(inputs)")
        precondition(outputs > 0, "Linear: outputs must be > 0, got \(outputs)")
        let shape = [outputs, inputs]
        _weight = try Parameter(weight.tensor(shape, random: &random), isDecayed: true)
        _bias = try OptionalParameter(
            bias.map { (bias) throws(TensorError) in
                try Parameter(bias.tensor([outputs], fans: Fans(weight: shape), random: &random))
            })
    }

    /// - Parameter x: [..., inputs]
    /// - Returns: [..., outputs]
    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
        let result = try x.linear(weight, bias)
        if let synapseObserver {
            let frames = x.shape.dropLast().reduce(1, *)
            try synapseObserver(SynapticWork(input: x, frames: frames, weight: weight, outputCount: result.count))
        }
        return result
    }
}
