import CTorchBridge

// Dimensions count from the front, or from the end where negative. Without any, all are reduced.

extension Tensor {
    private func reduced(
        _ dimensions: [Int],
        _ function: (TBTensor, UnsafePointer<Int64>, Int, UnsafeMutablePointer<TBTensor>) -> TBError
    ) throws(TensorError) -> Tensor {
        try withNumbers(dimensions) { (numbers, count) throws(TensorError) in
            try map { function($0, numbers, count, $1) }
        }
    }

    public func sum(_ dimensions: Int..., keepingDimensions keep: Bool = false) throws(TensorError) -> Tensor {
        try reduced(dimensions) { tb_sum($0, $1, $2, keep, $3) }
    }

    public func mean(_ dimensions: Int..., keepingDimensions keep: Bool = false) throws(TensorError) -> Tensor {
        try reduced(dimensions) { tb_mean($0, $1, $2, keep, $3) }
    }

    /// - Parameter correction: The sum of squares is divided by n − correction.
    public func variance(
        _ dimensions: Int..., correction: Int = 1, keepingDimensions keep: Bool = false
    ) throws(TensorError) -> Tensor {
        try reduced(dimensions) { tb_variance($0, $1, $2, Int64(correction), keep, $3) }
    }

    /// The square root of the variance.
    public func standardDeviation(
        _ dimensions: Int..., correction: Int = 1, keepingDimensions keep: Bool = false
    ) throws(TensorError) -> Tensor {
        try reduced(dimensions) { tb_variance($0, $1, $2, Int64(correction), keep, $3) }.sqrt()
    }

    public func maximum(_ dimensions: Int..., keepingDimensions keep: Bool = false) throws(TensorError) -> Tensor {
        try reduced(dimensions) { tb_amax($0, $1, $2, keep, $3) }
    }

    public func minimum(_ dimensions: Int..., keepingDimensions keep: Bool = false) throws(TensorError) -> Tensor {
        try reduced(dimensions) { tb_amin($0, $1, $2, keep, $3) }
    }

    /// The index of the greatest element along a dimension, int64.
    public func argmax(_ dimension: Int, keepingDimensions keep: Bool = false) throws(TensorError) -> Tensor {
        try map { tb_argmax($0, Int64(dimension), keep, $1) }
    }

    /// The index of the least element along a dimension, int64.
    public func argmin(_ dimension: Int, keepingDimensions keep: Bool = false) throws(TensorError) -> Tensor {
        try map { tb_argmin($0, Int64(dimension), keep, $1) }
    }

    /// The product along a dimension.
    public func product(_ dimension: Int, keepingDimensions keep: Bool = false) throws(TensorError) -> Tensor {
        try map { tb_product($0, Int64(dimension), keep, $1) }
    }

    public func cumulativeSum(_ dimension: Int) throws(TensorError) -> Tensor {
        try map { tb_cumulative_sum($0, Int64(dimension), $1) }
    }

    public func softmax(_ dimension: Int) throws(TensorError) -> Tensor {
        try map { tb_softmax($0, Int64(dimension), $1) }
    }

    public func logSoftmax(_ dimension: Int) throws(TensorError) -> Tensor {
        try map { tb_log_softmax($0, Int64(dimension), $1) }
    }

    /// Values in order along a dimension, and where each was; equal ones keep their order.
    public func sorted(
        _ dimension: Int = -1, descending: Bool = false
    ) throws(TensorError) -> (values: Tensor, indices: Tensor) {
        try pair { tb_sort($0, Int64(dimension), descending, $1, $2) }
    }

    /// The greatest `count` values along a dimension, in falling order, and where each was.
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

    /// How often each of 0, 1, … occurs among whole numbers; the result has at least `classes` elements.
    public func histogram(classes: Int) throws(TensorError) -> Tensor {
        try map { tb_bincount($0, Int64(classes), $1) }
    }

    /// √Σx² over all elements of all tensors.
    public static func totalNorm(_ tensors: [Tensor]) throws(TensorError) -> Tensor {
        try withHandles(tensors) { (handles, count) throws(TensorError) in
            try Tensor { tb_total_norm(handles, count, $0) }
        }
    }
}
