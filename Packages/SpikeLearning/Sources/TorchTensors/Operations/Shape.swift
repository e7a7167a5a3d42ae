import CTorchBridge

// Dimensions count from the front, or from the end where negative. Results are views of the same memory where they can be.

extension Tensor {
    /// The same elements in another shape; one length may be −1, which follows from the others. Copies where it must.
    public func reshaped(_ shape: [Int]) throws(TensorError) -> Tensor {
        try withNumbers(shape) { (numbers, rank) throws(TensorError) in try map { tb_reshape($0, numbers, rank, $1) } }
    }

    public func reshaped(_ shape: Int...) throws(TensorError) -> Tensor { try reshaped(shape) }

    /// As `reshaped`, but throws where the elements would have to be copied.
    public func viewed(_ shape: [Int]) throws(TensorError) -> Tensor {
        try withNumbers(shape) { (numbers, rank) throws(TensorError) in try map { tb_view($0, numbers, rank, $1) } }
    }

    /// Dimension `i` of the result is dimension `dimensions[i]`.
    public func permuted(_ dimensions: Int...) throws(TensorError) -> Tensor { try permuted(dimensions) }

    public func permuted(_ dimensions: [Int]) throws(TensorError) -> Tensor {
        try withNumbers(dimensions) { (numbers, rank) throws(TensorError) in
            try map { tb_permute($0, numbers, rank, $1) }
        }
    }

    public func transposed(_ first: Int = -2, _ second: Int = -1) throws(TensorError) -> Tensor {
        try map { tb_transpose($0, Int64(first), Int64(second), $1) }
    }

    /// Repeats dimensions of length 1, without a copy; −1 keeps a dimension.
    public func expanded(_ shape: [Int]) throws(TensorError) -> Tensor {
        try withNumbers(shape) { (numbers, rank) throws(TensorError) in try map { tb_expand($0, numbers, rank, $1) } }
    }

    /// Without a dimension of length 1.
    public func squeezed(_ dimension: Int) throws(TensorError) -> Tensor {
        try map { tb_squeeze($0, Int64(dimension), $1) }
    }

    /// With a new dimension of length 1 in front of `dimension`.
    public func unsqueezed(_ dimension: Int) throws(TensorError) -> Tensor {
        try map { tb_unsqueeze($0, Int64(dimension), $1) }
    }

    /// With dimensions `first` to `last` as one.
    public func flattened(_ first: Int = 0, _ last: Int = -1) throws(TensorError) -> Tensor {
        try map { tb_flatten($0, Int64(first), Int64(last), $1) }
    }

    /// Parts of such lengths along a dimension, which they must fill; views.
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

    /// The parts at each index of a dimension, which is gone in them; views.
    public func unstacked(_ dimension: Int = 0) throws(TensorError) -> [Tensor] {
        var parts: [Tensor] = []
        for index in 0..<(try length(of: dimension)) { parts.append(try selected(dimension, index)) }
        return parts
    }

    /// In reverse order along dimensions.
    public func flipped(_ dimensions: Int...) throws(TensorError) -> Tensor {
        try withNumbers(dimensions) { (numbers, count) throws(TensorError) in
            try map { tb_flip($0, numbers, count, $1) }
        }
    }

    /// Shifted along a dimension; what leaves at one end enters at the other.
    public func rolled(by shift: Int, _ dimension: Int) throws(TensorError) -> Tensor {
        try map { tb_roll($0, Int64(shift), Int64(dimension), $1) }
    }

    /// Copies side by side: `counts[i]` times along dimension `i`.
    public func tiled(_ counts: Int...) throws(TensorError) -> Tensor {
        try withNumbers(counts) { (numbers, rank) throws(TensorError) in try map { tb_repeat($0, numbers, rank, $1) } }
    }

    /// Padded with a constant; `amounts` are (before, after), from the last dimension on.
    public func padded(_ amounts: [(before: Int, after: Int)], value: Double = 0) throws(TensorError) -> Tensor {
        try withNumbers(amounts.flatMap { [$0.before, $0.after] }) { (numbers, count) throws(TensorError) in
            try map { tb_pad($0, numbers, count, value, $1) }
        }
    }

    /// One after the other along a dimension that exists.
    public static func concatenated(_ tensors: [Tensor], _ dimension: Int = 0) throws(TensorError) -> Tensor {
        try withHandles(tensors) { (handles, count) throws(TensorError) in
            try Tensor { tb_concatenate(handles, count, Int64(dimension), $0) }
        }
    }

    /// One after the other along a new dimension.
    public static func stacked(_ tensors: [Tensor], _ dimension: Int = 0) throws(TensorError) -> Tensor {
        try withHandles(tensors) { (handles, count) throws(TensorError) in
            try Tensor { tb_stack(handles, count, Int64(dimension), $0) }
        }
    }
}
