/// How the membrane potential V of the step before and the input current I become this step's potential U.
public enum MembraneDecay: Sendable, Hashable {
    /// U = factor · V + I
    case factor(Double)

    /// U = V + (I − V) / τ, with τ in steps: the input is scaled too.
    case timeConstant(Double)

    /// What V counts for in U.
    var membraneShare: Double {
        switch self {
        case .factor(let factor): factor
        case .timeConstant(let constant): 1 - 1 / constant
        }
    }

    /// What I counts for in U.
    var inputShare: Double {
        switch self {
        case .factor: 1
        case .timeConstant(let constant): 1 / constant
        }
    }
}

/// What a spike does to the membrane potential.
public enum ResetRule: Sendable, Hashable {
    /// V = U − θ·S, the soft reset.
    case subtractThreshold

    /// V = U·(1 − S), the hard reset.
    case toZero
}
