#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The learning rate as a function of the step.
///
/// Steps count from 0. Their unit is up to the caller, but must be the same for all step numbers of a schedule:
/// optimizer steps give a smooth course, and epochs give a rate that is constant in each epoch. A schedule is a pure
/// function, so nothing must be saved to continue a training. Pass the rate to the optimizer before each step:
/// `optimizer.setLearningRate(schedule.learningRate(at: step))`.
public protocol LearningRateSchedule: Sendable {
    /// Returns the learning rate at a step. After the end of the schedule, this is the final rate.
    ///
    /// - Parameter step: The step, at least 0.
    func learningRate(at step: Int) -> Double
}

/// A learning rate that stays the same.
public struct ConstantSchedule: LearningRateSchedule {
    /// The learning rate, at least 0.
    public let rate: Double

    /// Creates a schedule. Traps if `rate` is negative.
    public init(_ rate: Double) {
        precondition(rate >= 0, "ConstantSchedule: rate must be >= 0, got \(rate)")
        self.rate = rate
    }

    /// Returns the learning rate, which is the same at every step.
    public func learningRate(at step: Int) -> Double { rate }
}

/// A learning rate that changes linearly from `initial` at step 0 to `final` at step `totalSteps`, and then stays at
/// `final`.
public struct LinearSchedule: LearningRateSchedule {
    /// The learning rate at step 0, at least 0.
    public let initial: Double
    /// The learning rate at and after step `totalSteps`, at least 0.
    public let final: Double
    /// The number of steps until the final rate, above 0.
    public let totalSteps: Int

    /// Creates a schedule. Traps if a rate is negative or `totalSteps` is not above 0.
    ///
    /// - Parameters:
    ///   - initial: The learning rate at step 0, at least 0.
    ///   - final: The learning rate at and after step `totalSteps`, at least 0.
    ///   - totalSteps: The number of steps until the final rate, above 0.
    public init(initial: Double, final: Double, totalSteps: Int) {
        precondition(initial >= 0, "LinearSchedule: initial must be >= 0, got \(initial)")
        precondition(final >= 0, "LinearSchedule: final must be >= 0, got \(final)")
        precondition(totalSteps > 0, "LinearSchedule: totalSteps must be > 0, got \(totalSteps)")
        self.initial = initial
        self.final = final
        self.totalSteps = totalSteps
    }

    /// Returns the learning rate at a step. After step `totalSteps`, this is `final`.
    public func learningRate(at step: Int) -> Double {
        step >= totalSteps ? final : initial + (final - initial) * Double(step) / Double(totalSteps)
    }
}

/// A learning rate with a linear warm-up from `initial` at step 0 to `base` at step `warmUpSteps`, followed by half a
/// cosine down to `final` at step `totalSteps`. The rate then stays at `final`.
///
/// rate = final + (base − final) · (1 + cos(π · (step − warmUpSteps) / (totalSteps − warmUpSteps))) / 2.
/// Source: Loshchilov and Hutter 2017, arXiv 1608.03983; warm-up: Goyal et al. 2017, arXiv 1706.02677.
public struct CosineSchedule: LearningRateSchedule {
    /// The learning rate at the end of the warm-up, at least 0.
    public let base: Double
    /// The learning rate at and after step `totalSteps`, at least 0.
    public let final: Double
    /// The learning rate at the beginning of the warm-up, at least 0. Without warm-up steps, it has no effect.
    public let initial: Double
    /// The number of steps of the warm-up, at least 0.
    public let warmUpSteps: Int
    /// The number of all steps, including the warm-up.
    public let totalSteps: Int

    /// Creates a schedule. Traps if an argument is out of range.
    ///
    /// - Parameters:
    ///   - base: The learning rate at the end of the warm-up, at least 0.
    ///   - final: The learning rate at and after step `totalSteps`, at least 0.
    ///   - initial: The learning rate at the beginning of the warm-up, at least 0. Without warm-up steps, it has no
    ///     effect.
    ///   - warmUpSteps: The number of steps of the warm-up, at least 0.
    ///   - totalSteps: The number of all steps, including the warm-up; above `warmUpSteps`.
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

    /// Returns the learning rate at a step. After step `totalSteps`, this is `final`.
    public func learningRate(at step: Int) -> Double {
        if step < warmUpSteps { return initial + (base - initial) * Double(step) / Double(warmUpSteps) }
        if step >= totalSteps { return final }
        let progress = Double(step - warmUpSteps) / Double(totalSteps - warmUpSteps)
        return final + (base - final) * (1 + cos(.pi * progress)) / 2
    }
}

/// A schedule whose learning rate is reduced during a warm-up: at step t below `warmUpSteps` the rate is
/// (t + 1) / (`warmUpSteps` + 1) of that of the schedule.
public struct WarmUpSchedule: LearningRateSchedule {
    /// The schedule of the learning rate without warm-up.
    public let schedule: any LearningRateSchedule
    /// The number of steps of the warm-up, at least 0.
    public let warmUpSteps: Int

    /// Creates a schedule. Traps if `warmUpSteps` is negative.
    ///
    /// - Parameters:
    ///   - schedule: The schedule of the learning rate without warm-up. Its steps also count during the warm-up.
    ///   - warmUpSteps: The number of steps of the warm-up, at least 0.
    public init(_ schedule: any LearningRateSchedule, warmUpSteps: Int) {
        precondition(warmUpSteps >= 0, "WarmUpSchedule: warmUpSteps must be >= 0, got \(warmUpSteps)")
        self.schedule = schedule
        self.warmUpSteps = warmUpSteps
    }

    /// Returns the learning rate at a step.
    public func learningRate(at step: Int) -> Double {
        let rate = schedule.learningRate(at: step)
        return step < warmUpSteps ? rate * Double(step + 1) / Double(warmUpSteps + 1) : rate
    }
}
