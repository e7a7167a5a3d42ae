import TorchTensors

/// Normalizes each channel to mean 0 and variance 1, then scales and shifts it. This is the common base of
/// `BatchNorm1d` and `BatchNorm2d`.
///
/// Training uses the mean and variance of the batch, and moves the running statistics towards them by `momentum`.
/// Otherwise, the layer uses the running statistics if it tracks them, and those of the batch if not. Source: Ioffe and
/// Szegedy 2015, arXiv 1502.03167.
public class BatchNorm: Layer {
    /// The scale, [channels], or `nil` for 1.
    @OptionalParameter public final var weight: Tensor?
    /// The shift, [channels], or `nil` for 0.
    @OptionalParameter public final var bias: Tensor?
    /// The running mean of each channel, [channels], or `nil` if the layer does not track it.
    @OptionalBuffer public final var runningMean: Tensor?
    /// The running variance of each channel, [channels], or `nil` if the layer does not track it.
    @OptionalBuffer public final var runningVariance: Tensor?
    /// The number of batches in the running statistics, int64, or `nil` if the layer does not track them.
    @OptionalBuffer public final var numBatchesTracked: Tensor?
    /// Whether the layer normalizes with the statistics of the batch and updates the running statistics.
    public final var isTraining = true
    /// Adds up the statistics of training batches over the processes that train together; `nil` if the batch of this
    /// process is the whole batch.
    public final var exchange: (any StatisticsExchange)?
    /// The weight of a batch in the running statistics, in 0...1.
    public final let momentum: Double
    /// The number added to the variance, above 0.
    public final let epsilon: Double
    private let type: StaticString
    private let ranks: ClosedRange<Int>
    private let channels: Int

    /// The names of properties in the state: `runningVariance` is `running_var`, as in PyTorch.
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
        self.channels = channels
        self.momentum = momentum
        self.epsilon = epsilon
        _weight = OptionalParameter(isAffine ? try Parameter(Tensor.ones([channels])) : nil)
        _bias = OptionalParameter(isAffine ? try Parameter(Tensor.zeros([channels])) : nil)
        let tracks = tracksRunningStatistics
        _runningMean = OptionalBuffer(tracks ? Buffer(try Tensor.zeros([channels])) : nil)
        _runningVariance = OptionalBuffer(tracks ? Buffer(try Tensor.ones([channels]), range: 0...4e38) : nil)
        _numBatchesTracked = OptionalBuffer(
            tracks ? Buffer(try Tensor.zeros([], dtype: .int64), range: 0...1e18) : nil)
    }

    /// Normalizes `x`.
    ///
    /// - Parameter x: The input, with the channels in dimension 1.
    /// - Returns: A tensor of the shape of `x`.
    /// - Throws: `TensorError` if the number of dimensions or channels does not fit, or if a batch that is normalized
    ///   by its own statistics has fewer than two values per channel; with `exchange` also if another process has ended.
    public final func callAsFunction(_ x: Tensor) throws(TensorError) -> Tensor {
        let shape = x.shape
        guard ranks ~= shape.count else {
            let needed = ranks.count == 1 ? "\(ranks.lowerBound)" : "\(ranks.lowerBound) or \(ranks.upperBound)"
            throw TensorError("\(type): the input has \(needed) dimensions, got shape \(shape)")
        }
        guard shape[1] == channels else {
            throw TensorError("\(type): the layer has \(channels) channels, got shape \(shape)")
        }
        let usesBatch = isTraining || runningMean == nil
        let exchange = isTraining ? exchange : nil
        if usesBatch, exchange == nil, x.count / channels < 2 {
            throw TensorError("\(type): training needs more than one value per channel, got shape \(shape)")
        }
        if usesBatch, let weight, let bias, weight.dtype == .float32,
            let kernel = BatchNormKernel(x, epsilon: epsilon, exchange: exchange)
        {
            let (result, mean, variance, values) = try kernel.normalized(x, weight: weight, bias: bias)
            if isTraining { try track(mean: mean, variance: variance, values: values) }
            return result
        }
        if let exchange {
            let kernel = SynchronizedBatchNorm(epsilon: epsilon, exchange: exchange)
            let (result, mean, variance, values) =
                if let weight, let bias {
                    try kernel.normalized(x, weight: weight, bias: bias)
                } else {
                    try kernel.normalized(x, weight: .ones([shape[1]]), bias: .zeros([shape[1]]))
                }
            if let runningMean {
                try track(
                    mean: mean.to(runningMean.device), variance: variance.to(runningMean.device), values: values)
            }
            return result
        }
        if isTraining, let numBatchesTracked { try numBatchesTracked += Tensor(1) }
        return try x.batchNorm(
            weight: weight, bias: bias, runningMean: runningMean, runningVariance: runningVariance,
            training: usesBatch, momentum: momentum, epsilon: epsilon)
    }

    /// Updates the running statistics as in training, for callers that normalize a batch themselves. Does nothing if
    /// the layer does not track them.
    ///
    /// - Parameters:
    ///   - mean: The mean of the batch, [channels], float64.
    ///   - variance: The variance of the batch, divided by the number of values, [channels], float64.
    ///   - values: The number of values per channel in the batch, at least 2.
    /// - Throws: `TensorError` if shapes or devices do not fit.
    public final func track(mean: Tensor, variance: Tensor, values: Int) throws(TensorError) {
        guard let runningMean, let runningVariance, let numBatchesTracked else { return }
        try withoutGradient { () throws(TensorError) in
            try numBatchesTracked += Tensor(1)
            // The running variance is the unbiased estimate, whose divisor is the number of values less 1.
            let unbiased = try variance * (Double(values) / Double(values - 1))
            for (running, batch) in [(runningMean, mean), (runningVariance, unbiased)] {
                try running.copy(from: running.to(.float64) * (1 - momentum) + batch * momentum)
            }
        }
    }
}

