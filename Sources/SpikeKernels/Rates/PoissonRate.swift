/// Encodes a firing rate as Bernoulli trials over T steps: at every step there is a spike with probability p, namely if
/// `u < p` for a random number u that depends on its position.
public struct PoissonRate: Sendable {
    let steps: Int
    let generator: Philox

    /// Creates a code with a number of steps.
    ///
    /// - Parameters:
    ///   - steps: T, the number of steps, at least 1.
    ///   - seed: The seed of the random numbers.
    public init(steps: Int, seed: UInt64) {
        self.steps = steps
        generator = Philox(seed: seed)
    }

    /// Encodes one rate.
    ///
    /// - Parameters:
    ///   - p: The rate, 0…1, in spikes per step.
    ///   - index: The index of the rate among all rates of the run, from 0. It determines the random numbers.
    ///   - spikes: Memory for T spikes, each 0 or 1.
    public func encode(rate p: Double, index: Int, into spikes: UnsafeMutablePointer<Int8>) {
        spikes.update(repeating: 0, count: steps)
        guard p > 0 else { return }
        let first = UInt64(index) &* UInt64(steps)
        // Random numbers come in pairs; the first step may use the second number of a pair.
        var step = first % 2 == 0 ? 0 : -1
        while step < steps {
            let (even, odd) = generator.uniforms(pair: (first &+ UInt64(bitPattern: Int64(step))) / 2)
            if step >= 0 && even < p { spikes[step] = 1 }
            if step + 1 < steps && odd < p { spikes[step + 1] = 1 }
            step += 2
        }
    }

    /// Decodes a number of spikes to a rate.
    ///
    /// - Parameter count: k, the number of spikes in T steps.
    /// - Returns: The rate k/T, in spikes per step.
    public func rate(count: Int) -> Double { Double(count) / Double(steps) }
}
