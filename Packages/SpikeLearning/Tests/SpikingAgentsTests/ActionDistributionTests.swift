import SpikeGym
import TestSupport
import Testing
import TorchTensors

@testable import SpikingAgents

@Suite(.leavesNothing) struct ActionDistributionTests {
    static let box = ActionSpace.box(BoxSpace(shape: [2], low: [-2, 0], high: [2, 10]))

    /// Probabilities 0.2, 0.3, 0.5.
    func choices(batch: Int) throws -> ActionDistribution {
        let logits = try Tensor([0.2, 0.3, 0.5] as [Float]).log().expanded([batch, 3])
        return try ActionDistribution(logits, logDeviation: nil, .discrete(count: 3))
    }

    @Test func choicesHaveTheirProbabilities() throws {
        let distribution = try choices(batch: 20_000)
        let drawn = try distribution.sample(from: RandomStream(seed: 1))
        for (choice, probability) in [0.2, 0.3, 0.5].enumerated() {
            let share = Double(drawn.count { $0 == Float(choice) }) / 20_000
            // Four standard deviations of a binomial share.
            #expect(abs(share - probability) <= 4 * (probability * (1 - probability) / 20_000).squareRoot())
        }
        #expect(try distribution.sample(from: RandomStream(seed: 1)) == drawn)
        #expect(try distribution.sample(from: RandomStream(seed: 2)) != drawn)
        let one = try choices(batch: 3)
        #expect(try one.mode() == [2, 2, 2])
        let logs: [Float] = try one.logProbability(Tensor([0, 1, 2] as [Float], shape: [3, 1])).exp().elements()
        for (found, expected) in zip(logs, [0.2, 0.3, 0.5] as [Float]) { #expect(abs(found - expected) <= 1e-6) }
        // −Σ p ln p
        let entropy: [Float] = try one.entropy().elements()
        #expect(entropy.count == 3 && entropy.allSatisfy { abs($0 - 1.029_653_0) <= 1e-5 })
    }

    @Test func severalChoicesAreIndependent() throws {
        let logits = try Tensor([0.25, 0.75, 0.1, 0.2, 0.7] as [Float], shape: [1, 5]).log()
        let distribution = try ActionDistribution(logits, logDeviation: nil, .multiDiscrete(counts: [2, 3]))
        #expect(try distribution.mode() == [1, 2])
        let probability = try distribution.logProbability(Tensor([0, 1] as [Float], shape: [1, 2])).exp().item()
        #expect(abs(probability - 0.25 * 0.2) <= 1e-6)
        let entropy = try distribution.entropy().item()
        // 0.562335 and 0.801819 nats.
        #expect(abs(entropy - 1.364_154) <= 1e-5)
        #expect(ActionSpace.multiDiscrete(counts: [2, 3]).outputCount == 5)
        #expect(ActionSpace.multiDiscrete(counts: [2, 3]).actions([1, 2]) == .discrete([1, 2]))
    }

    @Test func realValuesAreNormal() throws {
        let means = try Tensor([0.5, -1] as [Float]).expanded([10_000, 2])
        let logDeviation = try Tensor([0, -1] as [Float])
        let distribution = try ActionDistribution(means, logDeviation: logDeviation, Self.box)
        let drawn = try distribution.sample(from: RandomStream(seed: 3))
        for (index, (mean, deviation)) in [(0.5, 1.0), (-1, 0.367_879_4)].enumerated() {
            let own = stride(from: index, to: drawn.count, by: 2).map { Double(drawn[$0]) }
            let found = own.reduce(0, +) / 10_000
            // Four standard errors, of the mean and of the deviation.
            #expect(abs(found - mean) <= 4 * deviation / 100)
            let spread = (own.reduce(0) { $0 + ($1 - found) * ($1 - found) } / 10_000).squareRoot()
            #expect(abs(spread - deviation) <= 4 * deviation / 141)
        }
        #expect(try distribution.mode()[..<2] == [0.5, -1])
        let first = try ActionDistribution(means[0..<1], logDeviation: logDeviation, Self.box)
        let density = try first.logProbability(Tensor([1.5, -1] as [Float], shape: [1, 2])).item()
        // ln of two normal densities: −½ − ½ ln 2π, and 1 − ½ ln 2π.
        #expect(abs(density - (0.5 - 1.837_877_1)) <= 1e-5)
        let entropy = try first.entropy().item()
        // Σ ½ (1 + ln 2π) + ln σ
        #expect(abs(entropy - (1 + 1.837_877_1 - 1)) <= 1e-5)
    }

    @Test func realValuesAreBroughtToTheirBounds() {
        #expect(Self.box.actions([-1, -1, 0, 0, 1, 1, 5, -7]) == .box([-2, 0, 0, 5, 2, 10, 2, 0]))
        let open = ActionSpace.box(BoxSpace(shape: [2], low: [-.infinity, 1], high: [.infinity, .infinity]))
        #expect(open.actions([-30, 0]) == .box([-30, 1]))
    }
}
