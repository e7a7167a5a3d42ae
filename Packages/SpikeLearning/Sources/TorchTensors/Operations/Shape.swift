import CTorchBridge

// Negative dimensions count from the end. Results are views of the same memory where possible. Functions throw
// `TensorError` if a dimension does not exist or a shape does not fit.

extension Tensor {
    /// Returns the same elements, in C order, in another shape. The result is a view if possible, and otherwise a copy.
    ///
    /// - Parameter shape: The length of each dimension. One length may be −1; it follows from the others.
    /// - Throws: `TensorError` if the shape does not have the same number of elements.
    public func reshaped(_ shape: [Int]) throws(TensorError) -> Tensor {
        try withNumbers(shape) { (numbers, rank) throws(TensorError) in try map { tb_reshape($0, numbers, rank, $1) } }
    }

    /// Returns the same elements, in C order, in another shape. One length may be −1; it follows from the others.
    public func reshaped(_ shape: Int...) throws(TensorError) -> Tensor { try reshaped(shape) }

    /// Returns a view of the same elements in another shape. One length may be −1; it follows from the others.
    ///
    /// - Throws: `TensorError` if the shape does not have the same number of elements, or the elements would have to be
    ///   copied.
    public func viewed(_ shape: [Int]) throws(TensorError) -> Tensor {
        try withNumbers(shape) { (numbers, rank) throws(TensorError) in try map { tb_view($0, numbers, rank, $1) } }
    }

    /// Returns a view with the dimensions in another order: dimension `i` of the result is dimension `dimensions[i]` of
    /// this tensor.
    public func permuted(_ dimensions: Int...) throws(TensorError) -> Tensor { try permuted(dimensions) }

    /// Returns a view with the dimensions in another order: dimension `i` of the result is dimension `dimensions[i]` of
    /// this tensor.
    public func permuted(_ dimensions: [Int]) throws(TensorError) -> Tensor {
        try withNumbers(dimensions) { (numbers, rank) throws(TensorError) in
            try map { tb_permute($0, numbers, rank, $1) }
        }
    }

    /// Returns a view with two dimensions exchanged, by default the last two.
    public func transposed(_ first: Int = -2, _ second: Int = -1) throws(TensorError) -> Tensor {
        try map { tb_transpose($0, Int64(first), Int64(second), $1) }
    }

    /// Returns a view in which dimensions of length 1 are repeated to the lengths in `shape`, without a copy. A length
    /// of −1 keeps a dimension.
    public func expanded(_ shape: [Int]) throws(TensorError) -> Tensor {
        try withNumbers(shape) { (numbers, rank) throws(TensorError) in try map { tb_expand($0, numbers, rank, $1) } }
    }

    /// Returns a view without the given dimension if its length is 1. A dimension of another length stays.
    public func squeezed(_ dimension: Int) throws(TensorError) -> Tensor {
        try map { tb_squeeze($0, Int64(dimension), $1) }
    }

    /// Returns a view with a new dimension of length 1 at index `dimension`.
    public func unsqueezed(_ dimension: Int) throws(TensorError) -> Tensor {
        try map { tb_unsqueeze($0, Int64(dimension), $1) }
    }

    /// Returns the tensor with the dimensions `first` to `last`, both included, merged into one.
    public func flattened(_ first: Int = 0, _ last: Int = -1) throws(TensorError) -> Tensor {
        try map { tb_flatten($0, Int64(first), Int64(last), $1) }
    }

    /// Returns views of consecutive parts along a dimension.
    ///
    /// - Parameters:
    ///   - lengths: The lengths of the parts. Their sum is the length of the dimension.
    ///   - dimension: The dimension, counted from the end if negative.
    /// - Throws: `TensorError` if the dimension does not exist or the lengths do not fill it.
    public func split(_ lengths: [Int], _ dimension: Int = 0) throws(TensorError) -> [Tensor] {
        let whole = try length(of: dimension)
        guard lengths.allSatisfy({ 0...whole ~= $0 }), lengths.reduce(0, &+) == whole else {
            throw TensorError("split: lengths \(lengths) do not fill dimension \(dimension) of shape \(shape)")
        }
        var (parts, start) = ([Tensor](), 0)
        for length in lengths {
            parts.append(try sliced(dimension, start..<start + length))
            start += length
        }
        return parts
    }

    /// Returns a copy with the order of elements reversed along each of the given dimensions.
    public func flipped(_ dimensions: Int...) throws(TensorError) -> Tensor {
        try withNumbers(dimensions) { (numbers, count) throws(TensorError) in
            try map { tb_flip($0, numbers, count, $1) }
        }
    }

    /// Returns a tensor that repeats this one `counts[i]` times along dimension `i`.
    public func tiled(_ counts: Int...) throws(TensorError) -> Tensor {
        try withNumbers(counts) { (numbers, rank) throws(TensorError) in try map { tb_repeat($0, numbers, rank, $1) } }
    }

    /// Returns the tensor with elements of a constant value added at the ends of its dimensions.
    ///
    /// - Parameters:
    ///   - amounts: The numbers of elements to add before and after, beginning with the last dimension.
    ///   - value: The value of the added elements.
    public func padded(_ amounts: [(before: Int, after: Int)], value: Double = 0) throws(TensorError) -> Tensor {
        try withNumbers(amounts.flatMap { [$0.before, $0.after] }) { (numbers, count) throws(TensorError) in
            try map { tb_pad($0, numbers, count, value, $1) }
        }
    }

    /// Joins tensors one after the other along an existing dimension. Their lengths in all other dimensions must be
    /// equal.
    ///
    /// - Throws: `TensorError` if there is no tensor or shapes do not fit.
    public static func concatenated(_ tensors: [Tensor], _ dimension: Int = 0) throws(TensorError) -> Tensor {
        try withHandles(tensors) { (handles, count) throws(TensorError) in
            try Tensor { tb_concatenate(handles, count, Int64(dimension), $0) }
        }
    }

    /// Joins tensors of the same shape along a new dimension at index `dimension`.
    ///
    /// - Throws: `TensorError` if there is no tensor or shapes differ.
    public static func stacked(_ tensors: [Tensor], _ dimension: Int = 0) throws(TensorError) -> Tensor {
        try withHandles(tensors) { (handles, count) throws(TensorError) in
            try Tensor { tb_stack(handles, count, Int64(dimension), $0) }
        }
    }
}
