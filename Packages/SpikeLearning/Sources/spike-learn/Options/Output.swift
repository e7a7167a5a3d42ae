import Foundation

/// A whole number with commas, such as `12,345`.
func grouped(_ number: Int) -> String {
    var digits = String(number)
    var place = digits.count - 3
    while place > (number < 0 ? 1 : 0) {
        digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
        place -= 3
    }
    return digits
}

/// A number rounded to a whole one, with commas; in scientific notation from 10¹⁵ on.
func grouped(_ number: Double) -> String {
    abs(number) < 1e15 ? grouped(Int(number.rounded())) : String(format: "%.3g", number)
}

/// A number with a fixed number of digits after the point, and the minus sign U+2212, as in reports.
func decimal(_ number: Double, _ digits: Int) -> String {
    String(format: "%.\(digits)f", number).replacing("-", with: "\u{2212}")
}

/// A difference like `decimal`, with its sign unless it rounds to 0.
func signed(_ number: Double, _ digits: Int) -> String {
    let text = decimal(abs(number), digits)
    guard text.contains(where: { "1"..."9" ~= $0 }) else { return text }
    return (number < 0 ? "\u{2212}" : "+") + text
}
