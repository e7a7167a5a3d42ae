import CTorchBridge

extension Tensor {
    /// Returns a view of the part at `index` of a dimension. The result lacks this dimension.
    ///
    /// - Parameters:
    ///   - dimension: The dimension, counted from the end if negative.
    ///   - index: The index in the dimension, counted from the end if negative.
    /// - Throws: `TensorError` if the dimension or the index does not exist.
    public func selected(_ dimension: Int, _ index: Int) throws(TensorError) -> Tensor {
        try map { tb_select($0, Int64(dimension), Int64(index), $1) }
    }

    /// Returns a view of every `step`-th index of a range along a dimension.
    ///
    /// - Parameters:
    ///   - dimension: The dimension, counted from the end if negative.
    ///   - range: The range of indices, within the length of the dimension.
    ///   - step: The distance between indices, at least 1.
    /// - Throws: `TensorError` if the dimension or an index of the range does not exist, or `step` is below 1.
    public func sliced(_ dimension: Int, _ range: Range<Int>, step: Int = 1) throws(TensorError) -> Tensor {
        let length = try length(of: dimension)
        guard range.lowerBound >= 0, range.upperBound <= length else {
            throw TensorError("slice: \(range) is outside of dimension \(dimension) of shape \(shape)")
        }
        return try map {
            tb_slice($0, Int64(dimension), Int64(range.lowerBound), Int64(range.upperBound), Int64(step), $1)
        }
    }

    /// Returns the length of a dimension.
    ///
    /// - Parameter dimension: The dimension, counted from the end if negative.
    /// - Throws: `TensorError` if the dimension does not exist.
    public func length(of dimension: Int) throws(TensorError) -> Int {
        let shape = shape
        let index = dimension < 0 ? dimension + shape.count : dimension
        guard shape.indices.contains(index) else {
            throw TensorError("length: shape \(shape) has no dimension \(dimension)")
        }
        return shape[index]
    }

    /// A view of the part at an index of the first dimension. Throws `TensorError` if the index does not exist.
    public subscript(index: Int) -> Tensor {
        get throws(TensorError) { try selected(0, index) }
    }

    /// A view of a range of the first dimension. Throws `TensorError` if the range exceeds the dimension.
    public subscript(range: Range<Int>) -> Tensor {
        get throws(TensorError) { try sliced(0, range) }
    }

    /// A view selected by one index, range or `.all` per dimension, beginning with the first dimension, such as
    /// `x[.at(0), .all, .range(1..<3)]`. Throws `TensorError` if an index does not exist.
    public subscript(indices: TensorIndex...) -> Tensor {
        get throws(TensorError) {
            var (result, dimension) = (self, 0)
            for index in indices {
                switch index {
                case .at(let index): result = try result.selected(dimension, index)
                case .range(let range, let step):
                    result = try result.sliced(dimension, range, step: step)
                    dimension += 1
                case .all: dimension += 1
                }
            }
            return result
        }
    }

    /// Returns a copy of the parts at the given indices along a dimension, in their order.
    ///
    /// - Parameters:
    ///   - indices: The indices, int64, one-dimensional.
    ///   - dimension: The dimension, counted from the end if negative.
    /// - Throws: `TensorError` if the dimension does not exist or the indices do not fit.
    public func taking(_ indices: Tensor, _ dimension: Int = 0) throws(TensorError) -> Tensor {
        try map(indices) { tb_index_select($0, Int64(dimension), $1, $2) }
    }

    /// Returns, for each index, the element at this index along a dimension; its other coordinates are those of the
    /// index.
    ///
    /// - Parameters:
    ///   - indices: The indices, int64, with as many dimensions as this tensor. The result has the same shape.
    ///   - dimension: The dimension, counted from the end if negative.
    /// - Throws: `TensorError` if the dimension does not exist or the indices do not fit.
    public func gathered(_ indices: Tensor, _ dimension: Int) throws(TensorError) -> Tensor {
        try map(indices) { tb_gather($0, Int64(dimension), $1, $2) }
    }

    /// Returns the elements at which a Boolean tensor is true, in one dimension. The mask is broadcast.
    public func masked(_ mask: Tensor) throws(TensorError) -> Tensor { try map(mask, tb_masked_select) }

    /// Returns the tensor with `value` at the elements where a Boolean tensor is true. The mask is broadcast.
    public func filled(where mask: Tensor, with value: Double) throws(TensorError) -> Tensor {
        try Tensor(value).borrow { (value) throws(TensorError) in
            try map(mask) { tb_masked_fill($0, $1, value, $2) }
        }
    }

    /// Adds the parts of `source` along a dimension to the parts of this tensor at the given indices, in place. An
    /// index that occurs twice receives both parts.
    ///
    /// - Parameters:
    ///   - source: The parts to add.
    ///   - indices: The index in this tensor for each part of `source`, int64.
    ///   - dimension: The dimension, counted from the end if negative.
    /// - Throws: `TensorError` if shapes or indices do not fit.
    public func add(_ source: Tensor, at indices: Tensor, _ dimension: Int = 0) throws(TensorError) {
        try borrow { (tensor) throws(TensorError) in
            try indices.borrow { (indices) throws(TensorError) in
                try source.borrow { (source) throws(TensorError) in
                    try check(tb_index_add_in_place(tensor, Int64(dimension), indices, source))
                }
            }
        }
    }

    /// Returns a one-hot vector for each int64 class, in a new last dimension of length `classes`, int64.
    ///
    /// - Throws: `TensorError` on the CPU if a class is negative or not below `classes`.
    public func oneHot(classes: Int) throws(TensorError) -> Tensor { try map { tb_one_hot($0, Int64(classes), $1) } }
}

/// The selection that a subscript makes in one dimension.
public enum TensorIndex: Sendable {
    /// A single index, counted from the end if negative. The result lacks the dimension.
    case at(Int)
    /// Every `step`-th index of a range.
    case range(Range<Int>, step: Int = 1)
    /// The whole dimension.
    case all
}
