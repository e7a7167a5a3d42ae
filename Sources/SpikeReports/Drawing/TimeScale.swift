import SpikeEncoding

/// Steps as time: in whichever of ns…h suits the part that is shown, or as plain counts where the rate is unknown.
struct TimeScale: Sendable {
    let label: AxisLabel
    /// What one step adds along the axis.
    let valuePerStep: Double
    /// The axis counts steps instead of time.
    let isCount: Bool
    /// The steps that are shown.
    let steps: Range<Int>

    /// - Parameters:
    ///   - rate: Steps a second.
    ///   - window: In seconds, or in steps where the rate is unknown; nil shows all.
    ///   - countName: What the axis counts where the rate is unknown.
    init(stepCount: Int, rate: Double?, window: ClosedRange<Double>?, countName: String) {
        let known = rate.flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
        isCount = known == nil
        steps = Self.steps(of: window, rate: known ?? 1, stepCount: stepCount)
        guard let known else {
            label = AxisLabel(countName)
            valuePerStep = 1
            return
        }
        let (unit, seconds) = Self.unit(forSpan: Double(max(1, steps.count)) / known)
        label = AxisLabel("time", unit: unit)
        valuePerStep = 1 / (known * seconds)
    }

    /// From the beginning of the first step to the end of the last.
    var extent: Extent {
        Extent(
            Double(steps.lowerBound) * valuePerStep, Double(max(steps.upperBound, steps.lowerBound + 1)) * valuePerStep)
    }

    var axis: Axis { Axis(label, extent: extent, countsWhole: isCount) }

    private static func steps(of window: ClosedRange<Double>?, rate: Double, stepCount: Int) -> Range<Int> {
        guard let window else { return 0..<stepCount }
        func step(_ time: Double, _ rule: FloatingPointRoundingRule) -> Int {
            let position = time * rate
            return position.isNaN ? 0 : Int(min(max(position, 0), Double(stepCount)).rounded(rule))
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
