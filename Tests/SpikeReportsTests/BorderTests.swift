import Testing

@testable import SpikeReports

/// Values at both sides of where axes, ticks, units and texts change.
struct BorderTests {
    @Test func extents() {
        #expect(!Extent(1, 100).suitsLogarithm && Extent(1, 100.5).suitsLogarithm)
        #expect(!Extent(1e-300, 1).suitsLogarithm && Extent(1.005e-300, 1).suitsLogarithm)
        #expect(!Extent().suitsLogarithm && Extent().isEmpty && !Extent(0, 0).isEmpty)
        let wide = Extent(-1.7e308, 1.7e308)
        #expect(wide.lower == -1e300 && wide.upper == 1e300)
        #expect(Extent().drawable == Extent(0, 1) && Extent(0, 0).drawable == Extent(-1, 1))
        #expect(Extent(0, 0.995e-280).drawable == Extent(-1, 1))
        #expect(Extent(0, 1e-280).drawable == Extent(0, 1e-280))
        #expect(Extent(-1.005e-280, 0).drawable == Extent(-1.005e-280, 0))
        #expect(Extent(5, 5).drawable == Extent(4.75, 5.25) && Extent(-5, -5).drawable == Extent(-5.25, -4.75))
        #expect(Extent(100, 100 + 1.005e-10).drawable == Extent(100, 100 + 1.005e-10))
        #expect(Extent(100, 100 + 0.99e-10).drawable.lower < 95.1)
        #expect(Extent(0, 10).padded(by: 0.1) == Extent(-1, 11))
        let padded = Extent(1, 100).paddedLogarithmically(by: 0.5)
        #expect(abs(padded.lower - 0.1) < 1e-12 && abs(padded.upper - 1000) < 1e-9)
    }

    @Test func axes() {
        #expect(!Axis("a", extent: Extent(1e-290, 1), scale: .logarithmic).isLogarithmic)
        #expect(Axis("a", extent: Extent(1.005e-290, 1), scale: .logarithmic).isLogarithmic)
        let axis = Axis("a", extent: Extent(0.01, 100), scale: .logarithmic)
        #expect(abs(axis.fraction(0) + 74.5) < 1e-9 && abs(axis.fraction(100) - 1) < 1e-12)
        #expect(axis.contains(0.01) && axis.contains(100) && !axis.contains(0.0099) && !axis.contains(101))
        #expect(Axis("a", extent: Extent(2, 4)).lower == 2 && Axis("a", extent: Extent(2, 4)).upper == 4)
        #expect(Axis("a", extent: Extent(0, 60 / 7.0 + 0.001)).ticks.count == 5)
    }

    private func count(_ upper: Double, _ count: Int) -> Int {
        TickPlacement.linear(Extent(0, upper), count: count).ticks.count
    }

    @Test func linearTicks() {
        // The step is at least 0.7 of the range over the count, and the count at least 4.
        #expect(count(10, 7) == 11 && count(10.01, 7) == 6)
        #expect(count(40 / 7.0, 1) == 6 && count(5.72, 1) == 3)
        func power(_ lower: Double, _ upper: Double) -> Int {
            TickPlacement.linear(Extent(lower, upper), count: 5).power
        }
        #expect(power(0, 999_999) == 0 && power(0, 1e6) == 6 && power(0, 1e-3) == 0 && power(0, 9.9e-4) == -6)
        #expect(power(-2e9, 1) == 9 && power(0, 1e9) == 9 && power(0, 9e8) == 6)
        // Less than a thousandth of the distance from 0 is far from it.
        #expect(power(2e6, 2_001_999) == 0 && power(2e6, 2_002_010) == 6)
        #expect(power(9.9e11, 9.9e11 + 1e8) == 0 && power(1.0001e12, 1.0001e12 + 1e8) == 12)
        #expect(power(5e-4, 5e-4 + 1e-8) == -6 && power(5e-3, 5e-3 + 1e-8) == 0)
        let whole = TickPlacement.linear(Extent(0, 2), count: 8, countsWhole: true).ticks.map(\.value)
        #expect(whole == [0, 1, 2] && count(2, 8) == 11)
    }

    @Test func logarithmicTicks() {
        func placed(_ lower: Double, _ upper: Double, _ count: Int) -> TickPlacement {
            TickPlacement.logarithmic(Extent(lower, upper), count: count)
        }
        // 1, 2 and 5 of each decade up to two and a half decades.
        #expect(placed(1, 316.2, 6).ticks.map(\.value) == [1, 2, 5, 10, 20, 50, 100, 200])
        #expect(placed(1, 331, 6).ticks.map(\.value) == [1, 10, 100])
        #expect(placed(1, 1e6, 1).ticks.map(\.value) == [1, 1e3, 1e6])
        #expect(placed(1, 1e6, 6).ticks.count == 7 && placed(1, 1e6, 5).ticks.count == 4)
        #expect(placed(1e-4, 1e5, 9).ticks.first?.text == "0.0001")
        #expect(placed(1e-5, 1e4, 9).ticks.first?.text == "10⁻⁵" && placed(1, 1e6, 9).ticks.first?.text == "10⁰")
        #expect(placed(1, 1000, 6).minorTicks.count == 24 && placed(1, 1000, 6).minorTicks.max() == 900)
        #expect(!placed(1, 31_600, 6).minorTicks.isEmpty && placed(1, 33_000, 6).minorTicks.isEmpty)
        #expect(placed(2, 9.9, 6).ticks.map(\.text) == ["2", "3", "4", "5", "6", "7", "8", "9"])
    }

