import TorchModules
import TorchTensors

/// Updates a policy by proximal policy optimisation: actions that turned out better than expected become more probable,
/// by a limited amount per update.
///
///     r = p(action)/p(action when it was drawn)
///     loss = −mean(min(r·A, clip(r, 1 − ε, 1 + ε)·A)) + weight · mean((V − return)²)/2 − weight · entropy
///
/// Source: Schulman et al. 2017, arXiv 1707.06347.
final class PolicyOptimizer {
    private let policy: SpikingPolicy
    private let configuration: AgentConfiguration
    private let optimizer: AdamW
    private let parameters: [Parameter]

    /// The error for a quantity that became NaN or infinite in an update.
    struct Divergence: Error {
        let quantity: String
    }

    /// The losses and the entropy of an update, each the mean over its minibatches.
    struct Figures {
        var policyLoss = 0.0
        var valueLoss = 0.0
        var entropy = 0.0
    }

    init(_ policy: SpikingPolicy, _ configuration: AgentConfiguration) {
        self.policy = policy
        self.configuration = configuration
        optimizer = AdamW(
            policy.parameterGroups(learningRate: configuration.learningRate, weightDecay: 0), epsilon: 1e-5)
        parameters = policy.parameters
    }

    func state() throws(TensorError) -> [String: Tensor] { try optimizer.state() }

    func load(state: [String: Tensor]) throws(TensorError) { try optimizer.load(state: state) }

    /// Learns from a rollout: `epochs` passes over it, each in random minibatches.
    ///
    /// - Parameters:
    ///   - learningRate: The learning rate of this update.
    ///   - random: The random numbers that the minibatches are drawn with.
    /// - Throws: `Divergence` if a quantity became NaN or infinite, after which the policy must not be used;
    ///   `TensorError`.
    func update(_ rollout: Rollout, learningRate: Double, random: RandomStream) throws -> Figures {
        optimizer.setLearningRate(learningRate)
        let count = rollout.count
        let size = (count + configuration.minibatches - 1) / configuration.minibatches
        var (figures, batches) = (Figures(), 0.0)
        for epoch in 0..<configuration.epochs {
            let order = try Tensor.permutation(count, from: random.split(epoch), device: rollout.actions.device)
            for start in stride(from: 0, to: count, by: size) {
                let own = try learn(rollout, order[start..<min(start + size, count)])
                figures.policyLoss += own.policyLoss
                figures.valueLoss += own.valueLoss
                figures.entropy += own.entropy
                batches += 1
            }
        }
        for parameter in parameters {
            guard try parameter.tensor.detached().isFinite().all() else { throw Divergence(quantity: "a weight") }
        }
        figures.policyLoss /= batches
        figures.valueLoss /= batches
        figures.entropy /= batches
        return figures
    }

    private func learn(_ rollout: Rollout, _ indices: Tensor) throws -> Figures {
        let spikes = try rollout.spikes.taking(indices, 1)
        let outputs = try policy.outputs(spikes)
        guard try outputs.detached().isFinite().all() else { throw Divergence(quantity: "an output of the policy") }
        let distribution = try policy.distribution(of: outputs)
        var advantages = try rollout.advantages.taking(indices)
        if indices.count > 1 {
            advantages = try (advantages - advantages.mean()) / (advantages.standardDeviation() + 1e-8)
        }
        let logRatio =
            try distribution.logProbability(rollout.actions.taking(indices))
            - rollout.logProbabilities.taking(indices)
        let ratio = try logRatio.exp()
        let clipped = try ratio.clamped(to: 1 - configuration.clip...1 + configuration.clip)
        let policyLoss = try -(Tensor.minimum(ratio * advantages, clipped * advantages).mean())
        let valueLoss = try policy.values(spikes).meanSquaredError(rollout.returns.taking(indices)) * 0.5
        let entropy = try distribution.entropy().mean()
        let loss = try policyLoss + valueLoss * configuration.valueWeight - entropy * configuration.entropyWeight
        let figures = Figures(
            policyLoss: try policyLoss.item(), valueLoss: try valueLoss.item(), entropy: try entropy.item())
        for (quantity, value) in [
            ("the policy loss", figures.policyLoss), ("the value loss", figures.valueLoss),
            ("the entropy", figures.entropy),
        ] where !value.isFinite { throw Divergence(quantity: quantity) }
        try optimizer.clearGradients()
        try loss.backward()
        do throws(TensorError) {
            try clipGradientNorm(parameters, maximum: configuration.gradientLimit)
        } catch {
            throw error.kind == .operation ? Divergence(quantity: "the gradient's norm") : error
        }
        try optimizer.step()
        return figures
    }
}
