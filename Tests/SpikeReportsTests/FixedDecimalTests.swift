import Testing

@testable import SpikeReports

struct FixedDecimalTests {
    @Test(arguments: [
        (0, "0"), (0.04, "0"), (-0.04, "0"), (0.05, ".1"), (-0.25, "-.3"), (1, "1"), (12.34, "12.3"), (-12.96, "-13"),
        (1234.5, "1234.5"), (1e9, "1000000"), (-1e300, "-1000000"), (Double.nan, "0"), (.infinity, "1000000"),
    ])
    func writesTenths(value: Double, text: String) {
        #expect(FixedDecimal.text(value) == text)
    }
}
