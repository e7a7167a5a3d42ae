import SpikeEncoding

/// Steps as time: in whichever of ns…h suits the part that is shown, or as plain counts where the rate is unknown.
struct TimeScale: Sendable {
    let label: AxisLabel
    /// What one step adds along the axis.
    let valuePerStep: Double
    /// Of step 0.
    private let startValue: Double
    /// The axis counts steps instead of time.
    let isCount: Bool
    /// The steps that are shown.
    let steps: Range<Int>

    /// - Parameters:
    ///   - rate: Steps a second.
    ///   - start: When step 0 happens, in seconds; without meaning where the rate is unknown.
    ///   - window: In seconds on the recording's own clock, or in steps where the rate is unknown; nil shows all.
    ///   - countName: What the axis counts where the rate is unknown.
    init(stepCount: Int, rate: Double?, start: Double = 0, window: ClosedRange<Double>?, countName: String) {
        let known = rate.flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
        isCount = known == nil
        let times = StepTimes(start: known == nil ? 0 : start, rate: known ?? 1)
        steps = Self.steps(of: window, times, stepCount: stepCount)
        guard let known else {
            label = AxisLabel(countName)
            valuePerStep = 1
            startValue = 0
            return
        }
        let span = Double(max(1, steps.count)) / known
        // A late start has many digits in a small unit, and odd ones in a large.
        let (unit, seconds) = abs(start) > 10 * span ? ("s", 1) : Self.unit(forSpan: span)
        label = AxisLabel("time", unit: unit)
        valuePerStep = 1 / (known * seconds)
        startValue = start / seconds
    }

    /// Where a step is along the axis.
    @inline(__always)
    func value(_ step: Int) -> Double { startValue + Double(step) * valuePerStep }

    /// From the beginning of the first step to the end of the last.
    var extent: Extent {
        Extent(value(steps.lowerBound), value(max(steps.upperBound, steps.lowerBound + 1)))
    }

    var axis: Axis { Axis(label, extent: extent, countsWhole: isCount) }

    private static func steps(of window: ClosedRange<Double>?, _ times: StepTimes, stepCount: Int) -> Range<Int> {
        guard let window else { return 0..<stepCount }
        func step(_ time: Double, _ rule: FloatingPointRoundingRule) -> Int {
            let position = times.step(atTime: time)
            guard !position.isNaN else { return 0 }
            // The difference of two late times is a rounding beside a whole step.
            let isWhole = abs(position - position.rounded()) < 1e-6
            return Int(min(max(isWhole ? position.rounded() : position, 0), Double(stepCount)).rounded(rule))
        }
        let lower = step(window.lowerBound, .down)
        return lower..<max(lower, step(window.upperBound, .up))
    }

    private static func unit(forSpan seconds: Double) -> (name: String, seconds: Double) {
        switch seconds {
        case ..<2e-6: ("ns", 1e-9)
        case ..<2e-3: ("µs", 1e-6)
        case ..<1: ("ms", 1e-3)
        case ..<600: ("s", 1)
        case ..<36_000: ("min", 60)
        default: ("h", 3600)
        }
    }
}
