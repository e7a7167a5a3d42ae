import CTorchBridge

// Negative dimensions count from the end. Functions that take a list of dimensions reduce all dimensions if the list is
// empty. The result lacks the reduced dimensions, or has them with length 1 if `keepingDimensions` is true.

extension Tensor {
    private func reduced(
        _ dimensions: [Int],
        _ function: (TBTensor, UnsafePointer<Int64>, Int, UnsafeMutablePointer<TBTensor>) -> TBError
    ) throws(TensorError) -> Tensor {
        try withNumbers(dimensions) { (numbers, count) throws(TensorError) in
            try map { function($0, numbers, count, $1) }
        }
    }

    /// Returns the sum over the given dimensions.
    ///
    /// - Parameters:
    ///   - dimensions: The dimensions to reduce, counted from the end if negative; all dimensions if none is given.
    ///   - keep: Whether the result keeps the reduced dimensions with length 1.
    public func sum(_ dimensions: Int..., keepingDimensions keep: Bool = false) throws(TensorError) -> Tensor {
        try reduced(dimensions) { tb_sum($0, $1, $2, keep, $3) }
    }

    /// Returns the mean over the given dimensions.
    ///
    /// - Parameters:
    ///   - dimensions: The dimensions to reduce, counted from the end if negative; all dimensions if none is given.
    ///   - keep: Whether the result keeps the reduced dimensions with length 1.
    public func mean(_ dimensions: Int..., keepingDimensions keep: Bool = false) throws(TensorError) -> Tensor {
        try reduced(dimensions) { tb_mean($0, $1, $2, keep, $3) }
    }

    /// Returns the variance over the given dimensions.
    ///
    /// - Parameters:
    ///   - dimensions: The dimensions to reduce, counted from the end if negative; all dimensions if none is given.
    ///   - correction: The sum of squared deviations is divided by n − `correction`, where n is the number of values.
    ///   - keep: Whether the result keeps the reduced dimensions with length 1.
    public func variance(
        _ dimensions: Int..., correction: Int = 1, keepingDimensions keep: Bool = false
    ) throws(TensorError) -> Tensor {
        try reduced(dimensions) { tb_variance($0, $1, $2, Int64(correction), keep, $3) }
    }

    /// Returns the standard deviation over the given dimensions, the square root of the variance.
    ///
    /// - Parameters:
    ///   - dimensions: The dimensions to reduce, counted from the end if negative; all dimensions if none is given.
    ///   - correction: The sum of squared deviations is divided by n − `correction`, where n is the number of values.
    ///   - keep: Whether the result keeps the reduced dimensions with length 1.
    public func standardDeviation(
        _ dimensions: Int..., correction: Int = 1, keepingDimensions keep: Bool = false
    ) throws(TensorError) -> Tensor {
        try reduced(dimensions) { tb_variance($0, $1, $2, Int64(correction), keep, $3) }.sqrt()
    }

    /// Returns the largest element over the given dimensions.
    ///
    /// - Parameters:
    ///   - dimensions: The dimensions to reduce, counted from the end if negative; all dimensions if none is given.
    ///   - keep: Whether the result keeps the reduced dimensions with length 1.
    public func maximum(_ dimensions: Int..., keepingDimensions keep: Bool = false) throws(TensorError) -> Tensor {
        try reduced(dimensions) { tb_amax($0, $1, $2, keep, $3) }
    }

    /// Returns the smallest element over the given dimensions.
    ///
    /// - Parameters:
    ///   - dimensions: The dimensions to reduce, counted from the end if negative; all dimensions if none is given.
    ///   - keep: Whether the result keeps the reduced dimensions with length 1.
    public func minimum(_ dimensions: Int..., keepingDimensions keep: Bool = false) throws(TensorError) -> Tensor {
        try reduced(dimensions) { tb_amin($0, $1, $2, keep, $3) }
    }

    /// Returns the index of the largest element along a dimension, int64.
    public func argmax(_ dimension: Int, keepingDimensions keep: Bool = false) throws(TensorError) -> Tensor {
        try map { tb_argmax($0, Int64(dimension), keep, $1) }
    }

    /// Returns the product along a dimension.
    public func product(_ dimension: Int, keepingDimensions keep: Bool = false) throws(TensorError) -> Tensor {
        try map { tb_product($0, Int64(dimension), keep, $1) }
    }

    /// Returns for each index along a dimension the sum of the elements up to and including this index.
    public func cumulativeSum(_ dimension: Int) throws(TensorError) -> Tensor {
        try map { tb_cumulative_sum($0, Int64(dimension), $1) }
    }

    /// Returns exp(x) divided by the sum of exp(x) along a dimension.
    public func softmax(_ dimension: Int) throws(TensorError) -> Tensor {
        try map { tb_softmax($0, Int64(dimension), $1) }
    }

    /// Returns the logarithm of the softmax along a dimension.
    public func logSoftmax(_ dimension: Int) throws(TensorError) -> Tensor {
        try map { tb_log_softmax($0, Int64(dimension), $1) }
    }

    /// Sorts the elements along a dimension. Equal elements keep their order.
    ///
    /// - Parameters:
    ///   - dimension: The dimension, counted from the end if negative.
    ///   - descending: Whether the largest element comes first.
    /// - Returns: The sorted values, and the former index of each value, int64.
    public func sorted(
        _ dimension: Int = -1, descending: Bool = false
    ) throws(TensorError) -> (values: Tensor, indices: Tensor) {
        try pair { tb_sort($0, Int64(dimension), descending, $1, $2) }
    }

    /// Returns the `count` largest elements along a dimension.
    ///
    /// - Parameters:
    ///   - count: The number of elements, at most the length of the dimension.
    ///   - dimension: The dimension, counted from the end if negative.
    /// - Returns: The values in descending order, and the index of each value, int64.
    public func top(_ count: Int, _ dimension: Int = -1) throws(TensorError) -> (values: Tensor, indices: Tensor) {
        try pair { tb_top($0, Int64(count), Int64(dimension), $1, $2) }
    }

    private func pair(
        _ function: (TBTensor, UnsafeMutablePointer<TBTensor>, UnsafeMutablePointer<TBTensor>) -> TBError
    ) throws(TensorError) -> (Tensor, Tensor) {
        var (first, second) = (TBTensor(), TBTensor())
        try borrow { (handle) throws(TensorError) in try check(function(handle, &first, &second)) }
        return (Tensor(owning: first), Tensor(owning: second))
    }

    /// Returns the Euclidean norm √Σx² over all elements of all tensors.
    public static func totalNorm(_ tensors: [Tensor]) throws(TensorError) -> Tensor {
        try withHandles(tensors) { (handles, count) throws(TensorError) in
            try Tensor { tb_total_norm(handles, count, $0) }
        }
    }
}
