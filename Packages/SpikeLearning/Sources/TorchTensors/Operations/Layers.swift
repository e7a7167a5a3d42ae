import CTorchBridge

// What the layers of networks compute.

extension Tensor {
    /// The matrix product of the last two dimensions; those in front are broadcast.
    public func matmul(_ other: Tensor) throws(TensorError) -> Tensor { try map(other, tb_matmul) }

    /// input · weightᵀ + bias, with the weight [outputs, inputs].
    public func linear(_ weight: Tensor, _ bias: Tensor? = nil) throws(TensorError) -> Tensor {
        try bias.borrow { (bias) throws(TensorError) in try map(weight) { tb_linear($0, $1, bias, $2) } }
    }

    /// Cross-correlation, in one or two dimensions.
    ///
    /// - Parameters:
    ///   - weight: [outputs, inputs / groups, length] for an input [N, inputs, length];
    ///     [outputs, inputs / groups, height, width] for [N, inputs, height, width].
    ///   - bias: [outputs]
    public func convolution(
        _ weight: Tensor, _ bias: Tensor? = nil, stride: Int = 1, padding: Int = 0, dilation: Int = 1, groups: Int = 1
    ) throws(TensorError) -> Tensor {
        let dimensions = weight.rank - 2
        guard dimensions == 1 || dimensions == 2 else {
            throw TensorError("convolution: a weight has 3 or 4 dimensions, got shape \(weight.shape)")
        }
        func each(_ value: Int) -> [Int64] { Array(repeating: Int64(value), count: dimensions) }
        return try bias.borrow { (bias) throws(TensorError) in
            try map(weight) {
                tb_convolution(
                    $0, $1, bias, each(stride), each(padding), each(dilation), dimensions, Int64(groups), $2)
            }
        }
    }

    /// The greatest value of each window, over the last two dimensions.
    public func maxPool2d(kernel: Int, stride: Int? = nil, padding: Int = 0) throws(TensorError) -> Tensor {
        try map { tb_max_pool2d($0, Int64(kernel), Int64(stride ?? kernel), Int64(padding), $1) }
    }

    /// The mean of each window, over the last two dimensions; padding counts as zeros.
    public func averagePool2d(kernel: Int, stride: Int? = nil, padding: Int = 0) throws(TensorError) -> Tensor {
        try map { tb_average_pool2d($0, Int64(kernel), Int64(stride ?? kernel), Int64(padding), $1) }
    }

    /// Means over windows that divide the last two dimensions into height × width.
    public func adaptiveAveragePool2d(height: Int, width: Int) throws(TensorError) -> Tensor {
        try map { tb_adaptive_average_pool2d($0, Int64(height), Int64(width), $1) }
    }

    /// Each element `factor` × `factor` times, over the last two dimensions.
    public func upsampled2d(by factor: Int) throws(TensorError) -> Tensor {
        try map { tb_upsample2d($0, Int64(factor), $1) }
    }

    /// Normalises each channel (dimension 1) to mean 0 and variance 1, then scales and shifts it.
    ///
    /// With `training`, by the mean and variance of this batch, towards which the running ones move by `momentum`; else by
    /// the running ones. Source: Ioffe and Szegedy 2015, arXiv 1502.03167.
    public func batchNorm(
        weight: Tensor?, bias: Tensor?, runningMean: Tensor?, runningVariance: Tensor?, training: Bool,
        momentum: Double = 0.1, epsilon: Double = 1e-5
    ) throws(TensorError) -> Tensor {
        try weight.borrow { (weight) throws(TensorError) in
            try bias.borrow { (bias) throws(TensorError) in
                try runningMean.borrow { (mean) throws(TensorError) in
                    try runningVariance.borrow { (variance) throws(TensorError) in
                        try map {
                            tb_batch_norm($0, weight, bias, mean, variance, training, momentum, epsilon, $1)
                        }
                    }
                }
            }
        }
    }

    /// The mean cross-entropy of logits [N, classes, …] against int64 classes [N, …] or probabilities of their own shape.
    public func crossEntropy(_ targets: Tensor, labelSmoothing: Double = 0) throws(TensorError) -> Tensor {
        try map(targets) { tb_cross_entropy($0, $1, labelSmoothing, $2) }
    }

    /// The mean cross-entropy of sigmoid(logits) against probabilities.
    public func binaryCrossEntropy(_ targets: Tensor) throws(TensorError) -> Tensor {
        try map(targets, tb_binary_cross_entropy)
    }

    public func meanSquaredError(_ target: Tensor) throws(TensorError) -> Tensor {
        try map(target, tb_mean_squared_error)
    }
}
