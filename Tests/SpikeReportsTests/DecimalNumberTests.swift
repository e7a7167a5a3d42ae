import Testing

@testable import SpikeReports

struct DecimalNumberTests {
    @Test(arguments: [
        (0.1, "0.1"), (0.30000000000000004, "0.3"), (-12.5, "\u{2212}12.5"), (1234.56789, "1235"),
        (123456, "123\u{2009}500"), (12000, "12\u{2009}000"), (0.000123456, "0.0001235"), (1e-5, "10⁻⁵"),
        (2.5e-7, "2.5×10⁻⁷"), (-3e20, "\u{2212}3×10²⁰"), (9.9999e6, "10\u{2009}000\u{2009}000"), (0, "0"),
        (Double.nan, "not finite"), (-Double.infinity, "not finite"), (1.7e308, "1.7×10³⁰⁸"),
        (Double.leastNonzeroMagnitude, "0"),
        (0.99999, "1"),
    ])
    func readsWell(value: Double, text: String) {
        #expect(readable(value) == text)
    }

    @Test func keepsAsManyDigitsAsAsked() {
        #expect(readable(3.14159, digits: 1) == "3")
        #expect(readable(3.14159, digits: 6) == "3.14159")
    }
}
