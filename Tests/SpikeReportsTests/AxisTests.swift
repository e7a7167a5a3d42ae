import Testing

@testable import SpikeReports

struct AxisTests {
    @Test func titleHasUnitAndPower() {
        #expect(Axis(AxisLabel("time", unit: "s"), extent: Extent(0, 10)).title == "time / s")
        #expect(Axis("trial", extent: Extent(0, 10)).title == "trial")
        #expect(Axis(AxisLabel("voltage", unit: "V"), extent: Extent(0, 3e-6)).title == "voltage / 10⁻⁶\u{A0}V")
        #expect(Axis("count", extent: Extent(0, 3e7)).title == "count / 10⁶")
    }

    @Test func automaticIsLogarithmicBeyondTwoDecades() {
        #expect(Axis("a", extent: Extent(1, 101), scale: .automatic).isLogarithmic)
        #expect(!Axis("a", extent: Extent(1, 99), scale: .automatic).isLogarithmic)
        #expect(!Axis("a", extent: Extent(0, 1000), scale: .automatic).isLogarithmic)
        #expect(!Axis("a", extent: Extent(-1, 5), scale: .logarithmic).isLogarithmic)
        #expect(Axis("a", extent: Extent(1, 5), scale: .logarithmic).isLogarithmic)
    }

    @Test func fractionsRunFromNoughtToOne() {
        let linear = Axis("a", extent: Extent(-2, 6))
        #expect(linear.fraction(-2) == 0 && linear.fraction(6) == 1 && linear.fraction(0) == 0.25)
        let logarithmic = Axis("a", extent: Extent(0.01, 100), scale: .logarithmic)
        #expect(abs(logarithmic.fraction(1) - 0.5) < 1e-12)
        #expect(Axis("a", extent: Extent(0, 10), padding: 0.1).lower == -1)
    }

    @Test(arguments: [
        Extent(), Extent(0, 0), Extent(5, 5), Extent(1e20, 1e20), Extent(1e-20, 1e-20), Extent(-1e300, 1e300),
        Extent(Double.leastNonzeroMagnitude, Double.leastNonzeroMagnitude), Extent(1e-20, 1e20), Extent(1, 1 + 1e-14),
        Extent(-1e308, 1e308),
    ])
    func extremeRangesStayFinite(extent: Extent) {
        for scale in [AxisScale.linear, .logarithmic, .automatic] {
            let axis = Axis("a", extent: extent, scale: scale, padding: 0.05)
            #expect(axis.lower < axis.upper)
            #expect(axis.ticks.count >= 2)
            #expect(axis.ticks.allSatisfy { (0...1).contains(axis.fraction($0.value)) })
            if !extent.isEmpty { #expect((0...1).contains(axis.fraction(extent.upper))) }
        }
    }
}
