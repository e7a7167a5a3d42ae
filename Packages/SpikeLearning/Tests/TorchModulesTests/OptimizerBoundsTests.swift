import TestSupport
import Testing
import TorchTensors

@testable import TorchModules

/// Defaults and bounds of optimizers, averages and schedules.
@Suite(.leavesNothing) struct OptimizerBoundsTests {
    @Test func defaultsAreThoseOfPyTorch() {
        let (adam, sgd) = (AdamW([]), SGD([]))
        #expect(adam.betas.0 == 0.9 && adam.betas.1 == 0.999 && adam.epsilon == 1e-8)
        #expect(sgd.momentum == 0 && sgd.dampening == 0 && !sgd.isNesterov)
        #expect(ParameterGroup([], learningRate: 1).weightDecay == 0)
    }

    @Test func settingsOnTheBoundsAreTaken() {
        #expect(SGD([], momentum: 0.999, dampening: 1).dampening == 1)
        #expect(SGD([], momentum: 0.001, isNesterov: true).isNesterov)
        #expect(AdamW([], betas: (0, 0), epsilon: .leastNonzeroMagnitude).betas.0 == 0)
        #expect(AdamW([ParameterGroup([], learningRate: 0, weightDecay: 0)]).groups[0].learningRate == 0)
    }

    @Test func gradientDescentRefusesWhatMakesNoSense() async {
        await #expect(processExitsWith: .failure) { _ = SGD([], momentum: 1) }
        await #expect(processExitsWith: .failure) { _ = SGD([], momentum: -0.1) }
        await #expect(processExitsWith: .failure) { _ = SGD([], momentum: 0.9, dampening: 1.1) }
        await #expect(processExitsWith: .failure) { _ = SGD([], momentum: 0.9, dampening: -0.1) }
        await #expect(processExitsWith: .failure) { _ = SGD([], dampening: 0.5) }
        await #expect(processExitsWith: .failure) { _ = SGD([], isNesterov: true) }
        await #expect(processExitsWith: .failure) { _ = SGD([], momentum: 0.9, dampening: 0.1, isNesterov: true) }
    }

    @Test func adamRefusesWhatMakesNoSense() async {
        await #expect(processExitsWith: .failure) { _ = AdamW([], betas: (1, 0.9)) }
        await #expect(processExitsWith: .failure) { _ = AdamW([], betas: (0.9, 1)) }
        await #expect(processExitsWith: .failure) { _ = AdamW([], betas: (-0.1, 0.9)) }
        await #expect(processExitsWith: .failure) { _ = AdamW([], epsilon: 0) }
    }

