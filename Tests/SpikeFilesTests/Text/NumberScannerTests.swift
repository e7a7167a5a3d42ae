import Testing

@testable import SpikeFiles

@Suite struct NumberScannerTests {
    private struct Found {
        let value: Double?
        let decimals, used: Int
        let mark: UInt8
    }

    private func scan(_ text: String, mark: UInt8 = 0) -> Found {
        var scanner = NumberScanner(decimalMark: mark)
        return Array((text + "\n").utf8).withUnsafeBufferPointer { bytes in
            var position = bytes.baseAddress!
            let value = scanner.scan(&position)
            return Found(
                value: value, decimals: scanner.decimals, used: position - bytes.baseAddress!, mark: scanner.decimalMark
            )
        }
    }

    /// The nearest number in double precision, as the standard library finds it.
    @Test(arguments: [
        "0", "-0", "+5", "9", "1.5", "-12.75", "1e3", "1E+3", "25e-3", "1.5e2", ".5", "5.", "-.5", "0.1", "0.3",
        "9007199254740991", "9007199254740992", "9007199254740993", "9007199254740995", "1e22", "1e23", "3e22", "3e23",
        "1e-22", "1e-23", "7e-22", "7e-23", "0.1e-21", "0.1e-22", "9007199254740991e22", "9007199254740993e22",
        "1234567890123456789", "12345678901234567890", "123456789012345678901", "0.12345678901234567890123",
        "18446744073709551617", "184467440737095516170", "1e308", "1e309", "-1e400", "1e-320", "1e-400", "5e-324",
        "0.000000000000000000000001", "1e99999", "1e999999999999999999999", "1e-999999999999999999999", "4.35", "0e5",
        "1.7976931348623157e308", "2.2250738585072011e-308", "8.5e-22", "8.5e22", "1.00000000000000011102230246251565",
    ])
    func valuesAreRoundedCorrectly(_ text: String) {
        let found = scan(text)
        #expect(found.value?.bitPattern == Double(text)?.bitPattern && found.value != nil, "\(text)")
        #expect(found.used == text.utf8.count, "\(text)")
    }

    @Test(
        arguments: [
            ("100", 0), ("1.25", 2), ("1.25e1", 1), ("5e-3", 3), ("5.", 0), (".125", 3), ("2e5", -5), ("-1.0", 1),
            ("1.5e+2", -1), ("1.50E-2", 4),
        ])
    func decimalsAreCounted(_ text: String, _ decimals: Int) { #expect(scan(text).decimals == decimals) }

    @Test(arguments: [
        "", "-", "+", ".", "-.", ",5", "5,", ",", "1e", "1e+", "1e-", "e5", "x", "--1", "+-1", "in", "na", "-x", " 1",
    ])
    func whatIsNoNumber(_ text: String) { #expect(scan(text).value == nil) }

    /// A minus sign U+2212 is that of ASCII, before numbers and exponents.
    @Test(arguments: [
        "−1.5", "−.5", "-1e−3", "−12345678901234567890.5e−300", "1234567890123456789012e−5", "−0", "−inf", "7e−22",
    ])
    func typographicMinus(_ text: String) {
        let (found, plain) = (scan(text), scan(text.replacing("−", with: "-")))
        #expect(found.value?.bitPattern == plain.value?.bitPattern && found.value != nil, "\(text)")
        #expect(found.decimals == plain.decimals && found.used == text.utf8.count, "\(text)")
        for text in ["−", "−−1", "−-1", "-−1", "+−1", "1e-−5", "1e−−5", "1e−", "–1", "\u{2213}1"] {
            #expect(scan(text).value == nil, "\(text)")
        }
    }

    @Test func numbersEndWhereTheyDo() {
        for (text, used) in [
            ("12x", 2), ("1.5.5", 3), ("1;2", 1), ("1.5,7", 3), ("2e3e4", 3), ("1e5.5", 3), ("7:8", 1), ("12/", 2),
            ("inf5", 3), ("infinit", 3), ("infinity", 8), ("-nano", 4), ("+INFinity ", 9),
        ] {
            #expect(scan(text).used == used && scan(text).value != nil, "\(text)")
        }
        #expect(scan("-inf").value == -.infinity && scan("Infinity").value == .infinity)
        #expect(scan("NaN").value?.isNaN == true && scan("-nan").value?.isNaN == true)
    }

    /// The first mark of a fraction is that of all, and a number ends at the other one.
    @Test func theDecimalMark() {
        let (point, comma) = (UInt8(ascii: "."), UInt8(ascii: ","))
        for (text, mark, value, used, after) in [
            ("1.5", 0, 1.5, 3, point), ("1,5", 0, 1.5, 3, comma), ("1", 0, 1, 1, 0), ("1.5", comma, 1, 1, comma),
            ("1,5", point, 1, 1, point), ("1,25", comma, 1.25, 4, comma), ("-0,5e1", comma, -5, 6, comma),
            ("0,12345678901234567890123", comma, 0.12345678901234567890123, 25, comma),
        ] as [(String, UInt8, Double, Int, UInt8)] {
            let found = scan(text, mark: mark)
            #expect(found.value == value && found.used == used && found.mark == after, "\(text), \(mark)")
        }
    }
}
