import SpikeGym
import SpikingLayers
import TestSupport
import Testing
import TorchModules
import TorchTensors

@testable import SpikingAgents

@Suite(.leavesNothing) struct SpikingPolicyTests {
    static func policy(_ actionSpace: ActionSpace = .discrete(count: 2), seed: UInt64 = 1) throws -> SpikingPolicy {
        var random = RandomSource(seed: seed)
        return try SpikingPolicy(
            .init(units: 6, widths: [8, 5], decay: 0.5, actionSpace: actionSpace), random: &random)
    }

    @Test func isLayersOfNeuronsAndAReadout() throws {
        let policy = try Self.policy()
        let spikes = try Tensor.bernoulli(probabilities: .full([4, 3, 6], 0.5), from: RandomStream(seed: 2))
        var layers: [[Int]] = []
        let values = try policy.critic.observingSpikes { (_, spikes) throws(TensorError) in
            layers.append(spikes.shape)
        } during: {
            try policy.values(spikes)
        }
        #expect(values.shape == [3] && layers == [[4, 3, 8], [4, 3, 5]])
        // The same by hand.
        var hidden = spikes
        for index in [0, 2] {
            let linear = try #require(policy.critic.layers[index] as? Linear)
            hidden = try lifSpikes(
                linear(hidden), LIFDynamics(decay: .factor(0.5), surrogate: .arctangent()))
        }
        #expect(try policy.value(hidden.mean(0)).squeezed(1).equals(values))
        #expect(try policy.distribution(spikes).entropy().shape == [3])
        // 6·8 + 8 + 8·5 + 5 twice, 5·2 + 2, 5 + 1.
        #expect(policy.parameterCount == 2 * (56 + 45) + 12 + 6)
    }

    @Test func everyParameterLearns() throws {
        let box = ActionSpace.box(BoxSpace(shape: [1], low: [-1], high: [1]))
        for space in [ActionSpace.discrete(count: 2), box] {
            let policy = try Self.policy(space)
            let spikes = try Tensor.bernoulli(probabilities: .full([4, 30, 6], 0.5), from: RandomStream(seed: 2))
            let distribution = try policy.distribution(spikes)
            let likelihood = try distribution.logProbability(.ones([30, 1])).sum()
            try (likelihood + policy.values(spikes).sum()).backward()
            for (name, parameter) in policy.namedParameters() {
                let gradient = try #require(parameter.tensor.gradient, "\(name)")
                #expect(try gradient.absolute().sum().item() > 0, "\(name)")
            }
        }
    }

    @Test func seedsDecide() throws {
        let states = try [1, 1, 2].map { try Self.policy(seed: $0).state() }
        let name = "actor.0.weight"
        #expect(try states[0][name]!.equals(states[1][name]!))
        #expect(try !states[0][name]!.equals(states[2][name]!))
    }
}