/// Batch normalization for inputs [N, channels] or [N, channels, length].
public final class BatchNorm1d: BatchNorm {
    /// Creates a layer whose scale is 1, shift 0, running mean 0 and running variance 1.
    ///
    /// - Parameters:
    ///   - channels: The number of channels, above 0.
    ///   - momentum: The weight of a batch in the running statistics, in 0...1.
    ///   - epsilon: The number added to the variance, above 0.
    ///   - isAffine: Whether the layer scales and shifts the normalized values.
    ///   - tracksRunningStatistics: Whether the layer tracks running statistics. If not, it also uses the statistics of
    ///     each batch after training.
    /// - Throws: `TensorError` if memory does not suffice. Traps if an argument is out of range.
    public init(
        channels: Int, momentum: Double = 0.1, epsilon: Double = 1e-5, isAffine: Bool = true,
        tracksRunningStatistics: Bool = true
    ) throws(TensorError) {
        try super.init(
            "BatchNorm1d", ranks: 2...3, channels: channels, momentum: momentum, epsilon: epsilon, isAffine: isAffine,
            tracksRunningStatistics: tracksRunningStatistics)
    }
}

/// Batch normalization for inputs [N, channels, height, width].
public final class BatchNorm2d: BatchNorm {
    /// Creates a layer whose scale is 1, shift 0, running mean 0 and running variance 1.
    ///
    /// - Parameters:
    ///   - channels: The number of channels, above 0.
    ///   - momentum: The weight of a batch in the running statistics, in 0...1.
    ///   - epsilon: The number added to the variance, above 0.
    ///   - isAffine: Whether the layer scales and shifts the normalized values.
    ///   - tracksRunningStatistics: Whether the layer tracks running statistics. If not, it also uses the statistics of
    ///     each batch after training.
    /// - Throws: `TensorError` if memory does not suffice. Traps if an argument is out of range.
    public init(
        channels: Int, momentum: Double = 0.1, epsilon: Double = 1e-5, isAffine: Bool = true,
        tracksRunningStatistics: Bool = true
    ) throws(TensorError) {
        try super.init(
            "BatchNorm2d", ranks: 4...4, channels: channels, momentum: momentum, epsilon: epsilon, isAffine: isAffine,
            tracksRunningStatistics: tracksRunningStatistics)
    }
}
