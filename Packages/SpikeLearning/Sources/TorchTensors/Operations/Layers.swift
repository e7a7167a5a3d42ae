import CTorchBridge

// Operations that the layers of networks consist of. They throw `TensorError` if shapes, types or devices do not fit.

extension Tensor {
    /// Returns the matrix product of two tensors. Matrices are the last two dimensions; the dimensions before them are
    /// broadcast.
    ///
    /// - Parameter other: The right factor. Its last but one dimension has the length of this tensor's last.
    public func matmul(_ other: Tensor) throws(TensorError) -> Tensor { try map(other, tb_matmul) }

    /// Returns self · weightᵀ + bias.
    ///
    /// - Parameters:
    ///   - weight: The weight, [outputs, inputs], for this tensor of shape [..., inputs].
    ///   - bias: The bias, [outputs], or `nil` for none.
    /// - Returns: A tensor [..., outputs].
    public func linear(_ weight: Tensor, _ bias: Tensor? = nil) throws(TensorError) -> Tensor {
        try bias.borrow { (bias) throws(TensorError) in try map(weight) { tb_linear($0, $1, bias, $2) } }
    }

    /// Returns the cross-correlation of this tensor with kernels, in one or two dimensions.
    ///
    /// - Parameters:
    ///   - weight: The kernels, [outputs, inputs / groups, length] for an input [N, inputs, length], or [outputs,
    ///     inputs / groups, height, width] for an input [N, inputs, height, width].
    ///   - bias: The bias, [outputs], or `nil` for none.
    ///   - stride: The distance between neighbouring windows.
    ///   - padding: The number of zeros at each end of each dimension.
    ///   - dilation: The distance between neighbouring values of the kernel.
    ///   - groups: The number of groups into which inputs and outputs are divided; each has its own kernels.
    /// - Throws: `TensorError` if the weight does not have 3 or 4 dimensions, or shapes, types or devices do not fit.
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

    /// Returns the largest value of each window over the last two dimensions.
    ///
    /// - Parameters:
    ///   - kernel: The height and width of a window.
    ///   - stride: The distance between neighbouring windows; `nil` for `kernel`.
    ///   - padding: The width of the border around the image, which holds values below all others; at most half of
    ///     `kernel`.
    public func maxPool2d(kernel: Int, stride: Int? = nil, padding: Int = 0) throws(TensorError) -> Tensor {
        try map { tb_max_pool2d($0, Int64(kernel), Int64(stride ?? kernel), Int64(padding), $1) }
    }

    /// Returns the mean of each window over the last two dimensions.
    ///
    /// - Parameters:
    ///   - kernel: The height and width of a window.
    ///   - stride: The distance between neighbouring windows; `nil` for `kernel`.
    ///   - padding: The width of the border of zeros around the image, which count in the means; at most half of
    ///     `kernel`.
    public func averagePool2d(kernel: Int, stride: Int? = nil, padding: Int = 0) throws(TensorError) -> Tensor {
        try map { tb_average_pool2d($0, Int64(kernel), Int64(stride ?? kernel), Int64(padding), $1) }
    }

    /// Returns the means over windows that divide the last two dimensions into `height` × `width` parts.
    public func adaptiveAveragePool2d(height: Int, width: Int) throws(TensorError) -> Tensor {
        try map { tb_adaptive_average_pool2d($0, Int64(height), Int64(width), $1) }
    }

    /// Returns the tensor with each element repeated `factor` × `factor` times over the last two dimensions.
    public func upsampled2d(by factor: Int) throws(TensorError) -> Tensor {
        try map { tb_upsample2d($0, Int64(factor), $1) }
    }

    /// Normalizes each channel (dimension 1) to mean 0 and variance 1, then scales and shifts it.
    ///
    /// Training uses the mean and variance of this batch, and moves the running statistics towards them by `momentum`.
    /// Otherwise, the running statistics are used. Source: Ioffe and Szegedy 2015, arXiv 1502.03167.
    /// - Parameters:
    ///   - weight: The scale, [channels], or `nil` for 1.
    ///   - bias: The shift, [channels], or `nil` for 0.
    ///   - runningMean: The running mean, [channels], changed in place in training; `nil` only in training.
    ///   - runningVariance: The running variance, [channels], changed in place in training; `nil` only in training.
    ///   - training: Whether to use the statistics of this batch.
    ///   - momentum: The weight of this batch in the running statistics.
    ///   - epsilon: The number added to the variance.
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

    /// Returns the mean cross-entropy of these logits [N, classes, …] and the targets.
    ///
    /// - Parameters:
    ///   - targets: The classes [N, …], int64, or probabilities of the shape of the logits. Elements of the class −100
    ///     are ignored.
    ///   - labelSmoothing: The part of the probability that is spread evenly over all classes, in 0...1.
    public func crossEntropy(_ targets: Tensor, labelSmoothing: Double = 0) throws(TensorError) -> Tensor {
        try map(targets) { tb_cross_entropy($0, $1, labelSmoothing, $2) }
    }

    /// Returns the mean cross-entropy of sigmoid(logits) and the targets, which are probabilities of the same shape.
    public func binaryCrossEntropy(_ targets: Tensor) throws(TensorError) -> Tensor {
        try map(targets, tb_binary_cross_entropy)
    }

    /// Returns the mean of the squared differences from `target`, over all elements.
    public func meanSquaredError(_ target: Tensor) throws(TensorError) -> Tensor {
        try map(target, tb_mean_squared_error)
    }
}
