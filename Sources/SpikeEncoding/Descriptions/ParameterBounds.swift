/// The numbers that a parameter may have.
public struct ParameterBounds: Sendable, Hashable {
    /// One end of the bounds.
    public struct Limit: Sendable, Hashable, Codable {
        /// The number at this end.
        public let value: Double
        /// Whether the limit itself is allowed.
        public let isIncluded: Bool
    }

    /// The lower limit; `nil` for none.
    public let lower: Limit?
    /// The upper limit; `nil` for none.
    public let upper: Limit?

    /// Every finite number.
    public static let finite = ParameterBounds(lower: nil, upper: nil)

    /// Finite numbers above `lower`.
    ///
    /// - Parameter lower: The lower limit, which is not allowed itself.
    public static func above(_ lower: Double) -> ParameterBounds {
        ParameterBounds(lower: Limit(value: lower, isIncluded: false), upper: nil)
    }

    /// Finite numbers from `lower` on.
    ///
    /// - Parameter lower: The lower limit, which is allowed itself.
    public static func atLeast(_ lower: Double) -> ParameterBounds {
        ParameterBounds(lower: Limit(value: lower, isIncluded: true), upper: nil)
    }

    /// Numbers above `lower` and below `upper`.
    ///
    /// - Parameters:
    ///   - lower: The lower limit, which is not allowed itself.
    ///   - upper: The upper limit, which is not allowed itself.
    public static func between(_ lower: Double, _ upper: Double) -> ParameterBounds {
        ParameterBounds(
            lower: Limit(value: lower, isIncluded: false), upper: Limit(value: upper, isIncluded: false))
    }

    /// Numbers above `lower`, up to `upper`.
    ///
    /// - Parameters:
    ///   - lower: The lower limit, which is not allowed itself.
    ///   - upper: The upper limit, which is allowed itself.
    public static func above(_ lower: Double, upTo upper: Double) -> ParameterBounds {
        ParameterBounds(lower: Limit(value: lower, isIncluded: false), upper: Limit(value: upper, isIncluded: true))
    }

    /// Numbers in this range.
    ///
    /// - Parameter range: The range, whose ends are allowed.
    public static func within(_ range: ClosedRange<Double>) -> ParameterBounds {
        ParameterBounds(
            lower: Limit(value: range.lowerBound, isIncluded: true),
            upper: Limit(value: range.upperBound, isIncluded: true))
    }

    /// Whether the number is finite and within the limits.
    ///
    /// - Parameter number: The number to check.
    public func contains(_ number: Double) -> Bool {
        guard number.isFinite else { return false }
        if let lower, lower.isIncluded ? number < lower.value : number <= lower.value { return false }
        if let upper, upper.isIncluded ? number > upper.value : number >= upper.value { return false }
        return true
    }

    /// The condition that a number must meet, such as "finite and > 0" or ">= 1 and <= 65536".
    ///
    /// - Parameter isInteger: Whether the number is a whole number.
    public func requirement(isInteger: Bool) -> String {
        let isBounded = lower != nil && upper != nil
        let parts = [
            isInteger || isBounded ? nil : "finite",
            lower.map { "\($0.isIncluded ? ">=" : ">") \(Self.text($0.value))" },
            upper.map { "\($0.isIncluded ? "<=" : "<") \(Self.text($0.value))" },
        ]
        return parts.compactMap(\.self).joined(separator: " and ")
    }

    /// A number without a decimal point where it is whole.
    static func text(_ number: Double) -> String { Int(exactly: number).map { "\($0)" } ?? "\(number)" }
}