    @Test func groupsAreChecked() async {
        await #expect(processExitsWith: .failure) { _ = SGD([ParameterGroup([], learningRate: -0.1)]) }
        await #expect(processExitsWith: .failure) {
            _ = SGD([ParameterGroup([], learningRate: 0.1, weightDecay: -0.1)])
        }
        await #expect(processExitsWith: .failure) {
            let parameter = try Parameter(Tensor([1] as [Float]))
            _ = SGD([ParameterGroup([("a", parameter), ("a", parameter)], learningRate: 0.1)])
        }
        await #expect(processExitsWith: .failure) { AdamW([ParameterGroup([], learningRate: 1)]).setLearningRate(-1) }
    }

    /// No value of float32 lies beyond these ranges, but a file may hold float64.
    @Test func stateOutsideItsRangeIsRefused() throws {
        let file = try TrainingFile.load()
        let pair = try Pair(file)
        let adam = AdamW(pair.parameterGroups(learningRate: 0.05, weightDecay: 0))
        try pair.setGradients(file.gradients[2])
        try adam.step()
        func problem(_ name: String, _ value: Double) throws -> String? {
            var state = try adam.state()
            state[name] = try Tensor.full(state[name]!.shape, value, dtype: .float64)
            return message { try adam.load(state: state) }
        }
        let wide = "and its values are within -4e+38...4e+38"
        #expect(try problem("first_moment.a", 4.02e38) == "first_moment.a holds 4.02e+38, \(wide)")
        #expect(try problem("first_moment.a", -4.02e38) == "first_moment.a holds -4.02e+38, \(wide)")
        #expect(
            try problem("second_moment.b", 4.02e38)
                == "second_moment.b holds 4.02e+38, and its values are within 0.0...4e+38")
        #expect(try problem("step.a", 1.005e18)?.hasSuffix("and its values are within 0.0...1e+18") == true)
        #expect(try problem("step.a", -1)?.hasSuffix("and its values are within 0.0...1e+18") == true)
        #expect(try problem("second_moment.b", 0) == nil && problem("step.a", 0) == nil)
    }

    // MARK: Averages and clipping

    @Test func averagesAreRefusedWhileTheyAreSwapped() async {
        await #expect(processExitsWith: .failure) {
            _ = try ExponentialMovingAverage(of: Pair(TrainingFile.load()), decay: 1.01)
        }
        await #expect(processExitsWith: .failure) {
            _ = try ExponentialMovingAverage(of: Pair(TrainingFile.load()), decay: -0.01)
        }
        await #expect(processExitsWith: .failure) {
            let average = try ExponentialMovingAverage(of: Pair(TrainingFile.load()), decay: 0.5)
            average.decay = 2
        }
        await #expect(processExitsWith: .failure) {
            let average = try ExponentialMovingAverage(of: Pair(TrainingFile.load()), decay: 0.5)
            average.swap()
            try average.update()
        }
        await #expect(processExitsWith: .failure) {
            let average = try ExponentialMovingAverage(of: Pair(TrainingFile.load()), decay: 0.5)
            try average.withAverages { () throws(TensorError) in average.withAverages {} }
        }
        await #expect(processExitsWith: .failure) {
            let average = try ExponentialMovingAverage(of: Pair(TrainingFile.load()), decay: 0.5)
            average.swap()
            _ = average.state()
        }
        await #expect(processExitsWith: .failure) {
            let average = try ExponentialMovingAverage(of: Pair(TrainingFile.load()), decay: 0.5)
            let state = average.state()
            average.swap()
            try average.load(state: state)
        }
    }

    @Test func averagesOfNothing() throws {
        let average = try ExponentialMovingAverage(of: ReLU(), decay: 0.5)
        try average.update()
        #expect(average.state().isEmpty && !average.isSwapped && average.decay == 0.5)
    }

    private func clipped(_ gradient: Double, to maximum: Double) throws -> Double {
        let parameter = try Parameter(Tensor([1.0]))
        try parameter.tensor.setGradient(Tensor([gradient]))
        #expect(try abs(clipGradientNorm([parameter], maximum: maximum) - gradient) < 1e-12 * gradient)
        return try parameter.tensor.gradient!.item()
    }

    @Test func normsAreClippedFromTheMaximumOn() throws {
        // A millionth is added to the norm, as PyTorch does.
        #expect(try abs(clipped(1e-6, to: 1e-6) - 0.5e-6) < 1e-15)
        #expect(try abs(clipped(2, to: 2) - 4 / 2.000_001) < 1e-14)
        #expect(try clipped(3, to: 4) == 3 && clipped(3, to: 3.1) == 3)
    }

    @Test func maximaMustBePositive() async throws {
        await #expect(processExitsWith: .failure) { try clipGradientNorm([], maximum: 0) }
        await #expect(processExitsWith: .failure) { try clipGradientValue([], maximum: 0) }
        #expect(try clipGradientNorm([], maximum: 1e-300) == 0)
        let parameter = try Parameter(Tensor([1.0, 1, 1]))
        try parameter.tensor.setGradient(Tensor([-3.0, 0.25, 3]))
        try clipGradientValue([parameter], maximum: 0.5)
        #expect(try parameter.tensor.gradient!.elements(as: Double.self) == [-0.5, 0.25, 0.5])
    }

    // MARK: Schedules

    @Test func schedulesThatMakeNoSenseAreRefused() async {
        await #expect(processExitsWith: .failure) { _ = ConstantSchedule(-0.1) }
        await #expect(processExitsWith: .failure) { _ = LinearSchedule(initial: -1, final: 1, totalSteps: 4) }
        await #expect(processExitsWith: .failure) { _ = LinearSchedule(initial: 1, final: -1, totalSteps: 4) }
        await #expect(processExitsWith: .failure) { _ = LinearSchedule(initial: 1, final: 1, totalSteps: 0) }
        await #expect(processExitsWith: .failure) { _ = CosineSchedule(base: -1, totalSteps: 4) }
        await #expect(processExitsWith: .failure) { _ = CosineSchedule(base: 1, warmUpSteps: -1, totalSteps: 4) }
        await #expect(processExitsWith: .failure) { _ = CosineSchedule(base: 1, warmUpSteps: 4, totalSteps: 4) }
        await #expect(processExitsWith: .failure) { _ = WarmUpSchedule(ConstantSchedule(1), warmUpSteps: -1) }
    }

    @Test func theLeastSchedulesThatMakeSense() {
        #expect(ConstantSchedule(0).rate == 0)
        #expect(LinearSchedule(initial: 0, final: 0, totalSteps: 1).learningRate(at: 0) == 0)
        #expect(CosineSchedule(base: 0, totalSteps: 1).learningRate(at: 0) == 0)
        let warm = CosineSchedule(base: 1, initial: 0.5, warmUpSteps: 2, totalSteps: 3)
        #expect([0, 1, 2, 3].map { warm.learningRate(at: $0) } == [0.5, 0.75, 1, 0])
    }
}
