import Testing

@testable import SpikeReports

struct TimeScaleTests {
    @Test(arguments: [(1e9, "µs"), (1e6, "ms"), (360, "s"), (10, "min"), (0.1, "h")])
    func unitSuitsTheSpan(rate: Double, unit: String) {
        let scale = TimeScale(stepCount: 10_000, rate: rate, window: nil, countName: "step")
        #expect(scale.label == AxisLabel("time", unit: unit))
    }

    @Test(
        arguments: [(1e9, 10.0), (1e6, 10), (500, 20), (10, 1000.0 / 60), (0.1, 100_000.0 / 3600)] as [(Double, Double)]
    )
    func valuesAreInTheUnit(rate: Double, end: Double) {
        let scale = TimeScale(stepCount: 10_000, rate: rate, window: nil, countName: "step")
        #expect(scale.extent.lower == 0 && abs(scale.extent.upper - end) < 1e-9 * end)
        #expect(abs(scale.value(2500) - end / 4) < 1e-9 * end)
        let late = TimeScale(stepCount: 50, rate: 100, start: 0.2, window: nil, countName: "step")
        #expect(abs(late.value(0) - 200) < 1e-9 && abs(late.value(10) - 300) < 1e-9)
    }

    @Test func timesAreTheRecordingsOwn() {
        let scale = TimeScale(stepCount: 540, rate: 360, start: 100, window: 100.5...101, countName: "step")
        #expect(scale.steps == 180..<360 && scale.label == AxisLabel("time", unit: "s"))
        #expect(scale.extent == Extent(100.5, 101))
        // Half a second, but not in milliseconds that need six digits.
        let short = TimeScale(stepCount: 50, rate: 100, start: 100, window: nil, countName: "step")
        #expect(short.label.unit == "s" && short.extent == Extent(100, 100.5))
        let late = TimeScale(stepCount: 10_000, rate: 10, start: 1.7e9, window: nil, countName: "step")
        // Times since 1970 count from a round one, written with thin spaces.
        let thousands = "1\u{2009}700\u{2009}000\u{2009}000"
        #expect(late.label == AxisLabel("time after \(thousands) s", unit: "s") && late.extent == Extent(0, 1000))
        let part = TimeScale(
            stepCount: 10_000, rate: 10, start: 1.7e9 + 0.25, window: 1_700_000_512...1_700_000_516, countName: "step")
        #expect(part.label.name == "time after 1\u{2009}700\u{2009}000\u{2009}500 s")
        #expect(abs(part.extent.upper - part.extent.lower - 4.1) < 1e-6)
        let before = TimeScale(stepCount: 100, rate: 100, start: -2_000_000, window: nil, countName: "step")
        #expect(before.label.name == "time after −2\u{2009}000\u{2009}000 s" && before.extent == Extent(0, 1))
        // Not where the digits that differ are most of them.
        #expect(TimeScale(stepCount: 10_000, rate: 1, start: 1e6, window: nil, countName: "step").label.name == "time")
        #expect(TimeScale(stepCount: 50, rate: 100, start: 0.2, window: nil, countName: "step").label.unit == "ms")
        // Without a rate, samples are counted from 0.
        #expect(TimeScale(stepCount: 5, rate: nil, start: 7, window: nil, countName: "step").extent == Extent(0, 5))
        // 100.1 − 100 is no whole multiple of 1/360 in binary.
        #expect(
            TimeScale(stepCount: 540, rate: 360, start: 100, window: 100.1...100.2, countName: "step").steps == 36..<72)
    }

    @Test func withoutARateStepsAreCounted() {
        let scale = TimeScale(stepCount: 50, rate: nil, window: 10...19.5, countName: "step")
        #expect(scale.label == "step" && scale.steps == 10..<20 && scale.extent == Extent(10, 20))
    }

    @Test func windowIsClampedToTheRecording() {
        func steps(_ window: ClosedRange<Double>) -> Range<Int> {
            TimeScale(stepCount: 100, rate: 10, window: window, countName: "step").steps
        }
        #expect(steps(2...3) == 20..<30)
        #expect(steps(-5...1) == 0..<10)
        #expect(steps(9...1e300) == 90..<100)
        #expect(steps(50...60).isEmpty)
    }
}
