#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The learning rate as a function of time.
///
/// Time is counted from 0 in what the caller likes, the same for every number of steps that the schedule is given:
/// optimizer steps for a smooth course, or epochs for a rate that holds for an epoch. As it is a function, nothing has to
/// be saved to go on later. Give the rate to the optimizer before a step:
/// `optimizer.setLearningRate(schedule.learningRate(at: step))`.
public protocol LearningRateSchedule: Sendable {
    /// - Parameter step: >= 0; after the schedule's end, the rate stays at its last.
    func learningRate(at step: Int) -> Double
}

/// Always the same.
public struct ConstantSchedule: LearningRateSchedule {
    public let rate: Double

    public init(_ rate: Double) {
        precondition(rate >= 0, "ConstantSchedule: rate must be >= 0, got \(rate)")
        self.rate = rate
    }

    public func learningRate(at step: Int) -> Double { rate }
}

/// In a straight line from `initial` at step 0 to `final` at `totalSteps` and after.
public struct LinearSchedule: LearningRateSchedule {
    public let initial: Double
    public let final: Double
    public let totalSteps: Int

    public init(initial: Double, final: Double, totalSteps: Int) {
        precondition(initial >= 0, "LinearSchedule: initial must be >= 0, got \(initial)")
        precondition(final >= 0, "LinearSchedule: final must be >= 0, got \(final)")
        precondition(totalSteps > 0, "LinearSchedule: totalSteps must be > 0, got \(totalSteps)")
        self.initial = initial
        self.final = final
        self.totalSteps = totalSteps
    }

    public func learningRate(at step: Int) -> Double {
        step >= totalSteps ? final : initial + (final - initial) * Double(step) / Double(totalSteps)
    }
}

/// Linear warm-up from `initial` at step 0 to `base` at `warmUpSteps`, then half a cosine down to `final` at `totalSteps`
/// and after.
///
/// rate = final + (base − final) · (1 + cos(π · (step − warmUpSteps) / (totalSteps − warmUpSteps))) / 2.
/// Source: Loshchilov and Hutter 2017, arXiv 1608.03983; warm-up: Goyal et al. 2017, arXiv 1706.02677.
public struct CosineSchedule: LearningRateSchedule {
    public let base: Double
    public let final: Double
    public let initial: Double
    public let warmUpSteps: Int
    public let totalSteps: Int

    /// - Parameters:
    ///   - initial: Where the warm-up begins; no steps of warm-up begin at `base`.
    ///   - totalSteps: Warm-up included, and more than it.
    public init(base: Double, final: Double = 0, initial: Double = 0, warmUpSteps: Int = 0, totalSteps: Int) {
        for (name, value) in [("base", base), ("final", final), ("initial", initial)] {
            precondition(value >= 0, "CosineSchedule: \(name) must be >= 0, got \(value)")
        }
        precondition(warmUpSteps >= 0, "CosineSchedule: warmUpSteps must be >= 0, got \(warmUpSteps)")
        precondition(
            totalSteps > warmUpSteps,
            "CosineSchedule: totalSteps must be > \(warmUpSteps) of warm-up, got \(totalSteps)")
        self.base = base
        self.final = final
        self.initial = initial
        self.warmUpSteps = warmUpSteps
        self.totalSteps = totalSteps
    }

    public func learningRate(at step: Int) -> Double {
        if step < warmUpSteps { return initial + (base - initial) * Double(step) / Double(warmUpSteps) }
        if step >= totalSteps { return final }
        let progress = Double(step - warmUpSteps) / Double(totalSteps - warmUpSteps)
        return final + (base - final) * (1 + cos(.pi * progress)) / 2
    }
}
