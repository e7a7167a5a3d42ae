import TorchTensors

/// Normalises each channel to mean 0 and variance 1, then scales and shifts it; what `BatchNorm1d` and `BatchNorm2d` share.
///
/// In training by the mean and variance of the batch, towards which the running ones move by `momentum`; else by the
/// running ones, if it tracks them. Source: Ioffe and Szegedy 2015, arXiv 1502.03167.
public class BatchNorm: Layer {
    /// The scale, [channels].
    @OptionalParameter public final var weight: Tensor?
    /// The shift, [channels].
    @OptionalParameter public final var bias: Tensor?
    /// [channels]
    @OptionalBuffer public final var runningMean: Tensor?
    /// [channels]
    @OptionalBuffer public final var runningVariance: Tensor?
    /// How many batches the running statistics have seen, int64.
    @OptionalBuffer public final var numBatchesTracked: Tensor?
    public final var isTraining = true
    public final let momentum: Double
    public final let epsilon: Double
    private let type: StaticString
    private let ranks: ClosedRange<Int>

    public static var stateNames: [String: String] { ["runningVariance": "running_var"] }

    fileprivate init(
        _ type: StaticString, ranks: ClosedRange<Int>, channels: Int, momentum: Double, epsilon: Double,
        isAffine: Bool, tracksRunningStatistics: Bool
    ) throws(TensorError) {
        precondition(channels > 0, "\(type): channels must be > 0, got \(channels)")
        precondition(0...1 ~= momentum, "\(type): momentum must be in 0...1, got \(momentum)")
        precondition(epsilon > 0, "\(type): epsilon must be > 0, got \(epsilon)")
        self.type = type
        self.ranks = ranks
        self.momentum = momentum
        self.epsilon = epsilon
        _weight = OptionalParameter(isAffine ? try Parameter(Tensor.ones([channels])) : nil)
        _bias = OptionalParameter(isAffine ? try Parameter(Tensor.zeros([channels])) : nil)
        let tracks = tracksRunningStatistics
        _runningMean = OptionalBuffer(tracks ? Buffer(try Tensor.zeros([channels])) : nil)
        _runningVariance = OptionalBuffer(tracks ? Buffer(try Tensor.ones([channels])) : nil)
        _numBatchesTracked = OptionalBuffer(tracks ? Buffer(try Tensor.zeros([], dtype: .int64)) : nil)
    }

    public final func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
        let shape = x.shape
        guard ranks ~= shape.count else {
            let needed = ranks.count == 1 ? "\(ranks.lowerBound)" : "\(ranks.lowerBound) or \(ranks.upperBound)"
            throw TensorError("\(type): the input has \(needed) dimensions, got shape \(shape)")
        }
        let usesBatch = isTraining || runningMean == nil
        if usesBatch, shape[1] > 0, x.count / shape[1] < 2 {
            throw TensorError("\(type): training needs more than one value a channel, got shape \(shape)")
        }
        if usesBatch, let weight, let bias, weight.dtype == .float32, let kernel = BatchNormKernel(x, epsilon: epsilon)
        {
            let (result, mean, variance) = try kernel.normalized(x, weight: weight, bias: bias)
            if isTraining { try track(mean: mean, variance: variance, values: x.count / shape[1]) }
            return result
        }
        if isTraining, let numBatchesTracked { try numBatchesTracked += Tensor(1) }
        return try x.batchNorm(
            weight: weight, bias: bias, runningMean: runningMean, runningVariance: runningVariance,
            training: usesBatch, momentum: momentum, epsilon: epsilon)
    }

    /// Moves the running statistics as a batch in training does, for those who normalise it themselves.
    ///
    /// - Parameters:
    ///   - mean: Of the batch, [channels], float64.
    ///   - variance: The mean squared deviation from it, [channels], float64.
    ///   - values: How many a channel has in the batch, at least 2.
    public final func track(mean: Tensor, variance: Tensor, values: Int) throws(TensorError) {
        guard let runningMean, let runningVariance, let numBatchesTracked else { return }
        try withoutGradient { () throws(TensorError) in
            try numBatchesTracked += Tensor(1)
            // The running variance is that of all values which there might be: divided by one less than there are.
            let unbiased = try variance * (Double(values) / Double(values - 1))
            for (running, batch) in [(runningMean, mean), (runningVariance, unbiased)] {
                try running.copy(from: running.to(.float64) * (1 - momentum) + batch * momentum)
            }
        }
    }
}

/// Batch normalisation of [N, channels] or [N, channels, length].
public final class BatchNorm1d: BatchNorm {
    /// - Parameters:
    ///   - momentum: How far the running statistics move towards those of a batch.
    ///   - epsilon: Added to the variance.
    ///   - isAffine: Whether to scale and shift.
    ///   - tracksRunningStatistics: If not, batches are normalised by their own statistics in use, too.
    public init(
        channels: Int, momentum: Double = 0.1, epsilon: Double = 1e-5, isAffine: Bool = true,
        tracksRunningStatistics: Bool = true
    ) throws(TensorError) {
        try super.init(
            "BatchNorm1d", ranks: 2...3, channels: channels, momentum: momentum, epsilon: epsilon, isAffine: isAffine,
            tracksRunningStatistics: tracksRunningStatistics)
    }
}

/// Batch normalisation of [N, channels, height, width].
public final class BatchNorm2d: BatchNorm {
    /// Arguments are those of `BatchNorm1d`.
    public init(
        channels: Int, momentum: Double = 0.1, epsilon: Double = 1e-5, isAffine: Bool = true,
        tracksRunningStatistics: Bool = true
    ) throws(TensorError) {
        try super.init(
            "BatchNorm2d", ranks: 4...4, channels: channels, momentum: momentum, epsilon: epsilon, isAffine: isAffine,
            tracksRunningStatistics: tracksRunningStatistics)
    }
}
