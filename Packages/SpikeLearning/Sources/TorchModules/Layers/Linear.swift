import TorchTensors

/// A linear layer: y = x · weightᵀ + bias.
public final class Linear: Layer, SynapticLayer {
    /// The weight, [outputs, inputs].
    @Parameter public var weight: Tensor
    /// The bias, [outputs], or `nil` for none.
    @OptionalParameter public var bias: Tensor?
    /// Whether the module behaves as in training. This layer behaves the same in both cases.
    public var isTraining = true
    /// The observer that is called for every call of the layer, or `nil` for none.
    public var synapseObserver: SynapseObserver?

    /// Creates a layer with random weights.
    ///
    /// - Parameters:
    ///   - inputs: The length of the input's last dimension, above 0.
    ///   - outputs: The length of the output's last dimension, above 0.
    ///   - bias: The rule for the first values of the bias, or `nil` for no bias.
    ///   - weight: The rule for the first values of the weight.
    ///   - random: The source of the random numbers.
    /// - Throws: `TensorError` if memory does not suffice. Traps unless `inputs` and `outputs` are above 0.
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

    /// Applies the layer to `x`, and reports the work to `synapseObserver`.
    ///
    /// - Parameter x: The input, [..., inputs].
    /// - Returns: The output, [..., outputs].
    /// - Throws: `TensorError` if the shape, type or device of `x` does not fit, and the error of the observer.
    public func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
        let result = try x.linear(weight, bias)
        if let synapseObserver {
            let frames = x.shape.dropLast().reduce(1, *)
            try synapseObserver(SynapticWork(input: x, frames: frames, weight: weight, outputCount: result.count))
        }
        return result
    }
}
