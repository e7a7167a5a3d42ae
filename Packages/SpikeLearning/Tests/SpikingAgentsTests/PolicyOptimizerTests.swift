import SpikeEncoding
import SpikeGym
import TestSupport
import Testing
import TorchModules
import TorchTensors

@testable import SpikingAgents

/// Updates of a policy against the equations of proximal policy optimization, written out.
@Suite(.leavesNothing) struct PolicyOptimizerTests {
    private func configuration(_ change: (inout AgentConfiguration) -> Void = { _ in }) throws -> AgentConfiguration {
        var configuration = try AgentTrainerTests.configuration()
        (configuration.epochs, configuration.minibatches) = (1, 1)
        change(&configuration)
        return configuration
    }

    private func rollout(_ policy: SpikingPolicy, _ rows: Int = 7) throws -> Rollout {
        let spikes = try Tensor.bernoulli(probabilities: .full([4, rows, 6], 0.5), from: RandomStream(seed: 2))
        let actions = try Tensor((0..<rows).map { Float($0 % 2) }, shape: [rows, 1])
        let own = try withoutGradient { try policy.distribution(spikes).logProbability(actions) }
        return Rollout(
            spikes: spikes, actions: actions,
            // Ratios on both sides of the clipped range.
            logProbabilities: try own - Tensor(spread(rows, -0.6...0.6).map(Float.init)),
            advantages: try Tensor(spread(rows, -2...3, salt: 1).map(Float.init)),
            returns: try Tensor(spread(rows, -20...30, salt: 2).map(Float.init)))
    }

    /// The loss and its parts, from numbers of single rows.
    private func loss(
        _ policy: SpikingPolicy, _ rollout: Rollout, _ configuration: AgentConfiguration
    ) throws -> (total: Tensor, figures: [Double]) {
        let raw = try rollout.advantages.elements(as: Double.self)
        let mean = raw.reduce(0, +) / Double(raw.count)
        let deviation = (raw.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(raw.count - 1)).squareRoot()
        let distribution = try policy.distribution(rollout.spikes)
        let ratios = try (distribution.logProbability(rollout.actions) - rollout.logProbabilities).exp()
        let numbers = try ratios.detached().elements(as: Double.self)
        var (policyLoss, clippedRows) = (0.0, 0)
        // The gradient of a row passes where the smaller term is the one that is not clipped.
        var weights: [Float] = []
        for (ratio, advantage) in zip(numbers, raw.map { ($0 - mean) / (deviation + 1e-8) }) {
            let plain = ratio * advantage
            let clipped = min(max(ratio, 1 - configuration.clip), 1 + configuration.clip) * advantage
            policyLoss -= min(plain, clipped) / Double(raw.count)
            weights.append(plain <= clipped ? Float(-advantage / Double(raw.count)) : 0)
            clippedRows += plain <= clipped ? 0 : 1
        }
        #expect(clippedRows > 0 && clippedRows < raw.count)
        let distance = try policy.values(rollout.spikes) - rollout.returns
        let valueLoss = try distance.squared().sum() / Double(2 * raw.count)
        let entropy = try distribution.entropy().sum() / Double(raw.count)
        let gradientOfPolicy = try (ratios * Tensor(weights)).sum()
        let total = try gradientOfPolicy + valueLoss * configuration.valueWeight - entropy * configuration.entropyWeight
        return (total, [policyLoss, try valueLoss.item(), try entropy.item()])
    }

    @Test(arguments: [0.5, 1e9]) func oneUpdate(gradientLimit: Double) throws {
        let configuration = try configuration {
            ($0.gradientLimit, $0.clip, $0.entropyWeight, $0.valueWeight) = (gradientLimit, 0.3, 0.07, 0.4)
        }
        let (policy, reference) = (try SpikingPolicyTests.policy(), try SpikingPolicyTests.policy())
        let rollout = try rollout(policy)
        let expected = try loss(reference, rollout, configuration)
        try expected.total.backward()
        let parameters = reference.namedParameters()
        let norm = try parameters.reduce(0.0) { try $0 + $1.parameter.tensor.gradient!.squared().sum().item() }
            .squareRoot()
        #expect(norm > 0.5)
        let scale = min(1, gradientLimit / (norm + 1e-6))
        let figures = try PolicyOptimizer(policy, configuration)
            .update(rollout, learningRate: 0.01, random: RandomStream(seed: 1))
        for (found, expected) in zip([figures.policyLoss, figures.valueLoss, figures.entropy], expected.figures) {
            #expect(abs(found - expected) < 1e-5 * max(1, abs(expected)), "\(found), \(expected)")
        }
        // The first step of Adam moves each weight by the rate, less where the gradient is small beside epsilon.
        for ((name, before), (_, after)) in zip(parameters, policy.namedParameters()) {
            let gradients = try before.tensor.gradient!.elements(as: Double.self)
            let (old, new) = (
                try before.tensor.elements(as: Double.self), try after.tensor.elements(as: Double.self)
            )
            for (index, gradient) in gradients.enumerated() {
                let clipped = gradient * scale
                let step = 0.01 * clipped / (abs(clipped) + 1e-5)
                #expect(abs(new[index] - (old[index] - step)) < 2e-6 + 1e-3 * abs(step), "\(name) \(index)")
            }
        }
    }

