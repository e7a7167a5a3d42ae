import BigInt

/// An exact fraction of whole numbers of any size, in lowest terms.
public struct Fraction: Sendable, Hashable, Comparable, LosslessStringConvertible {
    /// The numerator, which has the sign of the fraction.
    public let numerator: BigInt

    /// The denominator, which is above 0.
    public let denominator: BigInt

    /// Creates a fraction and reduces it to lowest terms.
    ///
    /// - Parameters:
    ///   - numerator: Any whole number.
    ///   - denominator: Any whole number but 0, for which this traps.
    public init(_ numerator: BigInt, over denominator: BigInt = 1) {
        precondition(denominator != 0, "Fraction: the denominator must not be 0")
        let divisor = numerator.greatestCommonDivisor(with: denominator) * denominator.signum()
        self.numerator = numerator / divisor
        self.denominator = denominator / divisor
    }

    /// Creates a fraction from text such as `2`, `-1/3` or `0.25`, where a decimal fraction is taken exactly. Returns
    /// nil for text of another form, or if the denominator is not above 0.
    public init?(_ description: String) {
        let parts = description.split(separator: "/", omittingEmptySubsequences: false)
        switch parts.count {
        case 1:
            let halves = parts[0].split(separator: ".", omittingEmptySubsequences: false)
            guard halves.count <= 2 else { return nil }
            let digits = halves.count == 2 ? String(halves[1]) : ""
            guard halves.count == 1 || !digits.isEmpty, digits.allSatisfy({ "0"..."9" ~= $0 }),
                let value = Self.wholeNumber(String(halves[0]) + digits)
            else { return nil }
            self.init(value, over: BigInt(10).power(digits.count))
        case 2:
            guard let numerator = Self.wholeNumber(String(parts[0])),
                let denominator = Self.wholeNumber(String(parts[1])), denominator > 0
            else { return nil }
            self.init(numerator, over: denominator)
        default: return nil
        }
    }

    private static func wholeNumber(_ text: String) -> BigInt? {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        guard !digits.isEmpty, digits.allSatisfy({ "0"..."9" ~= $0 }) else { return nil }
        return BigInt(text)
    }

    /// The fraction as text, such as `8/15`, or `2` if the denominator is 1.
    public var description: String { denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)" }

    /// The nearest `Double` to the fraction; infinity if the fraction is too large.
    public var decimal: Double {
        guard numerator != 0 else { return 0 }
        // The quotient has 60 or 61 bits. A remainder counts as half a unit, so that rounding sees a tie only if there
        // is one.
        let shift = 60 + denominator.bitWidth - numerator.bitWidth
        let dividend = shift > 0 ? numerator.magnitude << shift : numerator.magnitude
        let divisor = shift < 0 ? denominator.magnitude << -shift : denominator.magnitude
        let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
        let significand = Double(UInt64(quotient) << 1 + (remainder == 0 ? 0 : 1))
        return Double(sign: numerator < 0 ? .minus : .plus, exponent: -shift - 1, significand: significand)
    }

    /// Returns whether a fraction is less than another one, compared exactly.
    public static func < (a: Fraction, b: Fraction) -> Bool {
        a.numerator * b.denominator < b.numerator * a.denominator
    }

    /// Returns the exact sum of two fractions.
    public static func + (a: Fraction, b: Fraction) -> Fraction {
        Fraction(a.numerator * b.denominator + b.numerator * a.denominator, over: a.denominator * b.denominator)
    }

    /// Returns the exact difference of two fractions.
    public static func - (a: Fraction, b: Fraction) -> Fraction {
        Fraction(a.numerator * b.denominator - b.numerator * a.denominator, over: a.denominator * b.denominator)
    }

    /// Returns the exact product of two fractions.
    public static func * (a: Fraction, b: Fraction) -> Fraction {
        Fraction(a.numerator * b.numerator, over: a.denominator * b.denominator)
    }

    /// Returns the exact quotient of two fractions; traps if `b` is 0.
    public static func / (a: Fraction, b: Fraction) -> Fraction {
        Fraction(a.numerator * b.denominator, over: a.denominator * b.numerator)
    }
}

extension Fraction: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int) { self.init(BigInt(value)) }
}
