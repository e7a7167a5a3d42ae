import Testing

@testable import SpikingAgents

@Suite struct AdvantageEstimatorTests {
    static func step(_ reward: Double, _ value: Double, _ next: Double, isEnd: Bool = false) -> AdvantageEstimator.Step
    {
        AdvantageEstimator.Step(rewards: [reward], values: [value], nextValues: [next], isEnd: [isEnd])
    }

    /// By hand, with γ = ½ and λ = ½.
    @Test func errorsAreSummedBackwards() {
        let estimator = AdvantageEstimator(discount: 0.5, traceDecay: 0.5)
        let (advantages, returns) = estimator.estimate([Self.step(1, 2, 4), Self.step(3, 4, 8)])
        // δ = 1 + 2 − 2 = 1 and 3 + 4 − 4 = 3; A = 1 + ¼·3 and 3.
        #expect(advantages == [1.75, 3] && returns == [3.75, 7])
    }

    @Test func nothingPassesAnEpisodesEnd() {
        let estimator = AdvantageEstimator(discount: 0.5, traceDecay: 0.5)
        let (ended, _) = estimator.estimate([Self.step(1, 2, 0, isEnd: true), Self.step(100, 0, 0)])
        #expect(ended == [-1, 100])
        // Cut off: what might have followed is in the next value.
        let (cut, returns) = estimator.estimate([Self.step(1, 2, 6, isEnd: true), Self.step(100, 0, 0)])
        #expect(cut == [2, 100] && returns == [4, 100])
    }

    @Test func lambdaGoesFromOneStepToWholeReturns() {
        let steps = [Self.step(1, 0, 0), Self.step(1, 0, 0), Self.step(1, 0, 0, isEnd: true)]
        #expect(AdvantageEstimator(discount: 1, traceDecay: 0).estimate(steps).advantages == [1, 1, 1])
        #expect(AdvantageEstimator(discount: 1, traceDecay: 1).estimate(steps).advantages == [3, 2, 1])
        #expect(AdvantageEstimator(discount: 1, traceDecay: 1).estimate([]).returns == [])
    }

    @Test func copiesAreIndependent() {
        let steps = [
            AdvantageEstimator.Step(rewards: [1, 5], values: [0, 0], nextValues: [0, 0], isEnd: [false, true]),
            AdvantageEstimator.Step(rewards: [2, 7], values: [0, 0], nextValues: [0, 0], isEnd: [false, false]),
        ]
        #expect(AdvantageEstimator(discount: 1, traceDecay: 1).estimate(steps).advantages == [3, 5, 2, 7])
    }
}
