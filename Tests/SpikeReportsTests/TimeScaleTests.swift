import Testing

@testable import SpikeReports

struct TimeScaleTests {
    @Test(arguments: [(1e9, "µs"), (1e6, "ms"), (360, "s"), (10, "min"), (0.1, "h")])
    func unitSuitsTheSpan(rate: Double, unit: String) {
        let scale = TimeScale(stepCount: 10_000, rate: rate, window: nil, countName: "step")
        #expect(scale.label == AxisLabel("time", unit: unit))
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
