import SpikeKernels

/// How a firing rate in 0…1 becomes spikes over T steps.
///
/// ```swift
/// let values = Observations(values: [0.5], featureCount: 1)
/// print(try RateCode(steps: 6, conversion: .deterministic).encode(values).spikes.signs)  // → [0, 1, 0, 1, 0, 1]
/// print(try RateCode(steps: 6, conversion: .poisson(seed: 1)).encode(values).spikes.stepCount)  // → 6
/// ```
public enum RateConversion: Sendable, Hashable {
    /// Spikes are spread evenly. A rate p > 0 has n = ⌈T·p⌉ spikes, the k-th of them at step ⌊k·T/n⌋ − 1 for k = 1…n:
    /// gaps differ by one step at most, and the last spike is in the last step.
    ///
    /// The `.reference` dialect places spikes at `clip(⌊(T·p − j)/p⌋ − 1, 0, T − 1)` for j = 0, 1, … while j < T·p, so
    /// that several can coincide in the first step, and rounding may leave the last step empty.
    case deterministic
    /// At every step there is a spike with probability p (Bernoulli trials): if `u < p`, for a u that is drawn from a
    /// counter-based generator.
    case poisson(seed: UInt64)

    /// Writes the spikes of a rate p over `steps` steps.
    ///
    /// - Parameters:
    ///   - index: The index of the rate among all rates of the run. It determines the random numbers.
    ///   - dialect: The definition by which deterministic spikes are placed.
    package func encode(
        rate p: Double, index: Int, steps: Int, dialect: Dialect, into spikes: UnsafeMutablePointer<Int8>
    ) {
        switch self {
        case .deterministic:
            DeterministicRate(steps: steps, variant: dialect.variant).encode(rate: p, into: spikes)
        case .poisson(let seed):
            PoissonRate(steps: steps, seed: seed).encode(rate: p, index: index, into: spikes)
        }
    }

    /// The dialect of files that were written before files held one.
    package var dialectOfOldFiles: Dialect { self == .deterministic ? .reference : .standard }

    /// Decodes a number k of spikes in T steps to a rate: k/T for Poisson spikes; for deterministic spikes, the middle
    /// of the rates up to the maximum rate that have this number of spikes.
    func rate(count: Int, steps: Int, maximumRate: Double, dialect: Dialect) -> Double {
        switch self {
        case .deterministic:
            DeterministicRate(steps: steps, variant: dialect.variant).rate(count: count, maximumRate: maximumRate)
        case .poisson(let seed):
            PoissonRate(steps: steps, seed: seed).rate(count: count)
        }
    }
}

extension RateConversion: Codable {
    private enum CodingKeys: CodingKey { case kind, seed }
    private enum Kind: String, Codable { case deterministic, poisson }

    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .deterministic:
            try values.encode(Kind.deterministic, forKey: .kind)
        case .poisson(let seed):
            try values.encode(Kind.poisson, forKey: .kind)
            try values.encode(seed, forKey: .seed)
        }
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        switch try values.decode(Kind.self, forKey: .kind) {
        case .deterministic: self = .deterministic
        case .poisson: self = .poisson(seed: try values.decode(UInt64.self, forKey: .seed))
        }
    }
}

extension RateConversion: ParameterValue {
    public static var kind: ParameterKind { .words(["deterministic", "poisson"]) }

    public static func parsed(_ text: String) -> RateConversion? {
        text == "deterministic" ? .deterministic : text == "poisson" ? .poisson(seed: 0) : nil
    }

    public var texts: [String] { [self == .deterministic ? "deterministic" : "poisson"] }

    /// The seed of Poisson spikes; `nil`, and not to be set, for deterministic ones.
    var seed: UInt64? {
        get { if case .poisson(let seed) = self { seed } else { nil } }
        set { if self != .deterministic, let newValue { self = .poisson(seed: newValue) } }
    }
}
