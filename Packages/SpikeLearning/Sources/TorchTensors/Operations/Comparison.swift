import CTorchBridge

// Comparisons return Boolean tensors, element by element with broadcasting. `equals` compares whole tensors and returns
// one Boolean.

infix operator .== : ComparisonPrecedence
infix operator .!= : ComparisonPrecedence

extension Tensor {
    /// Returns where `a` is equal to `b`, as Booleans, element by element with broadcasting.
    public static func .== (a: Tensor, b: Tensor) throws(TensorError) -> Tensor { try a.map(b, tb_equal) }
    /// Returns where `a` differs from `b`, as Booleans, element by element with broadcasting.
    public static func .!= (a: Tensor, b: Tensor) throws(TensorError) -> Tensor { try a.map(b, tb_not_equal) }
    /// Returns where `a` is less than `b`, as Booleans, element by element with broadcasting.
    public static func < (a: Tensor, b: Tensor) throws(TensorError) -> Tensor { try a.map(b, tb_less) }
    /// Returns where `a` is less than or equal to `b`, as Booleans, element by element with broadcasting.
    public static func <= (a: Tensor, b: Tensor) throws(TensorError) -> Tensor { try a.map(b, tb_less_equal) }
    /// Returns where `a` is greater than `b`, as Booleans, element by element with broadcasting.
    public static func > (a: Tensor, b: Tensor) throws(TensorError) -> Tensor { try a.map(b, tb_greater) }
    /// Returns where `a` is greater than or equal to `b`, as Booleans, element by element with broadcasting.
    public static func >= (a: Tensor, b: Tensor) throws(TensorError) -> Tensor { try a.map(b, tb_greater_equal) }

    /// Returns where an element of `a` is equal to the number `b`, as Booleans.
    public static func .== (a: Tensor, b: Double) throws(TensorError) -> Tensor { try a .== Tensor(b) }
    /// Returns where an element of `a` differs from the number `b`, as Booleans.
    public static func .!= (a: Tensor, b: Double) throws(TensorError) -> Tensor { try a .!= Tensor(b) }
    /// Returns where an element of `a` is less than the number `b`, as Booleans.
    public static func < (a: Tensor, b: Double) throws(TensorError) -> Tensor { try a < Tensor(b) }
    /// Returns where an element of `a` is less than or equal to the number `b`, as Booleans.
    public static func <= (a: Tensor, b: Double) throws(TensorError) -> Tensor { try a <= Tensor(b) }
    /// Returns where an element of `a` is greater than the number `b`, as Booleans.
    public static func > (a: Tensor, b: Double) throws(TensorError) -> Tensor { try a > Tensor(b) }
    /// Returns where an element of `a` is greater than or equal to the number `b`, as Booleans.
    public static func >= (a: Tensor, b: Double) throws(TensorError) -> Tensor { try a >= Tensor(b) }

    /// Returns where both tensors are true or not zero, as Booleans, element by element with broadcasting.
    public func and(_ other: Tensor) throws(TensorError) -> Tensor { try map(other, tb_logical_and) }
    /// Returns where at least one of two tensors is true or not zero, as Booleans, element by element with
    /// broadcasting.
    public func or(_ other: Tensor) throws(TensorError) -> Tensor { try map(other, tb_logical_or) }
    /// Returns where the tensor is false or zero, as Booleans, element by element.
    public func not() throws(TensorError) -> Tensor { try map(tb_logical_not) }

    /// Returns for each element whether it is neither infinite nor NaN.
    public func isFinite() throws(TensorError) -> Tensor { try map(tb_is_finite) }

    /// Returns for each element whether it is NaN.
    public func isNaN() throws(TensorError) -> Tensor { try map(tb_is_nan) }

    /// Returns where |a − b| ≤ absolute + relative · |b|, for elements a of this tensor and b of `other`, with
    /// broadcasting. NaN is not close to anything.
    ///
    /// - Parameters:
    ///   - other: The tensor to compare with.
    ///   - relative: The tolerance relative to |b|.
    ///   - absolute: The absolute tolerance.
    public func isClose(
        to other: Tensor, relative: Double = 1e-5, absolute: Double = 1e-8
    ) throws(TensorError) -> Tensor {
        try map(other) { tb_is_close($0, $1, relative, absolute, $2) }
    }

    /// Returns whether both tensors have the same shape and all elements are close in the sense of `isClose`.
    ///
    /// - Parameters:
    ///   - other: The tensor to compare with.
    ///   - relative: The tolerance relative to the elements of `other`.
    ///   - absolute: The absolute tolerance.
    public func allClose(
        _ other: Tensor, relative: Double = 1e-5, absolute: Double = 1e-8
    ) throws(TensorError) -> Bool {
        guard shape == other.shape else { return false }
        return try isClose(to: other, relative: relative, absolute: absolute).all()
    }

    /// Returns whether every element is true or not zero.
    public func all() throws(TensorError) -> Bool { try map(tb_all).item() != 0 }

    /// Returns whether at least one element is true or not zero.
    public func any() throws(TensorError) -> Bool { try map(tb_any).item() != 0 }

    /// Returns whether shapes, types and all elements of two tensors are equal.
    public func equals(_ other: Tensor) throws(TensorError) -> Bool {
        guard shape == other.shape, dtype == other.dtype else { return false }
        return try (self .== other).all()
    }

    /// Returns the elements of `a` where `condition` is true, and the elements of `b` elsewhere, with broadcasting.
    ///
    /// - Parameter condition: A Boolean tensor.
    public static func choose(_ condition: Tensor, _ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
        try condition.borrow { (condition) throws(TensorError) in
            try a.map(b) { tb_where(condition, $0, $1, $2) }
        }
    }
}
