import CTorchBridge

extension Tensor {
    /// The part at an index of a dimension, which is gone in the result; a view.
    public func selected(_ dimension: Int, _ index: Int) throws(TensorError) -> Tensor {
        try map { tb_select($0, Int64(dimension), Int64(index), $1) }
    }

    /// Every `step`-th index of a range along a dimension; a view.
    public func sliced(_ dimension: Int, _ range: Range<Int>, step: Int = 1) throws(TensorError) -> Tensor {
        let length = try length(of: dimension)
        guard range.lowerBound >= 0, range.upperBound <= length else {
            throw TensorError("slice: \(range) is outside of dimension \(dimension) of shape \(shape)")
        }
        return try map {
            tb_slice($0, Int64(dimension), Int64(range.lowerBound), Int64(range.upperBound), Int64(step), $1)
        }
    }

    /// The length of a dimension; throws if there is no such one.
    public func length(of dimension: Int) throws(TensorError) -> Int {
        let shape = shape
        let index = dimension < 0 ? dimension + shape.count : dimension
        guard shape.indices.contains(index) else {
            throw TensorError("length: shape \(shape) has no dimension \(dimension)")
        }
        return shape[index]
    }

    /// The part at an index of the first dimension; a view.
    public subscript(index: Int) -> Tensor {
        get throws(TensorError) { try selected(0, index) }
    }

    /// A range of the first dimension; a view.
    public subscript(range: Range<Int>) -> Tensor {
        get throws(TensorError) { try sliced(0, range) }
    }

    /// Indices and ranges of the first dimensions, such as `x[.at(0), .all, .range(1..<3)]`; a view.
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

    /// Rows (or what else a dimension counts) at int64 indices, in their order; a copy.
    public func taking(_ indices: Tensor, _ dimension: Int = 0) throws(TensorError) -> Tensor {
        try map(indices) { tb_index_select($0, Int64(dimension), $1, $2) }
    }

    /// Along a dimension, the element at each of the int64 indices, whose other dimensions match.
    public func gathered(_ indices: Tensor, _ dimension: Int) throws(TensorError) -> Tensor {
        try map(indices) { tb_gather($0, Int64(dimension), $1, $2) }
    }

    /// The elements where a Boolean tensor is true, in one dimension.
    public func masked(_ mask: Tensor) throws(TensorError) -> Tensor { try map(mask, tb_masked_select) }

    /// With `value` where a Boolean tensor is true.
    public func filled(where mask: Tensor, with value: Double) throws(TensorError) -> Tensor {
        try Tensor(value).borrow { (value) throws(TensorError) in
            try map(mask) { tb_masked_fill($0, $1, value, $2) }
        }
    }

    /// In place: adds the rows of `source` to those that int64 indices name, also if one is named twice.
    public func add(_ source: Tensor, at indices: Tensor, _ dimension: Int = 0) throws(TensorError) {
        try borrow { (tensor) throws(TensorError) in
            try indices.borrow { (indices) throws(TensorError) in
                try source.borrow { (source) throws(TensorError) in
                    try check(tb_index_add_in_place(tensor, Int64(dimension), indices, source))
                }
            }
        }
    }

    /// Int64 classes as rows of 0 and a 1.
    public func oneHot(classes: Int) throws(TensorError) -> Tensor { try map { tb_one_hot($0, Int64(classes), $1) } }
}

/// What a subscript does with one dimension.
public enum TensorIndex: Sendable {
    case at(Int)
    case range(Range<Int>, step: Int = 1)
    case all
}
