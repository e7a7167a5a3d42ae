import TorchTensors

/// How many numbers of a layer's input reach one of its output, and the reverse.
public struct Fans: Sendable, Equatable {
    public let inputs: Int
    public let outputs: Int

    public init(inputs: Int, outputs: Int) {
        precondition(inputs > 0 && outputs > 0, "Fans: both must be > 0, got \(inputs) and \(outputs)")
        self.inputs = inputs
        self.outputs = outputs
    }

    /// Those of a weight [outputs, inputs, …], whose further dimensions are the kernel's.
    public init(weight shape: [Int]) {
        precondition(shape.count >= 2, "Fans: a weight has at least 2 dimensions, got shape \(shape)")
        let kernel = shape.dropFirst(2).reduce(1, *)
        self.init(inputs: shape[1] * kernel, outputs: shape[0] * kernel)
    }
}

/// How a tensor's first values are chosen; the numbers are PyTorch's rules, the random generator is our own.
public enum Initializer: Sendable, Equatable {
    case constant(Double)

    /// Uniform within ±√(6 / ((1 + a²) · inputs)), where a is the slope of the leaky ReLU that follows (0: a ReLU).
    /// Source: He et al. 2015, arXiv 1502.01852.
    case kaimingUniform(negativeSlope: Double = 0)

    /// Normal with standard deviation √(2 / ((1 + a²) · inputs)). Source: as `kaimingUniform`.
    case kaimingNormal(negativeSlope: Double = 0)

    /// Uniform within ±gain · √(6 / (inputs + outputs)). Source: Glorot and Bengio 2010.
    case xavierUniform(gain: Double = 1)

    /// Normal with standard deviation gain · √(2 / (inputs + outputs)). Source: as `xavierUniform`.
    case xavierNormal(gain: Double = 1)

    /// Normal around 0, without values beyond ±limit, which is in the values' own unit and at least the standard
    /// deviation.
    case truncatedNormal(standardDeviation: Double = 0.02, limit: Double = 2)

    /// PyTorch's choice for weights and biases of linear layers and convolutions: uniform within ±1 / √inputs.
    public static let standard = Initializer.kaimingUniform(negativeSlope: 5.0.squareRoot())

    /// A float32 tensor on the CPU.
    ///
    /// - Parameters:
    ///   - fans: Nil takes them from the shape, as that of a weight; they are not asked for where the rule needs none.
    ///   - random: A stream is split off, also where the rule draws nothing, so that others do not depend on the rule.
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
            // At least two of three values lie within one deviation, so that a few rounds replace all others.
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

    /// Gives a tensor that exists new values, in place; arguments are those of `tensor`.
    public func fill(_ tensor: Tensor, fans: Fans? = nil, random: inout RandomSource) throws(TensorError) {
        let values = try self.tensor(tensor.shape, fans: fans, random: &random)
        try withoutGradient { () throws(TensorError) in try tensor.copy(from: values) }
    }
}
