/// The equations and settings of leaky integrate-and-fire neurons, over discrete steps t:
///
///     U[t] = λ·V[t−1] + I[t]          charge (or U = V + (I − V)/τ)
///     S[t] = 1 if U[t] >= θ, else 0   spike
///     V[t] = U[t] − θ·S[t]            reset (or V = U·(1 − S)), V[−1] = 0
///
/// Source: Gerstner et al., Neuronal Dynamics, 2014, chapter 1; trained with surrogate gradients as in Neftci et al.
/// 2019, doi:10.1109/MSP.2019.2931595.
public struct LIFDynamics: Sendable, Hashable {
    /// How the membrane potential decays and how the input enters it.
    public let decay: MembraneDecay

    /// The firing threshold θ, in the unit of the membrane potential.
    public let threshold: Double

    /// What a spike does to the membrane potential.
    public let reset: ResetRule

    /// Whether the reset counts as a constant in the backward pass: the gradient of V with respect to U then leaves out
    /// the path through S.
    public let detachesReset: Bool

    /// The function whose derivative replaces that of S with respect to U − θ in the backward pass.
    public let surrogate: SurrogateGradient

    /// Creates the settings of a neuron.
    ///
    /// - Parameters:
    ///   - decay: Traps unless a decay factor is in 0...1, or a time constant, in steps, is finite and at least 1.
    ///   - threshold: θ, in the unit of the membrane potential. Traps unless it is finite and above 0.
    ///   - reset: What a spike does to the membrane potential.
    ///   - detachesReset: Whether the reset counts as a constant in the backward pass.
    ///   - surrogate: The function whose derivative replaces that of a spike in the backward pass.
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
