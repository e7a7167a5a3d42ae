/// Parses an option's text as a whole number, in the notation that files of settings use. Use it as the option's
/// `transform`.
///
/// - Throws: `CommandError` for leading zeros, which could be meant as octal, a plus sign, a point or an exponent, and
///   for numbers that `Value` cannot represent.
public func wholeNumber<Value: FixedWidthInteger>(_ text: String) throws -> Value {
    guard isWholeNumber(text) else {
        throw CommandError("'\(text)' is no whole number in plain digits, without leading zeros, such as 10")
    }
    guard let value = Value(text) else {
        throw CommandError("\(text) is beyond what it can be, \(Value.min) to \(Value.max)")
    }
    return value
}

/// Whether a text is a whole number in plain digits, such as `10` or `-1`, but not `010`, `+1` or `1e1`.
public func isWholeNumber(_ text: some StringProtocol) -> Bool {
    String(text).wholeMatch(of: /-?(0|[1-9][0-9]*)/) != nil
}
