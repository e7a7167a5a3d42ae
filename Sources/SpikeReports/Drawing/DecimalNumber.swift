import Foundation

/// A decimal number `coefficient · 10^exponent`, whose text shows no rounding errors of binary numbers.
struct DecimalNumber: Sendable, Hashable {
    var coefficient: Int
    var exponent: Int

    init(coefficient: Int, exponent: Int) {
        self.coefficient = coefficient
        self.exponent = exponent
    }

    /// The number nearest to `value` with `digits` digits, at most 15; `nil` for NaN and infinity.
    init?(_ value: Double, digits: Int) {
        guard value.isFinite else { return nil }
        guard value.magnitude > 1e-290 else {
            self.init(coefficient: 0, exponent: 0)
            return
        }
        let lastPlace = Int(log10(value.magnitude).rounded(.down)) - digits + 1
        // Two powers, because 10^-lastPlace alone may be beyond Double.
        let half = lastPlace / 2
        let scaled = value / pow(10, Double(half)) / pow(10, Double(lastPlace - half))
        self.init(coefficient: Int(scaled.rounded()), exponent: lastPlace)
    }

    /// The same number without zeros at the end of the coefficient.
    var reduced: DecimalNumber {
        var number = self
        if coefficient == 0 { return DecimalNumber(coefficient: 0, exponent: 0) }
        while number.coefficient % 10 == 0 {
            number.coefficient /= 10
            number.exponent += 1
        }
        return number
    }

    /// The number in plain notation, such as `−12 500` or `0.05`, with a true minus sign. Numbers of at least five
    /// whole digits have thin spaces between groups of three.
    var plainText: String {
        let digits = String(coefficient.magnitude)
        let whole: String
        var fraction = ""
        if exponent >= 0 {
            whole = coefficient == 0 ? "0" : digits + String(repeating: "0", count: exponent)
        } else {
            let padded = String(repeating: "0", count: max(0, 1 - exponent - digits.count)) + digits
            whole = String(padded.dropLast(-exponent))
            fraction = "." + padded.suffix(-exponent)
        }
        return (coefficient < 0 ? "\u{2212}" : "") + Self.grouped(whole) + fraction
    }

    /// The number in scientific notation, such as `2×10⁻⁶`, or `10³` for a coefficient of 1.
    var scientificText: String {
        let number = reduced
        let digits = String(number.coefficient.magnitude)
        let power = number.exponent + digits.count - 1
        let sign = number.coefficient < 0 ? "\u{2212}" : ""
        if digits == "1" { return sign + Self.powerOfTen(power) }
        let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
        return sign + String(digits.prefix(1)) + fraction + "×" + Self.powerOfTen(power)
    }

    static func powerOfTen(_ power: Int) -> String {
        let superscripts = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
        return "10" + (power < 0 ? "⁻" : "")
            + String(String(power.magnitude).map { superscripts[$0.wholeNumberValue ?? 0] })
    }

    private static func grouped(_ digits: String) -> String {
        guard digits.count >= 5 else { return digits }
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index) % 3 == 0 { text.append("\u{2009}") }
            text.append(digit)
        }
        return text
    }
}

/// Writes a number for people to read, as in captions and tables.
///
/// - Parameters:
///   - value: The number.
///   - digits: The number of significant digits to round to. Traps unless it is in 1…15.
/// - Returns: Plain notation for 0 and for magnitudes from 10⁻⁴ to below 10⁷, scientific notation such as `2×10⁻⁶` for
///   others, and `not finite` for NaN and infinity.
public func readable(_ value: Double, digits: Int = 4) -> String {
    precondition(1...15 ~= digits, "readable: digits must be in 1...15, got \(digits)")
    guard let number = DecimalNumber(value, digits: digits)?.reduced else { return "not finite" }
    let isPlain = number.coefficient == 0 || (1e-4..<1e7).contains(value.magnitude)
    return isPlain ? number.plainText : number.scientificText
}
