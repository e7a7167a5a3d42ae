/// When the steps of a spike train, or the samples of a recording, happen: evenly from a start.
public struct StepTimes: Sendable, Hashable {
    /// Of step 0, in seconds.
    public let start: Double

    /// Steps per second.
    public let rate: Double

    /// The start in parts of a step, if that is a whole number: times are then correctly rounded, however late the start.
    private let startParts: Double?

    /// 1, 10, 100 or 1000.
    private let partsPerStep: Double

    public init(start: Double = 0, rate: Double) {
        self.start = start
        self.rate = rate
        let wholes = [1.0, 10, 100, 1000].lazy.map { (parts: start * rate * $0, perStep: $0) }.first {
            abs($0.parts) < 0x1p50 && abs($0.parts - $0.parts.rounded()) <= 2 * $0.parts.ulp
        }
        startParts = wholes?.parts.rounded()
        partsPerStep = wholes?.perStep ?? 1
    }

    /// The time of a step, in seconds.
    public func time(ofStep step: Int) -> Double {
        startParts.map { ($0 + Double(step) * partsPerStep) / (rate * partsPerStep) } ?? start + Double(step) / rate
    }

    /// The time in steps, not rounded to a whole one.
    public func step(atTime time: Double) -> Double { (time - start) * rate }
}