    @Test func timeUnits() {
        func label(_ steps: Int, _ rate: Double, _ start: Double = 0) -> AxisLabel {
            TimeScale(stepCount: steps, rate: rate, start: start, window: nil, countName: "step").label
        }
        let units: [(Int, Double, String)] = [
            (1, 1e6, "ns"), (2, 1e6, "µs"), (2, 1000, "ms"), (9, 10, "ms"), (10, 10, "s"), (599, 1, "s"),
        ]
        for (steps, rate, unit) in units { #expect(label(steps, rate).unit == unit, "\(steps) at \(rate)") }
        #expect(label(600, 1).unit == "min" && label(35_999, 1).unit == "min" && label(36_000, 1).unit == "h")
        // A start of ten times the span is not late.
        #expect(label(50, 100, 5).unit == "ms" && label(50, 100, 5.01).unit == "s" && label(50, 100, -5.01).unit == "s")
        #expect(label(1000, 1, 1e6).name == "time" && label(999, 1, 1e6).name != "time")
        #expect(label(10, 1, 999_999).name == "time" && label(10, 1, -1_000_001).name != "time")
        #expect(label(10, 1, 0.99e15).name != "time" && label(10, 1, 1e15).name == "time")
        #expect(label(100, 100, 1_000_007).name == "time after 1\u{2009}000\u{2009}000 s")
        #expect(label(1, 100, 1_000_007).name == "time after 1\u{2009}000\u{2009}007 s")
        let one = TimeScale(stepCount: 0, rate: 10, window: nil, countName: "step")
        #expect(one.label.unit == "ms" && one.extent == Extent(0, 100))
    }

    @Test func numbers() {
        #expect(readable(1e-4) == "0.0001" && readable(0.99e-4) == "9.9×10⁻⁵")
        #expect(
            readable(1e7) == "10⁷" && readable(1.005e7) == "1.005×10⁷"
                && readable(-9_990_000) == "−9\u{2009}990\u{2009}000")
        #expect(readable(1.23456) == "1.235" && readable(1e-290) == "0" && readable(1.005e-290) == "1.005×10⁻²⁹⁰")
        #expect(readable(9999) == "9999" && readable(99_990) == "99\u{2009}990")
    }

    @Test func grids() {
        let area = Rectangle(x: 0, y: 0, width: 600, height: 1000)
        let (sparse, dense) = (
            SpikeGridDrawing.limits(unitCount: 240, area: area), SpikeGridDrawing.limits(unitCount: 241, area: area)
        )
        #expect(sparse.rows == 500 && sparse.columns == 600 && dense.rows == 500 && dense.columns == 300)
        let none = SpikeGridDrawing.limits(unitCount: 1, area: Rectangle(x: 0, y: 0, width: 0, height: 1))
        #expect(none.rows == 1 && none.columns == 1)
    }

    /// The estimated widths, in units of the font's size.
    @Test func widths() {
        let classes: [(String, Double)] = [
            ("ijlI.,:;'|! ", 0.34), ("frt()[]-/", 0.42), ("mwMW@%", 0.95), ("AZBQ", 0.72), ("09\u{2212}+=<>", 0.62),
            ("\u{2009}", 0.22), ("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", 0.42), ("\u{300}\u{36F}", 0),
            ("\u{1100}\u{115F}\u{2E80}\u{A4CF}\u{AC00}\u{D7A3}\u{FF00}\u{FF60}\u{1F000}", 1.1), ("aäµ…", 0.6),
        ]
        for (texts, width) in classes {
            for scalar in texts.unicodeScalars {
                #expect(abs(TextMetrics.width(String(scalar), size: 100) - 100 * width) < 1e-9, "\(scalar)")
            }
        }
        #expect(abs(TextMetrics.width("aaaaa") - 36) < 1e-9 && abs(TextMetrics.width("a", size: 10) - 6) < 1e-9)
        #expect(TextMetrics.labelSize == 12 && TextMetrics.titleSize == 17)
    }

    @Test func textsAreCutWhereTheyMust() {
        let width = TextMetrics.width("aaaa")
        #expect(TextMetrics.fitted("aaaa", to: width) == "aaaa" && TextMetrics.fitted("aaaa", to: 28.7) == "aa…")
        #expect(TextMetrics.fitted("aaaa", to: 21) == "a…" && TextMetrics.fitted("aaaa", to: 1) == "…")
        #expect(TextMetrics.fitted("a bcd", to: 20) == "a…")
        func wrapped(_ text: String, _ limit: Int) -> [String] {
            TextMetrics.wrapped(text, to: TextMetrics.width("aa bb"), size: 12, lineLimit: limit)
        }
        #expect(wrapped("aa bb cc", 2) == ["aa bb", "cc"] && wrapped("aa  bb", 2) == ["aa bb"])
        #expect(
            wrapped("aa bbb cc dd", 2) == ["aa", "bbb…"] && wrapped("aa bb", 1) == ["aa bb"] && wrapped("", 2) == [])
    }

    @Test func labelsHaveUnitsAndPowers() {
        #expect(AxisLabel("a", unit: "V").text() == "a / V" && AxisLabel("a").text(power: 3) == "a / 10³")
        #expect(Theme.up.light == Theme.series[0].light && Theme.down.light == Theme.series[1].light)
        #expect(Theme.reconstruction.light == Theme.series[2].light)
        #expect(Theme.up.lightComponents == [0, 0x72, 0xB2])
    }
}
