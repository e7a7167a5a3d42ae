import CTorchBridge

// Operations on single elements. Operations on two tensors broadcast: dimensions are matched from the last to the
// first, and a dimension of length 1 is repeated. Operations throw `TensorError` if shapes or devices do not fit.

extension Tensor {
    /// Returns the sum of two tensors, element by element with broadcasting.
    public static func + (a: Tensor, b: Tensor) throws(TensorError) -> Tensor { try a.map(b, tb_add) }
    /// Returns the difference of two tensors, element by element with broadcasting.
    public static func - (a: Tensor, b: Tensor) throws(TensorError) -> Tensor { try a.map(b, tb_subtract) }
    /// Returns the product of two tensors, element by element with broadcasting.
    public static func * (a: Tensor, b: Tensor) throws(TensorError) -> Tensor { try a.map(b, tb_multiply) }
    /// Returns the quotient of two tensors, element by element with broadcasting.
    public static func / (a: Tensor, b: Tensor) throws(TensorError) -> Tensor { try a.map(b, tb_divide) }

    /// Returns the sum of each element of a tensor and a number.
    public static func + (a: Tensor, b: Double) throws(TensorError) -> Tensor { try a + Tensor(b) }
    /// Returns the difference of each element of a tensor and a number.
    public static func - (a: Tensor, b: Double) throws(TensorError) -> Tensor { try a - Tensor(b) }
    /// Returns the product of each element of a tensor and a number.
    public static func * (a: Tensor, b: Double) throws(TensorError) -> Tensor { try a * Tensor(b) }
    /// Returns the quotient of each element of a tensor and a number.
    public static func / (a: Tensor, b: Double) throws(TensorError) -> Tensor { try a / Tensor(b) }

    /// Returns the sum of a number and each element of a tensor.
    public static func + (a: Double, b: Tensor) throws(TensorError) -> Tensor { try Tensor(a) + b }
    /// Returns the difference of a number and each element of a tensor.
    public static func - (a: Double, b: Tensor) throws(TensorError) -> Tensor { try Tensor(a) - b }
    /// Returns the product of a number and each element of a tensor.
    public static func * (a: Double, b: Tensor) throws(TensorError) -> Tensor { try Tensor(a) * b }
    /// Returns the quotient of a number and each element of a tensor.
    public static func / (a: Double, b: Tensor) throws(TensorError) -> Tensor { try Tensor(a) / b }

    /// Returns the negative of each element.
    public static prefix func - (a: Tensor) throws(TensorError) -> Tensor { try a.map(tb_negative) }

    /// Adds `b` to `a` in place, element by element; `b` is broadcast to the shape of `a`.
    public static func += (a: Tensor, b: Tensor) throws(TensorError) { try a.change(b, tb_add_in_place) }
    /// Subtracts `b` from `a` in place, element by element; `b` is broadcast to the shape of `a`.
    public static func -= (a: Tensor, b: Tensor) throws(TensorError) { try a.change(b, tb_subtract_in_place) }
    /// Multiplies `a` by `b` in place, element by element; `b` is broadcast to the shape of `a`.
    public static func *= (a: Tensor, b: Tensor) throws(TensorError) { try a.change(b, tb_multiply_in_place) }
    /// Divides `a` by `b` in place, element by element; `b` is broadcast to the shape of `a`.
    public static func /= (a: Tensor, b: Tensor) throws(TensorError) { try a.change(b, tb_divide_in_place) }
    /// Adds a number to each element of `a` in place.
    public static func += (a: Tensor, b: Double) throws(TensorError) { try a += Tensor(b) }
    /// Subtracts a number from each element of `a` in place.
    public static func -= (a: Tensor, b: Double) throws(TensorError) { try a -= Tensor(b) }
    /// Multiplies each element of `a` by a number in place.
    public static func *= (a: Tensor, b: Double) throws(TensorError) { try a *= Tensor(b) }
    /// Divides each element of `a` by a number in place.
    public static func /= (a: Tensor, b: Double) throws(TensorError) { try a /= Tensor(b) }

    private func change(_ other: Tensor, _ function: (TBTensor, TBTensor) -> TBError) throws(TensorError) {
        try borrow { (a) throws(TensorError) in
            try other.borrow { (b) throws(TensorError) in try check(function(a, b)) }
        }
    }

    /// Returns the remainder of dividing each element by `divisor`, with broadcasting. The result has the sign of the
    /// divisor.
    public func remainder(_ divisor: Tensor) throws(TensorError) -> Tensor { try map(divisor, tb_remainder) }
    /// Raises each element to the power `exponent`, with broadcasting.
    public func power(_ exponent: Tensor) throws(TensorError) -> Tensor { try map(exponent, tb_power) }
    /// Raises each element to the power `exponent`.
    public func power(_ exponent: Double) throws(TensorError) -> Tensor { try power(Tensor(exponent)) }
    /// Returns the square of each element.
    public func squared() throws(TensorError) -> Tensor { try self * self }

    /// Returns the larger of two tensors, element by element with broadcasting.
    public static func maximum(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor { try a.map(b, tb_maximum) }
    /// Returns the smaller of two tensors, element by element with broadcasting.
    public static func minimum(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor { try a.map(b, tb_minimum) }

    /// Limits each element to `range`: a value outside of the range becomes the nearest bound. NaN stays NaN.
    public func clamped(to range: ClosedRange<Double>) throws(TensorError) -> Tensor {
        try map { tb_clamp($0, range.lowerBound, range.upperBound, $1) }
    }

    /// Returns the absolute value of each element.
    public func absolute() throws(TensorError) -> Tensor { try map(tb_absolute) }
    /// Returns the exponential function of each element.
    public func exp() throws(TensorError) -> Tensor { try map(tb_exp) }
    /// Returns the natural logarithm of each element.
    public func log() throws(TensorError) -> Tensor { try map(tb_log) }
    /// Returns the square root of each element.
    public func sqrt() throws(TensorError) -> Tensor { try map(tb_sqrt) }
    /// Returns the sine of each element, an angle in radians.
    public func sin() throws(TensorError) -> Tensor { try map(tb_sin) }
    /// Returns the cosine of each element, an angle in radians.
    public func cos() throws(TensorError) -> Tensor { try map(tb_cos) }
    /// Returns the arc tangent of each element, in radians.
    public func atan() throws(TensorError) -> Tensor { try map(tb_atan) }
    /// Returns the hyperbolic tangent of each element.
    public func tanh() throws(TensorError) -> Tensor { try map(tb_tanh) }
    /// Returns 1 / (1 + exp(−x)) for each element x.
    public func sigmoid() throws(TensorError) -> Tensor { try map(tb_sigmoid) }
    /// Returns max(x, 0) for each element x.
    public func relu() throws(TensorError) -> Tensor { try map(tb_relu) }
    /// Returns x · sigmoid(x) for each element x.
    public func silu() throws(TensorError) -> Tensor { try map(tb_silu) }
    /// Rounds each element down to a whole number.
    public func floor() throws(TensorError) -> Tensor { try map(tb_floor) }
    /// Rounds each element to the nearest whole number, and halves to the nearest even number.
    public func rounded() throws(TensorError) -> Tensor { try map(tb_round) }
    /// Returns the sign of each element: −1, 0 or 1.
    public func sign() throws(TensorError) -> Tensor { try map(tb_sign) }
}
