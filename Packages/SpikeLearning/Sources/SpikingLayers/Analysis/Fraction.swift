import BigInt

/// An exact fraction of whole numbers of any size, in lowest terms.
public struct Fraction: Sendable, Hashable, Comparable, LosslessStringConvertible {
    public let numerator: BigInt

    /// Above 0.
    public let denominator: BigInt

    /// Traps if the denominator is 0.
    public init(_ numerator: BigInt, over denominator: BigInt = 1) {
        precondition(denominator != 0, "Fraction: the denominator must not be 0")
        let divisor = numerator.greatestCommonDivisor(with: denominator) * denominator.signum()
        self.numerator = numerator / divisor
        self.denominator = denominator / divisor
    }

    /// From `2`, `-1/3` or `0.25`, taken as the decimal fraction that it is; nil for another text.
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

    /// `8/15`, or `2` where the denominator is 1.
    public var description: String { denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)" }

    /// The nearest Double; infinity where it is too large.
    public var decimal: Double {
        guard numerator != 0 else { return 0 }
        // A quotient of 60 or 61 bits. What is cut off counts as half a unit, so that no tie is seen where none is.
        let shift = 60 + denominator.bitWidth - numerator.bitWidth
        let dividend = shift > 0 ? numerator.magnitude << shift : numerator.magnitude
        let divisor = shift < 0 ? denominator.magnitude << -shift : denominator.magnitude
        let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
        let significand = Double(UInt64(quotient) << 1 + (remainder == 0 ? 0 : 1))
        return Double(sign: numerator < 0 ? .minus : .plus, exponent: -shift - 1, significand: significand)
    }

    public static func < (a: Fraction, b: Fraction) -> Bool {
        a.numerator * b.denominator < b.numerator * a.denominator
    }

    public static func + (a: Fraction, b: Fraction) -> Fraction {
        Fraction(a.numerator * b.denominator + b.numerator * a.denominator, over: a.denominator * b.denominator)
    }

    public static func - (a: Fraction, b: Fraction) -> Fraction {
        Fraction(a.numerator * b.denominator - b.numerator * a.denominator, over: a.denominator * b.denominator)
    }

    public static func * (a: Fraction, b: Fraction) -> Fraction {
        Fraction(a.numerator * b.numerator, over: a.denominator * b.denominator)
    }

    /// Traps if `b` is 0.
    public static func / (a: Fraction, b: Fraction) -> Fraction {
        Fraction(a.numerator * b.denominator, over: a.denominator * b.numerator)
    }
}

extension Fraction: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int) { self.init(BigInt(value)) }
}
