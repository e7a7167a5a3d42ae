/// A number that options take in decimal notation, such as `-1.5e-3`, and that is finite. Hexadecimal numbers, `nan`,
/// `inf`, and numbers that would be rounded to infinity or 0 are refused.
public protocol DecimalValue: Sendable {
    /// Parses a number in decimal notation.
    ///
    /// - Parameter text: The text of the number.
    /// - Throws: `CommandError`, which names the number and says what is wrong with it.
    init(decimal text: String) throws
}

/// Parses an option's text as a number in decimal notation. Use it as the option's `transform`.
///
/// - Throws: `CommandError` for other notations, and for numbers that Float64 does not hold.
public func decimalNumber(_ text: String) throws -> Double { try Double(decimal: text) }

extension DecimalValue where Self: FixedWidthInteger {
    public init(decimal text: String) throws { self = try wholeNumber(text) }
}

extension Int: DecimalValue {}
extension UInt64: DecimalValue {}

extension Float: DecimalValue {
    public init(decimal text: String) throws {
        self = try parse(text)
        try require(text, isHeldAs: self)
    }

    /// Creates the nearest Float32 to a number.
    ///
    /// - Throws: `CommandError` if a finite number is too large or too small for Float32.
    public init(checked number: Double) throws {
        self.init(number)
        if number.isFinite, number != 0 { try require("\(number)", isHeldAs: self) }
    }
}

extension Double: DecimalValue {
    public init(decimal text: String) throws {
        self = try parse(text)
        try require(text, isHeldAs: self)
    }
}

private func parse<Value: LosslessStringConvertible>(_ text: String) throws -> Value {
    let pattern = /[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?/
    guard text.wholeMatch(of: pattern) != nil, let value = Value(text) else {
        throw CommandError("'\(text)' is no decimal number such as 0.5 or 1e-3")
    }
    return value
}

/// Throws `CommandError` unless a decimal number is finite as a `Value`, and is 0 only if all its digits are 0.
private func require<Value: BinaryFloatingPoint>(_ text: String, isHeldAs value: Value) throws {
    let isFloat32 = Value.self == Float.self
    let type = isFloat32 ? "Float32" : "Float64"
    if value.isInfinite {
        throw CommandError("\(text) is beyond what \(type) holds, ±\(isFloat32 ? "3.4e38" : "1.8e308")")
    }
    let digits = text.prefix { $0 != "e" && $0 != "E" }
    if value == 0, digits.contains(where: { ("1"..."9").contains($0) }) {
        throw CommandError("\(text) is too small for \(type), below \(isFloat32 ? "1.4e-45" : "4.9e-324")")
    }
}
