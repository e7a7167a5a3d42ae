/// The leaky integrate-and-fire neuron, over discrete steps t:
///
///     U[t] = λ·V[t−1] + I[t]          charge (or U = V + (I − V)/τ)
///     S[t] = 1 if U[t] >= θ, else 0   spike
///     V[t] = U[t] − θ·S[t]            reset (or V = U·(1 − S)), V[−1] = 0
///
/// Source: Gerstner et al., Neuronal Dynamics, 2014, chapter 1; trained with surrogate gradients as in Neftci et al. 2019,
/// doi:10.1109/MSP.2019.2931595.
public struct LIFDynamics: Sendable, Hashable {
    public let decay: MembraneDecay

    /// θ, in the unit of the membrane potential.
    public let threshold: Double

    public let reset: ResetRule

    /// Whether the gradient of V with respect to U leaves out the path through S: the reset then counts as a constant.
    public let detachesReset: Bool

    /// What stands for the derivative of S with respect to U − θ.
    public let surrogate: SurrogateGradient

    /// Traps unless the decay factor is within 0…1, the time constant at least 1 and the threshold above 0.
    public init(
        decay: MembraneDecay = .factor(0.5), threshold: Double = 1, reset: ResetRule = .subtractThreshold,
        detachesReset: Bool = true, surrogate: SurrogateGradient = .sigmoid()
    ) {
        switch decay {
        case .factor(let factor):
            precondition(0...1 ~= factor, "LIFDynamics: the decay factor must be within 0...1, got \(factor)")
        case .timeConstant(let constant):
            precondition(
                constant >= 1 && constant.isFinite, "LIFDynamics: the time constant must be >= 1, got \(constant)")
        }
        precondition(threshold > 0 && threshold.isFinite, "LIFDynamics: threshold must be > 0, got \(threshold)")
        self.decay = decay
        self.threshold = threshold
        self.reset = reset
        self.detachesReset = detachesReset
        self.surrogate = surrogate
    }
}