    /// Epsilon is seen where gradients are as small: a weight then moves by half the rate.
    @Test func epsilonOfTheOptimizer() throws {
        let configuration = try configuration {
            ($0.gradientLimit, $0.entropyWeight, $0.valueWeight) = (1e-5, 0, 1e3)
        }
        let (policy, reference) = (try SpikingPolicyTests.policy(), try SpikingPolicyTests.policy())
        let rollout = try rollout(policy)
        try loss(reference, rollout, configuration).total.backward()
        let norm = try reference.parameters.reduce(0.0) { try $0 + $1.tensor.gradient!.squared().sum().item() }
            .squareRoot()
        _ = try PolicyOptimizer(policy, configuration).update(
            rollout, learningRate: 0.1, random: RandomStream(seed: 1))
        let gradient = try reference.value.bias!.gradient!.item() * 1e-5 / (norm + 1e-6)
        let expected = -0.1 * gradient / (abs(gradient) + 1e-5)
        #expect(abs(expected) > 0.005 && abs(expected) < 0.095)
        #expect(try abs(policy.value.bias!.item() - expected) < 2e-4 * abs(expected))
    }

    /// Advantages as small as the number that is added to their deviation.
    @Test func smallAdvantages() throws {
        let configuration = try configuration()
        let policy = try SpikingPolicyTests.policy()
        let large = try rollout(policy)
        let small = Rollout(
            spikes: large.spikes, actions: large.actions, logProbabilities: large.logProbabilities,
            advantages: try large.advantages * 1e-8, returns: large.returns)
        let expected = try loss(SpikingPolicyTests.policy(), small, configuration).figures[0]
        let figures = try PolicyOptimizer(policy, configuration)
            .update(small, learningRate: 0.01, random: RandomStream(seed: 1))
        #expect(abs(figures.policyLoss - expected) < 1e-4 * max(1, abs(expected)))
    }

    /// As many steps as minibatches in each epoch, the last of which may be smaller.
    @Test(arguments: [(7, 2, 3, 6), (7, 7, 1, 7), (7, 4, 2, 8), (6, 4, 1, 3), (1, 1, 2, 2)])
    func stepsOfAnUpdate(rows: Int, minibatches: Int, epochs: Int, steps: Int) throws {
        let policy = try SpikingPolicyTests.policy()
        let optimizer = try PolicyOptimizer(
            policy,
            configuration {
                ($0.minibatches, $0.epochs) = (minibatches, epochs)
            })
        let figures = try optimizer.update(
            rollout(policy, rows), learningRate: 0, random: RandomStream(seed: 1))
        #expect(try optimizer.state()["step.value.bias"]!.item() == Double(steps))
        // Without learning, every minibatch has the same distribution, and its figures are of the same size.
        #expect(figures.valueLoss.isFinite && figures.entropy > 0 && figures.entropy <= 0.693_148)
    }

    @Test func figuresAreMeansOverMinibatches() throws {
        let policy = try SpikingPolicyTests.policy()
        let rollout = try rollout(policy, 6)
        let (whole, parts) = (try configuration(), try configuration { ($0.minibatches, $0.epochs) = (3, 4) })
        let one = try PolicyOptimizer(policy, whole).update(rollout, learningRate: 0, random: RandomStream(seed: 1))
        let many = try PolicyOptimizer(policy, parts).update(rollout, learningRate: 0, random: RandomStream(seed: 1))
        #expect(abs(one.valueLoss - many.valueLoss) < 1e-4 * one.valueLoss)
        #expect(abs(one.entropy - many.entropy) < 1e-5)
    }
}
