import TorchTensors

/// The numbers of connections of a layer: the inputs that contribute to each output, and the outputs that each input
/// contributes to.
public struct Fans: Sendable, Equatable {
    /// The number of inputs that contribute to each output.
    public let inputs: Int
    /// The number of outputs that each input contributes to.
    public let outputs: Int

    /// Creates fans. Traps unless both numbers are above 0.
    public init(inputs: Int, outputs: Int) {
        precondition(inputs > 0 && outputs > 0, "Fans: both must be > 0, got \(inputs) and \(outputs)")
        self.inputs = inputs
        self.outputs = outputs
    }

    /// Creates the fans of a weight.
    ///
    /// - Parameter shape: The shape of the weight, [outputs, inputs, …], whose further dimensions are those of the
    ///   kernel. Traps if there are fewer than 2 dimensions or a length is 0.
    public init(weight shape: [Int]) {
        precondition(shape.count >= 2, "Fans: a weight has at least 2 dimensions, got shape \(shape)")
        let kernel = shape.dropFirst(2).reduce(1, *)
        self.init(inputs: shape[1] * kernel, outputs: shape[0] * kernel)
    }
}

/// A rule for the first values of a tensor. The rules are those of PyTorch; the random numbers come from
/// `RandomStream`.
public enum Initializer: Sendable, Equatable {
    /// The same value for all elements.
    case constant(Double)

    /// A uniform distribution within ±√(6 / ((1 + a²) · inputs)), where a is the slope of the leaky ReLU that follows
    /// the layer (0 for a ReLU).
    /// Source: He et al. 2015, arXiv 1502.01852.
    case kaimingUniform(negativeSlope: Double = 0)

    /// A normal distribution with standard deviation √(2 / ((1 + a²) · inputs)), where a is the slope of the leaky ReLU
    /// that follows the layer (0 for a ReLU).
    /// Source: He et al. 2015, arXiv 1502.01852.
    case kaimingNormal(negativeSlope: Double = 0)

    /// A uniform distribution within ±gain · √(6 / (inputs + outputs)). Source: Glorot and Bengio 2010.
    case xavierUniform(gain: Double = 1)

    /// A normal distribution with standard deviation gain · √(2 / (inputs + outputs)). Source: Glorot and Bengio 2010.
    case xavierNormal(gain: Double = 1)

    /// A normal distribution with mean 0, without values beyond ±`limit`. The limit has the unit of the values and is
    /// at least the standard deviation; other limits trap.
    case truncatedNormal(standardDeviation: Double = 0.02, limit: Double = 2)

    /// PyTorch's default for weights and biases of linear layers and convolutions: a uniform distribution within ±1 /
    /// √inputs.
    public static let standard = Initializer.kaimingUniform(negativeSlope: 5.0.squareRoot())

    /// Creates a float32 tensor on the CPU with values by this rule.
    ///
    /// - Parameters:
    ///   - shape: The length of each dimension.
    ///   - fans: The fans of the layer; `nil` to compute them from the shape, as that of a weight. Only rules that need
    ///     fans use them.
    ///   - random: The source of the random numbers. Every call splits one stream off, even if the rule draws no
    ///     numbers, so that the values of other tensors do not depend on the rule.
    /// - Throws: `TensorError` if the tensor cannot be created. Traps if the limit of a `truncatedNormal` is invalid.
    public func tensor(
        _ shape: [Int], fans: Fans? = nil, random: inout RandomSource
    ) throws(TensorError) -> Tensor {
        let stream = random.split()
        var inputs: Double { Double((fans ?? Fans(weight: shape)).inputs) }
        var both: Double {
            let fans = fans ?? Fans(weight: shape)
            return Double(fans.inputs + fans.outputs)
        }
        func uniform(_ bound: Double) throws(TensorError) -> Tensor {
            try .uniform(shape, in: -bound..<bound, from: stream)
        }
        func normal(_ deviation: Double) throws(TensorError) -> Tensor {
            try .normal(shape, standardDeviation: deviation, from: stream)
        }
        switch self {
        case .constant(let value): return try .full(shape, value)
        case .kaimingUniform(let slope): return try uniform((6 / ((1 + slope * slope) * inputs)).squareRoot())
        case .kaimingNormal(let slope): return try normal((2 / ((1 + slope * slope) * inputs)).squareRoot())
        case .xavierUniform(let gain): return try uniform(gain * (6 / both).squareRoot())
        case .xavierNormal(let gain): return try normal(gain * (2 / both).squareRoot())
        case .truncatedNormal(let deviation, let limit):
            precondition(
                deviation > 0 && limit >= deviation,
                "Initializer.truncatedNormal: limit must be >= standardDeviation > 0, got \(limit) and \(deviation)")
            // More than two thirds of the values lie within one standard deviation, so a few rounds replace the others.
            var (values, round) = (try normal(deviation), 0)
            while true {
                let outside = try values.absolute() > limit
                guard try outside.any() else { return values }
                let fresh = try Tensor.normal(shape, standardDeviation: deviation, from: stream.split(round))
                values = try .choose(outside, fresh, values)
                round += 1
            }
        }
    }

    /// Replaces the values of an existing tensor, in place, by values according to this rule.
    ///
    /// - Parameters:
    ///   - tensor: The tensor to change.
    ///   - fans: The fans of the layer; `nil` to compute them from the shape, as that of a weight. Only rules that need
    ///     fans use them.
    ///   - random: The source of the random numbers.
    /// - Throws: `TensorError` if the values cannot be created or copied.
    public func fill(_ tensor: Tensor, fans: Fans? = nil, random: inout RandomSource) throws(TensorError) {
        let values = try self.tensor(tensor.shape, fans: fans, random: &random)
        try withoutGradient { () throws(TensorError) in try tensor.copy(from: values) }
    }
}
