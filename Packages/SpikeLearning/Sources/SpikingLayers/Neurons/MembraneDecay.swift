/// How the membrane potential V after the previous step and the input current I give the potential U of this step.
public enum MembraneDecay: Sendable, Hashable {
    /// U = factor · V + I. `LIFDynamics` requires a factor in 0...1.
    case factor(Double)

    /// U = V + (I − V) / τ, with the time constant τ in steps, so that the input is scaled by 1 / τ. `LIFDynamics`
    /// requires a finite τ >= 1.
    case timeConstant(Double)

    /// The factor of V in U.
    var membraneShare: Double {
        switch self {
        case .factor(let factor): factor
        case .timeConstant(let constant): 1 - 1 / constant
        }
    }

    /// The factor of I in U.
    var inputShare: Double {
        switch self {
        case .factor: 1
        case .timeConstant(let constant): 1 / constant
        }
    }
}

/// What a spike S does to the membrane potential: U before the reset, V after it.
public enum ResetRule: Sendable, Hashable {
    /// The soft reset, V = U − θ·S.
    case subtractThreshold

    /// The hard reset, V = U·(1 − S).
    case toZero
}
