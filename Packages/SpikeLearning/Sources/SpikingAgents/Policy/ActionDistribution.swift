import SpikeGym
import TorchTensors

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The probabilities of the actions of B agents, one distribution per agent.
///
/// Each discrete choice has a softmax over its alternatives. Real values are normally distributed around the policy's
/// outputs and independent of each other; where an action has two finite bounds, an output from −1 to 1 spans them.
public struct ActionDistribution {
    private let space: ActionSpace
    /// For choices, the log-probabilities, one tensor [B, alternatives] per choice; for real values, the means, one
    /// tensor [B, values].
    private let parts: [Tensor]
    /// The natural logarithm of each real value's standard deviation, [values]; `nil` for choices.
    private let logDeviation: Tensor?

    /// Creates the distribution from a policy's outputs.
    ///
    /// - Parameters:
    ///   - outputs: The policy's outputs, [B, outputs].
    ///   - logDeviation: The natural logarithm of each real value's standard deviation, [values]; `nil` for choices.
    ///   - space: The environment's actions.
    /// - Throws: `TensorError` if an output is NaN or infinite.
    init(_ outputs: Tensor, logDeviation: Tensor?, _ space: ActionSpace) throws(TensorError) {
        guard try outputs.detached().isFinite().all() else {
            throw TensorError("ActionDistribution: the policy's outputs are NaN or infinite")
        }
        self.space = space
        self.logDeviation = logDeviation
        guard let counts = space.choiceCounts else {
            parts = [outputs]
            return
        }
        var logits: [Tensor] = []
        for part in try outputs.split(counts, 1) { logits.append(try part.logSoftmax(1)) }
        parts = logits
    }

    /// The number of agents B.
    private var batch: Int { parts[0].shape[0] }

    /// Draws actions at random, [B, width]: indices of alternatives, or real values that are not yet scaled to their
    /// bounds.
    ///
    /// - Parameter stream: The random numbers; B · width of them are used, and twice as many for real values.
    func sample(from stream: RandomStream) throws(TensorError) -> [Float] {
        let width = space.width
        guard let logDeviation else {
            var actions = [Float](repeating: 0, count: batch * width)
            for (choice, part) in parts.enumerated() {
                let logits = try part.detached().to(.cpu).elements(as: Float.self)
                let count = logits.count / batch
                for row in 0..<batch {
                    var rest = stream.uniform(at: row * width + choice)
                    var drawn = 0
                    while drawn < count - 1 {
                        rest -= exp(Double(logits[row * count + drawn]))
                        if rest < 0 { break }
                        drawn += 1
                    }
                    actions[row * width + choice] = Float(drawn)
                }
            }
            return actions
        }
        let noise = try Tensor.normal([batch, width], from: stream, device: parts[0].device)
        return try (parts[0] + noise * logDeviation.exp()).detached().to(.cpu).elements()
    }

    /// The most probable actions, [B, width], in the form that `sample` returns.
    func mode() throws(TensorError) -> [Float] {
        if logDeviation != nil { return try parts[0].detached().to(.cpu).elements() }
        var choices: [Tensor] = []
        for part in parts { choices.append(try part.detached().argmax(1)) }
        return try Tensor.stacked(choices, 1).to(.float32).to(.cpu).elements()
    }

    /// The natural logarithm of the probability of actions [B, width], or of their probability density for real values;
    /// [B].
    func logProbability(_ actions: Tensor) throws(TensorError) -> Tensor {
        guard let logDeviation else {
            let indices = try actions.to(.int64)
            var sum: Tensor?
            for (choice, part) in parts.enumerated() {
                let own = try part.gathered(indices.sliced(1, choice..<choice + 1), 1).squeezed(1)
                sum = try sum.map { (sum) throws(TensorError) in try sum + own } ?? own
            }
            return sum!
        }
        let distance = try (actions - parts[0]) / logDeviation.exp()
        return try (distance.squared() * -0.5 - logDeviation - 0.5 * log(2 * Double.pi)).sum(1)
    }

    /// The entropy of each agent's distribution, in nats, [B].
    func entropy() throws(TensorError) -> Tensor {
        guard let logDeviation else {
            var sum: Tensor?
            for part in parts {
                let own = try -((part.exp() * part).sum(1))
                sum = try sum.map { (sum) throws(TensorError) in try sum + own } ?? own
            }
            return sum!
        }
        return try (logDeviation + 0.5 * (1 + log(2 * Double.pi))).sum().expanded([batch])
    }
}

extension ActionSpace {
    /// The number of alternatives of each choice; `nil` for real values.
    var choiceCounts: [Int]? {
        switch self {
        case .discrete(let count): [count]
        case .multiDiscrete(let counts): counts
        case .box: nil
        }
    }

    /// The number of outputs that a policy for these actions needs.
    var outputCount: Int { choiceCounts?.reduce(0, +) ?? width }

    /// Turns drawn values [B, width] into the actions that an environment takes; real values are scaled or clipped to
    /// their bounds.
    func actions(_ drawn: [Float]) -> Actions {
        guard case .box(let box) = self else { return .discrete(drawn.map { Int($0) }) }
        return .box(
            drawn.indices.map { index in
                let (low, high) = (box.low[index % box.count], box.high[index % box.count])
                guard low.isFinite && high.isFinite else { return min(max(drawn[index], low), high) }
                return low + (high - low) * (min(max(drawn[index], -1), 1) + 1) / 2
            })
    }
}
