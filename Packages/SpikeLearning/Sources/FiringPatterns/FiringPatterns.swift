import SpikingLayers
import TorchTensors

/// How the membrane potential V after the previous step and the current I give the potential U: `MembraneDecay` with
/// exact numbers.
public enum ExactDecay: Sendable, Hashable {
    /// U = factor · V + I, with a factor in 0...1.
    case factor(Fraction)

    /// U = V + (I − V) / τ, with the time constant τ in steps, at least 1.
    case timeConstant(Fraction)
}

/// A spike pattern of a leaky integrate-and-fire neuron, and the constant input currents that lead to it.
public struct FiringPattern: Sendable, Hashable {
    /// Whether the neuron spikes, for every step, the first step first.
    public let spikes: [Bool]

    /// The least current that leads to the pattern, in the unit of the threshold.
    public let lowerBound: Fraction

    /// The least current above `lowerBound` that leads to another pattern; nil if every greater current leads to this
    /// pattern.
    public let upperBound: Fraction?

    /// The pattern as text, such as `0110`, with the first step first.
    public var text: String { String(spikes.map { $0 ? "1" : "0" }) }
}

/// Returns all spike patterns that a leaky integrate-and-fire neuron emits under constant currents I >= 0, beginning
/// with V[−1] = 0.
///
/// As long as the spikes so far are the same, U[t] = a·I + b with a > 0. The current (θ − b)/a, where the decision at
/// step t changes, cuts an interval of currents in two if it lies inside, and both parts are continued separately.
/// Every pattern belongs to one interval. There are far fewer than 2^T patterns.
///
/// Source: after "Revisiting Direct Encoding", arXiv 2512.01687, which lists the patterns for T = 4.
///
/// - Parameters:
///   - decay: How the membrane potential decays: a factor in 0...1, or a time constant of at least 1 step.
///   - reset: What a spike does to the membrane potential.
///   - threshold: The firing threshold θ, above 0.
///   - steps: The number of time steps T, above 0. The number of patterns grows about with T², their digits with T: for
///     λ = ½ and T = 64 there are 1261 patterns, computed in less than a second.
/// - Returns: The patterns in the order of rising current; their intervals together cover all currents from 0 on.
/// - Throws: `TensorError` for a decay factor outside of 0...1, a time constant below 1, or a threshold or a number of
///   steps that is not above 0.
public func firingPatterns(
    decay: ExactDecay, reset: ResetRule = .subtractThreshold, threshold: Fraction = 1, steps: Int = 4
) throws(TensorError) -> [FiringPattern] {
    guard steps > 0 else { throw TensorError("firing patterns: steps must be > 0, got \(steps)") }
    guard threshold > 0 else { throw TensorError("firing patterns: the threshold must be > 0, got \(threshold)") }
    let membraneShare: Fraction
    let inputShare: Fraction
    switch decay {
    case .factor(let factor):
        guard factor >= 0, factor <= 1 else {
            throw TensorError("firing patterns: the decay factor must be within 0...1, got \(factor)")
        }
        (membraneShare, inputShare) = (factor, 1)
    case .timeConstant(let constant):
        guard constant >= 1 else {
            throw TensorError("firing patterns: the time constant must be >= 1, got \(constant)")
        }
        (membraneShare, inputShare) = (1 - 1 / constant, 1 / constant)
    }
    var branches = [Branch(spikes: [], slope: 0, offset: 0, lowerBound: 0, upperBound: nil)]
    for _ in 0..<steps {
        branches = branches.flatMap { branch in
            branch.charged(membraneShare, inputShare).divided(threshold: threshold, reset)
        }
    }
    return branches.map { FiringPattern(spikes: $0.spikes, lowerBound: $0.lowerBound, upperBound: $0.upperBound) }
}

/// An interval of currents that lead to the same spikes so far, and their potential slope·I + offset.
private struct Branch {
    var spikes: [Bool]
    var slope: Fraction
    var offset: Fraction
    var lowerBound: Fraction
    var upperBound: Fraction?

    func charged(_ membraneShare: Fraction, _ inputShare: Fraction) -> Branch {
        var result = self
        result.slope = membraneShare * slope + inputShare
        result.offset = membraneShare * offset
        return result
    }

    /// Returns the part of the interval that stays silent at this step, if any, then the part that fires, if any.
    func divided(threshold: Fraction, _ reset: ResetRule) -> [Branch] {
        let boundary = (threshold - offset) / slope
        var parts: [Branch] = []
        if boundary > lowerBound {
            var silent = self
            silent.spikes.append(false)
            silent.upperBound = upperBound.map { min($0, boundary) } ?? boundary
            parts.append(silent)
        }
        if upperBound.map({ boundary < $0 }) ?? true {
            var firing = self
            firing.spikes.append(true)
            firing.lowerBound = max(lowerBound, boundary)
            switch reset {
            case .subtractThreshold: firing.offset = offset - threshold
            case .toZero: (firing.slope, firing.offset) = (0, 0)
            }
            parts.append(firing)
        }
        return parts
    }
}
