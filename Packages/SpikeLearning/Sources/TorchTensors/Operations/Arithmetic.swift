import CTorchBridge

// Element by element, with broadcasting: dimensions are matched from the last on, and one of length 1 is repeated.

extension Tensor {
    public static func + (a: Tensor, b: Tensor) throws(TensorError) -> Tensor { try a.map(b, tb_add) }
    public static func - (a: Tensor, b: Tensor) throws(TensorError) -> Tensor { try a.map(b, tb_subtract) }
    public static func * (a: Tensor, b: Tensor) throws(TensorError) -> Tensor { try a.map(b, tb_multiply) }
    public static func / (a: Tensor, b: Tensor) throws(TensorError) -> Tensor { try a.map(b, tb_divide) }

    public static func + (a: Tensor, b: Double) throws(TensorError) -> Tensor { try a + Tensor(b) }
    public static func - (a: Tensor, b: Double) throws(TensorError) -> Tensor { try a - Tensor(b) }
    public static func * (a: Tensor, b: Double) throws(TensorError) -> Tensor { try a * Tensor(b) }
    public static func / (a: Tensor, b: Double) throws(TensorError) -> Tensor { try a / Tensor(b) }

    public static func + (a: Double, b: Tensor) throws(TensorError) -> Tensor { try Tensor(a) + b }
    public static func - (a: Double, b: Tensor) throws(TensorError) -> Tensor { try Tensor(a) - b }
    public static func * (a: Double, b: Tensor) throws(TensorError) -> Tensor { try Tensor(a) * b }
    public static func / (a: Double, b: Tensor) throws(TensorError) -> Tensor { try Tensor(a) / b }

    public static prefix func - (a: Tensor) throws(TensorError) -> Tensor { try a.map(tb_negative) }

    // In place.
    public static func += (a: Tensor, b: Tensor) throws(TensorError) { try a.change(b, tb_add_in_place) }
    public static func -= (a: Tensor, b: Tensor) throws(TensorError) { try a.change(b, tb_subtract_in_place) }
    public static func *= (a: Tensor, b: Tensor) throws(TensorError) { try a.change(b, tb_multiply_in_place) }
    public static func /= (a: Tensor, b: Tensor) throws(TensorError) { try a.change(b, tb_divide_in_place) }
    public static func += (a: Tensor, b: Double) throws(TensorError) { try a += Tensor(b) }
    public static func -= (a: Tensor, b: Double) throws(TensorError) { try a -= Tensor(b) }
    public static func *= (a: Tensor, b: Double) throws(TensorError) { try a *= Tensor(b) }
    public static func /= (a: Tensor, b: Double) throws(TensorError) { try a /= Tensor(b) }

    private func change(_ other: Tensor, _ function: (TBTensor, TBTensor) -> TBError) throws(TensorError) {
        try borrow { (a) throws(TensorError) in
            try other.borrow { (b) throws(TensorError) in try check(function(a, b)) }
        }
    }

    /// The remainder of division, with the divisor's sign.
    public func remainder(_ divisor: Tensor) throws(TensorError) -> Tensor { try map(divisor, tb_remainder) }
    public func power(_ exponent: Tensor) throws(TensorError) -> Tensor { try map(exponent, tb_power) }
    public func power(_ exponent: Double) throws(TensorError) -> Tensor { try power(Tensor(exponent)) }
    public func squared() throws(TensorError) -> Tensor { try self * self }

    public static func maximum(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor { try a.map(b, tb_maximum) }
    public static func minimum(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor { try a.map(b, tb_minimum) }

    /// Values outside of `range` become its ends; NaN stays.
    public func clamped(to range: ClosedRange<Double>) throws(TensorError) -> Tensor {
        try map { tb_clamp($0, range.lowerBound, range.upperBound, $1) }
    }

    public func absolute() throws(TensorError) -> Tensor { try map(tb_absolute) }
    public func exp() throws(TensorError) -> Tensor { try map(tb_exp) }
    /// exp(x) − 1, exact near 0.
    public func expm1() throws(TensorError) -> Tensor { try map(tb_expm1) }
    /// The natural logarithm.
    public func log() throws(TensorError) -> Tensor { try map(tb_log) }
    /// log(1 + x), exact near 0.
    public func log1p() throws(TensorError) -> Tensor { try map(tb_log1p) }
    public func sqrt() throws(TensorError) -> Tensor { try map(tb_sqrt) }
    public func sin() throws(TensorError) -> Tensor { try map(tb_sin) }
    public func cos() throws(TensorError) -> Tensor { try map(tb_cos) }
    public func atan() throws(TensorError) -> Tensor { try map(tb_atan) }
    /// 2/√π · ∫₀ˣ exp(−t²) dt
    public func erf() throws(TensorError) -> Tensor { try map(tb_erf) }
    public func tanh() throws(TensorError) -> Tensor { try map(tb_tanh) }
    public func sigmoid() throws(TensorError) -> Tensor { try map(tb_sigmoid) }
    public func relu() throws(TensorError) -> Tensor { try map(tb_relu) }
    /// x · sigmoid(x)
    public func silu() throws(TensorError) -> Tensor { try map(tb_silu) }
    public func floor() throws(TensorError) -> Tensor { try map(tb_floor) }
    public func ceil() throws(TensorError) -> Tensor { try map(tb_ceil) }
    /// To the nearest whole number, halves to the even one.
    public func rounded() throws(TensorError) -> Tensor { try map(tb_round) }
    /// −1, 0 or 1.
    public func sign() throws(TensorError) -> Tensor { try map(tb_sign) }
}
