import CTorchBridge

// Comparisons give Booleans, element by element. `.==` is not `Equatable`'s: tensors are compared like arrays with
// `equals`.

infix operator .== : ComparisonPrecedence
infix operator .!= : ComparisonPrecedence

extension Tensor {
    public static func .== (a: Tensor, b: Tensor) throws(TensorError) -> Tensor { try a.map(b, tb_equal) }
    public static func .!= (a: Tensor, b: Tensor) throws(TensorError) -> Tensor { try a.map(b, tb_not_equal) }
    public static func < (a: Tensor, b: Tensor) throws(TensorError) -> Tensor { try a.map(b, tb_less) }
    public static func <= (a: Tensor, b: Tensor) throws(TensorError) -> Tensor { try a.map(b, tb_less_equal) }
    public static func > (a: Tensor, b: Tensor) throws(TensorError) -> Tensor { try a.map(b, tb_greater) }
    public static func >= (a: Tensor, b: Tensor) throws(TensorError) -> Tensor { try a.map(b, tb_greater_equal) }

    public static func .== (a: Tensor, b: Double) throws(TensorError) -> Tensor { try a .== Tensor(b) }
    public static func .!= (a: Tensor, b: Double) throws(TensorError) -> Tensor { try a .!= Tensor(b) }
    public static func < (a: Tensor, b: Double) throws(TensorError) -> Tensor { try a < Tensor(b) }
    public static func <= (a: Tensor, b: Double) throws(TensorError) -> Tensor { try a <= Tensor(b) }
    public static func > (a: Tensor, b: Double) throws(TensorError) -> Tensor { try a > Tensor(b) }
    public static func >= (a: Tensor, b: Double) throws(TensorError) -> Tensor { try a >= Tensor(b) }

    public func and(_ other: Tensor) throws(TensorError) -> Tensor { try map(other, tb_logical_and) }
    public func or(_ other: Tensor) throws(TensorError) -> Tensor { try map(other, tb_logical_or) }
    public func not() throws(TensorError) -> Tensor { try map(tb_logical_not) }

    /// Whether each element is neither infinite nor NaN.
    public func isFinite() throws(TensorError) -> Tensor { try map(tb_is_finite) }

    /// Whether each element is NaN.
    public func isNaN() throws(TensorError) -> Tensor { try map(tb_is_nan) }

    /// Whether |a − b| ≤ absolute + relative · |b|, element by element with broadcasting; NaN is close to nothing.
    public func isClose(
        to other: Tensor, relative: Double = 1e-5, absolute: Double = 1e-8
    ) throws(TensorError) -> Tensor {
        try map(other) { tb_is_close($0, $1, relative, absolute, $2) }
    }

    /// Whether shapes are equal and all elements close, as `isClose` says.
    public func allClose(
        _ other: Tensor, relative: Double = 1e-5, absolute: Double = 1e-8
    ) throws(TensorError) -> Bool {
        guard shape == other.shape else { return false }
        return try isClose(to: other, relative: relative, absolute: absolute).all()
    }

    /// Whether every element is true, or not zero.
    public func all() throws(TensorError) -> Bool { try map(tb_all).item() != 0 }

    /// Whether an element is true, or not zero.
    public func any() throws(TensorError) -> Bool { try map(tb_any).item() != 0 }

    /// Whether shapes, types and all elements are equal.
    public func equals(_ other: Tensor) throws(TensorError) -> Bool {
        guard shape == other.shape, dtype == other.dtype else { return false }
        return try (self .== other).all()
    }

    /// `a` where `condition` is true, else `b`.
    public static func choose(_ condition: Tensor, _ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
        try condition.borrow { (condition) throws(TensorError) in
            try a.map(b) { tb_where(condition, $0, $1, $2) }
        }
    }
}
