/// How a firing rate in 0…1 becomes spikes over T steps.
public enum RateConversion: Sendable, Hashable {
    /// For p > 0, spikes at `clip(⌊(T·p − j)/p⌋ − 1, 0, T − 1)` for j = 0, 1, … while j < T·p.
    case deterministic
    /// At every step a spike with probability p (Bernoulli trials): `u < p`, u drawn from a counter-based generator.
    case poisson(seed: UInt64)

    /// Writes the spikes of a rate p over `steps` steps.
    ///
    /// - Parameter index: Which rate of the whole run this is; it decides which random numbers are drawn.
    package func encode(rate p: Double, index: Int, steps: Int, into spikes: UnsafeMutablePointer<Int8>) {
        spikes.update(repeating: 0, count: steps)
        guard p > 0 else { return }
        switch self {
        case .deterministic:
            let expected = Double(steps) * p
            for j in 0..<Int(expected.rounded(.up)) {
                let step = Int((expected - Double(j)) / p) - 1
                spikes[min(max(step, 0), steps - 1)] = 1
            }
        case .poisson(let seed):
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

    /// The rate that this many spikes in T steps stand for: p lies in ((count − 1)/T, count/T] when deterministic.
    func rate(count: Int, steps: Int) -> Double {
        switch self {
        case .deterministic: count == 0 ? 0 : count == steps ? 1 : (Double(count) - 0.5) / Double(steps)
        case .poisson: Double(count) / Double(steps)
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
