/// How a firing rate in 0…1 becomes spikes over T steps.
public enum RateConversion: Sendable, Hashable {
    /// For p > 0, n = ⌈T·p⌉ spikes, the k-th of them at step ⌊k·T/n⌋ − 1 for k = 1…n: gaps differ by one step at most,
    /// and the last spike is in the last step.
    ///
    /// The `.reference` dialect has them at `clip(⌊(T·p − j)/p⌋ − 1, 0, T − 1)` for j = 0, 1, … while j < T·p, so that
    /// some fall on each other in the first step, and rounding may leave the last step empty.
    case deterministic
    /// At every step a spike with probability p (Bernoulli trials): `u < p`, u drawn from a counter-based generator.
    case poisson(seed: UInt64)

    /// Writes the spikes of a rate p over `steps` steps.
    ///
    /// - Parameters:
    ///   - index: Which rate of the whole run this is; it decides which random numbers are drawn.
    ///   - dialect: Of deterministic spikes.
    package func encode(
        rate p: Double, index: Int, steps: Int, dialect: Dialect, into spikes: UnsafeMutablePointer<Int8>
    ) {
        spikes.update(repeating: 0, count: steps)
        guard p > 0 else { return }
        switch (self, dialect) {
        case (.deterministic, .standard):
            let count = Self.spikeCount(rate: p, steps: steps)
            for index in 1...count { spikes[index * steps / count - 1] = 1 }
        case (.deterministic, .reference):
            let expected = Double(steps) * p
            for j in 0..<Int(expected.rounded(.up)) {
                let step = Int((expected - Double(j)) / p) - 1
                spikes[min(max(step, 0), steps - 1)] = 1
            }
        case (.poisson(let seed), _):
            let generator = Philox(seed: seed)
            let first = UInt64(index) * UInt64(steps)
            // Positions come in pairs; the first step may be the second of one.
            var step = first % 2 == 0 ? 0 : -1
            while step < steps {
                let (even, odd) = generator.uniforms(pair: (first &+ UInt64(bitPattern: Int64(step))) / 2)
                if step >= 0 && even < p { spikes[step] = 1 }
                if step + 1 < steps && odd < p { spikes[step + 1] = 1 }
                step += 2
            }
        }
    }

    /// The dialect of files written before there was a choice.
    package var dialectOfOldFiles: Dialect { self == .deterministic ? .reference : .standard }

    /// ⌈T·p⌉ for a rate p above 0, at least 1 and at most T.
    ///
    /// A rate that was meant as k/T may have been rounded to just above it: 7/25 times 25 is 7.000000000000001. So a
    /// rate counts as k/T up to 2⁻⁴⁰ above: far more than doubles round by when a value is scaled (2⁻⁵² of its distance
    /// from 0, in units of the range), and below a millionth of the distance 1/T between counts for every T allowed.
    static func spikeCount(rate p: Double, steps: Int) -> Int {
        min(max(Int((Double(steps) * (p - 0x1p-40)).rounded(.up)), 1), steps)
    }

    /// The rate that this many spikes in T steps stand for: k/T for Poisson spikes; the middle of the rates, up to the
    /// maximum rate, that have so many deterministic spikes.
    func rate(count: Int, steps: Int, maximumRate: Double, dialect: Dialect) -> Double {
        switch (self, dialect) {
        case (.deterministic, .standard):
            guard count > 0 else { return 0 }
            let largest = Self.spikeCount(rate: maximumRate, steps: steps)
            let lower = Double(min(count, largest) - 1) / Double(steps)
            return (lower + min(Double(count) / Double(steps), maximumRate)) / 2
        case (.deterministic, .reference):
            return count == 0 ? 0 : count == steps ? 1 : (Double(count) - 0.5) / Double(steps)
        case (.poisson, _):
            return Double(count) / Double(steps)
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
