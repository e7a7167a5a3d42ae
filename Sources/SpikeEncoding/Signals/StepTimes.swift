/// When the steps of a spike train, or the samples of a recording, happen: evenly from a start.
public struct StepTimes: Sendable, Hashable {
    /// Of step 0, in seconds.
    public let start: Double

    /// Steps per second.
    public let rate: Double

    /// The start in steps, if that is a whole number: times are then correctly rounded, however late the start.
    private let startStep: Double?

    public init(start: Double = 0, rate: Double) {
        self.start = start
        self.rate = rate
        let steps = start * rate
        startStep = abs(steps) < 0x1p52 && abs(steps - steps.rounded()) <= 2 * steps.ulp ? steps.rounded() : nil
    }

    /// The time of a step, in seconds.
    public func time(ofStep step: Int) -> Double {
        startStep.map { ($0 + Double(step)) / rate } ?? start + Double(step) / rate
    }

    /// The time in steps, not rounded to a whole one.
    public func step(atTime time: Double) -> Double { (time - start) * rate }
}
