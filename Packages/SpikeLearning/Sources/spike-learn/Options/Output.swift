import Foundation

/// As JSON for people and programs: the same for the same value.
func readableJSON(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}

/// `12,345`
func grouped(_ number: Int) -> String {
    var digits = String(number)
    var place = digits.count - 3
    while place > (number < 0 ? 1 : 0) {
        digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
        place -= 3
    }
    return digits
}

/// As `grouped`, of a number that is rounded; in powers of ten where it is very large.
func grouped(_ number: Double) -> String {
    abs(number) < 1e15 ? grouped(Int(number.rounded())) : String(format: "%.3g", number)
}

/// With so many digits after the point.
func decimal(_ number: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", number) }
