/// The evenly spaced times of the steps of a spike train, or of the samples of a recording.
///
/// ```swift
/// let times = StepTimes(start: 100, rate: 250)
/// print(times.time(ofStep: 5), times.step(atTime: 101))  // → 100.02 250.0
/// ```
public struct StepTimes: Sendable, Hashable {
    /// The time of step 0, in seconds.
    public let start: Double

    /// The number of steps per second.
    public let rate: Double

    /// The start in parts of a step, if that is a whole number: times are then correctly rounded, however late the
    /// start.
    private let startParts: Double?

    /// 1, 10, 100 or 1000.
    private let partsPerStep: Double

    /// The seconds between two steps, if these and the start are whole: times are then exact.
    private let wholePeriod: Double?

    /// Creates evenly spaced times.
    ///
    /// - Parameters:
    ///   - start: The time of step 0, in seconds.
    ///   - rate: The number of steps per second, above 0.
    public init(start: Double = 0, rate: Double) {
        self.start = start
        self.rate = rate
        let perStep: Double? = [1, 10, 100, 1000].first { (perStep: Double) in
            let parts = start * rate * perStep
            return abs(parts) < 0x1p50 && abs(parts - parts.rounded()) <= 2 * parts.ulp
        }
        startParts = perStep.map { (start * rate * $0).rounded() }
        partsPerStep = perStep ?? 1
        let period = (1 / rate).rounded()
        wholePeriod = rate < 1 && 1 / period == rate && start == start.rounded() ? period : nil
    }

    /// The time of a step, in seconds.
    ///
    /// - Parameter step: The index of the step, counted from 0; it may also lie before the start or after the end of a
    ///   recording.
    public func time(ofStep step: Int) -> Double {
        if let wholePeriod { return start + Double(step) * wholePeriod }
        return startParts.map { ($0 + Double(step) * partsPerStep) / (rate * partsPerStep) } ?? start + Double(step)
            / rate
    }

    /// The step that happens at a time, not rounded to a whole one.
    ///
    /// - Parameter time: The time, in seconds.
    public func step(atTime time: Double) -> Double { (time - start) * rate }
}
