import Foundation
import Testing

@testable import SpikeReports

struct TickPlacementTests {
    @Test func linearTicksAreRoundAndInside() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("TickPlacementTests.linearTicksAreRoundAndInside: seed \(seed)")
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            let size = pow(10, Double.random(in: -25...25, using: &random))
            let centre = Double.random(in: -20...20, using: &random) * size
            let extent = Extent(centre - size, centre + size * Double.random(in: 0.1...3, using: &random))
            let count = Int.random(in: 4...10, using: &random)
            let placed = TickPlacement.linear(extent, count: count)
            let values = placed.ticks.map(\.value)
            #expect(2...count * 3 / 2 + 1 ~= values.count, "seed \(seed): \(extent) \(count) → \(values)")
            #expect(values.allSatisfy { $0 >= extent.lower && $0 <= extent.upper }, "seed \(seed): \(extent)")
            let gaps = zip(values, values.dropFirst()).map { $1 - $0 }
            for gap in gaps where values.count > 2 {
                let digits = gap / pow(10, log10(gap * 1.0001).rounded(.down))
                #expect([1.0, 2, 5].contains { abs(digits - $0) < 1e-3 }, "seed \(seed): \(extent) gap \(gap)")
            }
            #expect(Set(placed.ticks.map(\.text)).count == values.count, "seed \(seed): texts must differ")
            #expect(placed.ticks.allSatisfy { $0.text.count <= 12 }, "seed \(seed): \(placed.ticks.map(\.text))")
        }
    }

    @Test func logarithmicTicksAreRoundAndInside() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("TickPlacementTests.logarithmicTicksAreRoundAndInside: seed \(seed)")
        var random = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            let lower = pow(10, Double.random(in: -25...25, using: &random))
            let extent = Extent(lower, lower * pow(10, Double.random(in: 1.2...30, using: &random)))
            let count = Int.random(in: 4...9, using: &random)
            let placed = TickPlacement.logarithmic(extent, count: count)
            let values = placed.ticks.map(\.value)
            #expect(values.count >= 2 && values.count <= 9, "seed \(seed): \(extent) \(count) → \(values)")
            for value in values + placed.minorTicks {
                #expect(value >= extent.lower && value <= extent.upper, "seed \(seed): \(value) outside \(extent)")
            }
            for value in values {
                let digits = value / pow(10, log10(value * 1.0001).rounded(.down))
                #expect([1.0, 2, 5].contains { abs(digits - $0) < 1e-3 }, "seed \(seed): \(value)")
            }
        }
    }

    @Test func textsAreFreeOfNoise() {
        #expect(
            TickPlacement.linear(Extent(0, 0.6), count: 7).ticks.map(\.text) == [
                "0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6",
            ])
        #expect(
            TickPlacement.linear(Extent(-1, 1), count: 4).ticks.map(\.text) == [
                "\u{2212}1.0", "\u{2212}0.5", "0", "0.5", "1.0",
            ])
        #expect(
            TickPlacement.logarithmic(Extent(0.01, 100), count: 6).ticks.map(\.text) == [
                "0.01", "0.1", "1", "10", "100",
            ])
        #expect(
            TickPlacement.logarithmic(Extent(1e-8, 1e-5), count: 6).ticks.map(\.text) == [
                "10⁻⁸", "10⁻⁷", "10⁻⁶", "10⁻⁵",
            ])
    }

    /// A power of ten would leave all the digits, and hide where the point is.
    @Test func farFromZeroNumbersAreWrittenOut() {
        let far = TickPlacement.linear(Extent(0x1p30 - 20, 0x1p30 + 20), count: 4)
        #expect(far.power == 0)
        #expect(
            far.ticks.map(\.text) == [
                "1\u{2009}073\u{2009}741\u{2009}810", "1\u{2009}073\u{2009}741\u{2009}820",
                "1\u{2009}073\u{2009}741\u{2009}830", "1\u{2009}073\u{2009}741\u{2009}840",
            ])
        #expect(TickPlacement.linear(Extent(1e9, 2e9), count: 4).power == 9)
        let fine = Axis("a", extent: Extent(1e9, 1e9 + 0.5), padding: 0.05)
        #expect(fine.upper - fine.lower < 0.6 && Set(fine.ticks.map(\.text)).count == fine.ticks.count)
    }

    @Test func wholeNumbersOnly() {
        #expect(TickPlacement.linear(Extent(0.5, 2.5), count: 8, countsWhole: true).ticks.map(\.text) == ["1", "2"])
    }
}
