import Testing
import TorchModules

@Suite struct LearningRateScheduleTests {
    /// PyTorch steps from rate to rate, which gathers a rounding a step: 31 of 1.1e-16, relative to a base of 0.4.
    @Test func cosineWithWarmUpAgreesWithPyTorch() throws {
        let schedule = CosineSchedule(base: 0.4, final: 0.01, initial: 0.04, warmUpSteps: 5, totalSteps: 30)
        let rates = try TrainingFile.load().rates
        #expect(rates.count == 31)
        for (step, rate) in rates.enumerated() {
            #expect(abs(schedule.learningRate(at: step) - rate) < 1e-14, "step \(step)")
        }
    }

    @Test func cosine() {
        let schedule = CosineSchedule(base: 1, totalSteps: 4)
        #expect(schedule.learningRate(at: 0) == 1)
        #expect(abs(schedule.learningRate(at: 2) - 0.5) < 1e-15)
        #expect(schedule.learningRate(at: 4) == 0)
        #expect(schedule.learningRate(at: 9) == 0)
        #expect(CosineSchedule(base: 1, warmUpSteps: 2, totalSteps: 4).learningRate(at: 0) == 0)
    }

    @Test func linear() {
        let schedule = LinearSchedule(initial: 1, final: 0.5, totalSteps: 4)
        #expect([0, 1, 2, 4, 7].map { schedule.learningRate(at: $0) } == [1, 0.875, 0.75, 0.5, 0.5])
    }

    /// Where the formula is off by a rounding: 0.1 + (1e-4 − 0.1) is not 1e-4.
    @Test func endsAreExact() {
        let linear = LinearSchedule(initial: 0.1, final: 1e-4, totalSteps: 3)
        let cosine = CosineSchedule(base: 0.1, final: 1e-4, initial: 0.3, warmUpSteps: 2, totalSteps: 7)
        #expect([3, 4].map { linear.learningRate(at: $0) } == [1e-4, 1e-4] && linear.learningRate(at: 0) == 0.1)
        #expect([7, 8].map { cosine.learningRate(at: $0) } == [1e-4, 1e-4] && cosine.learningRate(at: 0) == 0.3)
    }

    @Test func warmUp() {
        let schedule = WarmUpSchedule(LinearSchedule(initial: 1, final: 0, totalSteps: 10), warmUpSteps: 3)
        let expected = [1.0 / 4, 0.9 * 2 / 4, 0.8 * 3 / 4, 0.7, 0.6]
        for (step, rate) in expected.enumerated() { #expect(abs(schedule.learningRate(at: step) - rate) < 1e-15) }
        #expect(WarmUpSchedule(ConstantSchedule(0.3), warmUpSteps: 0).learningRate(at: 0) == 0.3)
    }

    @Test func constant() {
        #expect(ConstantSchedule(0.3).learningRate(at: 1_000_000) == 0.3)
    }
}
