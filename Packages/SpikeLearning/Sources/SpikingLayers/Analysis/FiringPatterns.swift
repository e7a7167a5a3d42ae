import TorchTensors

/// As `MembraneDecay`, exactly.
public enum ExactDecay: Sendable, Hashable {
    /// U = factor · V + I
    case factor(Fraction)

    /// U = V + (I − V) / τ, with τ in steps.
    case timeConstant(Fraction)
}

/// A spike pattern of a leaky integrate-and-fire neuron, and the constant input currents that lead to it.
public struct FiringPattern: Sendable, Hashable {
    /// Of every step, the first one first.
    public let spikes: [Bool]

    /// The least current that leads to the pattern.
    public let lowerBound: Fraction

    /// The least current above that does not; nil where there is none.
    public let upperBound: Fraction?

    /// `0110`: the pattern as text.
    public var text: String { String(spikes.map { $0 ? "1" : "0" }) }
}

/// All spike patterns of a leaky integrate-and-fire neuron, from V[−1] = 0, under constant currents I >= 0.
///
/// For given spikes so far, U[t] = a·I + b with a > 0. So an interval of currents is cut in two at (θ − b)/a, where the
/// decision at t changes, if that lies inside, and each part goes on by itself. Every pattern has one interval. There
/// are far fewer than 2^T of them.
///
/// Source: after "Revisiting Direct Encoding", arXiv 2512.01687, which has them for T = 4.
///
/// - Parameters:
///   - steps: T, above 0. Patterns become more with about T², digits with T: at λ = ½ and T = 64 there are 1261, in less
///     than a second.
///   - threshold: θ, above 0.
/// - Returns: Patterns by rising current; together their intervals are all currents from 0 on.
/// - Throws: `TensorError` for a decay factor outside of 0…1, a time constant below 1, or a threshold or a number of
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

/// Currents that lead to the same spikes so far, and their potential slope·I + offset.
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

    /// The silent part, if any, then the one that fires, if any.
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
