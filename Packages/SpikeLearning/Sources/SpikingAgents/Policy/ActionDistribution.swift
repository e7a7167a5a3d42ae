import SpikeGym
import TorchTensors

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How likely each of B agents is to do what.
///
/// Choices have a probability each, by softmax. Real values are normal, around the output and independent of each
/// other; an output of −1 to 1 covers an action's bounds where it has two.
public struct ActionDistribution {
    private let space: ActionSpace
    /// Log-probabilities of choices, one tensor [B, count] for each choice; or the means, [B, values].
    private let parts: [Tensor]
    /// [values], for real values.
    private let logDeviation: Tensor?

    /// - Parameter outputs: [B, outputs] of a policy.
    /// - Throws: `TensorError` for outputs that are NaN or infinite.
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

    /// B
    private var batch: Int { parts[0].shape[0] }

    /// Actions drawn at random, [B, width]: the numbers of choices, or real values before they are brought to bounds.
    ///
    /// - Parameter stream: Takes B · width places, twice as many for real values.
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

    /// The likeliest actions, [B, width], as `sample` gives them.
    func mode() throws(TensorError) -> [Float] {
        if logDeviation != nil { return try parts[0].detached().to(.cpu).elements() }
        var choices: [Tensor] = []
        for part in parts { choices.append(try part.detached().argmax(1)) }
        return try Tensor.stacked(choices, 1).to(.float32).to(.cpu).elements()
    }

    /// ln of the probability, or of its density, of actions [B, width]; [B].
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

    /// In nats, [B].
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
    /// How many alternatives each choice has; nil for real values.
    var choiceCounts: [Int]? {
        switch self {
        case .discrete(let count): [count]
        case .multiDiscrete(let counts): counts
        case .box: nil
        }
    }

    /// Outputs that a policy needs.
    var outputCount: Int { choiceCounts?.reduce(0, +) ?? width }

    /// What an environment is told, from what a distribution gave: [B, width].
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
