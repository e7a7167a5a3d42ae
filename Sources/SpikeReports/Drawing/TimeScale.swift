import Foundation
import SpikeEncoding

/// The mapping from steps to positions along a time axis. Its unit, from ns to h, suits the part that is shown; without
/// a known step rate, the axis counts steps.
struct TimeScale: Sendable {
    let label: AxisLabel
    /// The length of one step, in the unit of the axis.
    let valuePerStep: Double
    /// The position of step 0, in the unit of the axis.
    private let startValue: Double
    /// Whether the axis counts steps instead of time.
    let isCount: Bool
    /// The steps that are shown.
    let steps: Range<Int>

    /// Creates a scale for a recording, or for a part of it.
    ///
    /// - Parameters:
    ///   - stepCount: The number of steps of the recording.
    ///   - rate: The number of steps per second; `nil` if it is unknown.
    ///   - start: The time of step 0, in seconds; ignored if the rate is unknown.
    ///   - window: The part to show, in seconds on the recording's own clock, or in steps if the rate is unknown; `nil`
    ///     shows all of it.
    ///   - countName: The name of what the axis counts if the rate is unknown.
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
        // A late start would have too many digits in a small unit, and not be round in a large one.
        let (unit, seconds) = abs(start) > 10 * span ? ("s", 1) : Self.unit(forSpan: span)
        let origin = Self.origin(first: times.time(ofStep: steps.lowerBound), span: span)
        let originText = DecimalNumber(coefficient: Int(origin), exponent: 0).plainText
        let name = origin == 0 ? "time" : "time after \(originText) s"
        label = AxisLabel(name, unit: unit)
        valuePerStep = 1 / (known * seconds)
        startValue = (start - origin) / seconds
    }

    /// The round time that the axis counts from, in seconds. It is 0 unless the part that is shown lies far from 0,
    /// such as times since 1970, whose ticks would differ only in their last digits.
    private static func origin(first: Double, span: Double) -> Double {
        guard (1e6..<1e15).contains(abs(first)), abs(first) > 1000 * span else { return 0 }
        let round = pow(10, max(0, log10(10 * span).rounded(.up)))
        return (first / round).rounded(.down) * round
    }

    /// The position of a step, in the unit of the axis.
    @inline(__always)
    func value(_ step: Int) -> Double { startValue + Double(step) * valuePerStep }

    /// The range from the beginning of the first step that is shown to the end of the last one.
    var extent: Extent {
        Extent(value(steps.lowerBound), value(max(steps.upperBound, steps.lowerBound + 1)))
    }

    var axis: Axis { Axis(label, extent: extent, countsWhole: isCount) }

    private static func steps(of window: ClosedRange<Double>?, _ times: StepTimes, stepCount: Int) -> Range<Int> {
        guard let window else { return 0..<stepCount }
        func step(_ time: Double, _ rule: FloatingPointRoundingRule) -> Int {
            let position = times.step(atTime: time)
            guard !position.isNaN else { return 0 }
            // The difference of two late times can miss a whole step by a rounding error.
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
