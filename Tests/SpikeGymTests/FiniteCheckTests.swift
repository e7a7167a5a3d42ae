import FileTestSupport
import Foundation
import SpikeGym
import Testing

@Suite struct FiniteCheckTests {
    /// A step of two copies with two features each.
    func step(
        _ observations: [Float] = [0, 0, 0, 0], reached: [Float]? = nil, rewards: [Double] = [1, 1],
        terminated: [Bool] = [false, false], truncated: [Bool] = [false, false]
    ) -> EnvironmentStep {
        EnvironmentStep(
            observations: observations, reached: reached ?? observations, rewards: rewards, terminated: terminated,
            truncated: truncated)
    }

    func check() -> FiniteCheck { FiniteCheck("Pole", count: 2, featureNames: ["angle", "speed"]) }

    let advice = "; mend the environment, or wrap it so that its values are finite"

    @Test func theFirstObservationIsOfStepZero() {
        var check = check()
        #expect(
            message { try check.begin([0, 0, 0, .nan]) }
                == "Pole: element 1 (speed) of the observation of copy 1 after step 0 of its episode is NaN" + advice)
        var nameless = FiniteCheck("Pole", count: 2, featureNames: [])
        #expect(
            message { try nameless.begin([-.infinity, 0, 0, 0]) }
                == "Pole: element 0 of the observation of copy 0 after step 0 of its episode is -inf, or beyond single "
                + "precision" + advice)
    }

    @Test func stepsAreCountedInEachCopysEpisode() throws {
        var check = check()
        try check.begin([0, 0, 0, 0])
        try check.advance(step())
        try check.advance(step(terminated: [true, false]))
        try check.advance(step(truncated: [false, true]))
        var other = check
        #expect(
            message { try check.advance(step(rewards: [1, .nan])) }
                == "Pole: the reward of copy 1 after step 1 of its episode is NaN" + advice)
        #expect(
            message { try other.advance(step(rewards: [.infinity, 1])) }
                == "Pole: the reward of copy 0 after step 2 of its episode is inf, or beyond single precision" + advice)
        var third = self.check()
        #expect(
            message { try third.advance(step(rewards: [-1e39, 1])) }
                == "Pole: the reward of copy 0 after step 1 of its episode is -1e+39, too large" + advice)
    }

    @Test func whereAnEpisodeEndedByItselfItMayEndInNaN() throws {
        var check = check()
        try check.advance(step(reached: [.nan, 0, 0, 0], terminated: [true, false]))
        try check.advance(step(reached: [.nan, 0, 0, 0], terminated: [true, false], truncated: [true, false]))
        // The value of what was cut off is asked for.
        #expect(
            message { try check.advance(step(reached: [0, 0, .nan, 0], truncated: [false, true])) }?
                .hasPrefix("Pole: element 0 (angle) of the observation of copy 1 after step 3 of its episode is NaN")
                == true)
    }

    /// As Gymnasium's environments give them.
    @Test(
        .enabled(if: Python.hasGymnasium),
        arguments: [
            ("Observation", "element 2 of the observation of copy 1 after step 2 of its episode is NaN"),
            ("Infinite", "element 2 of the observation of copy 1 after step 2 of its episode is inf, or beyond"),
            ("Large", "element 2 of the observation of copy 1 after step 2 of its episode is inf, or beyond"),
            ("Reward", "the reward of copy 1 after step 2 of its episode is NaN"),
            ("NoReward", "the reward of copy 1 after step 2 of its episode is NaN"),
        ]) func environmentsOfGymnasiumAreWatched(kind: String, place: String) throws
    {
        let folder = try TemporaryFolder()
        _ = try folder.file(
            "spikekit_flaws.py",
            """
            import gymnasium, numpy
            class Flawed(gymnasium.Env):
                observation_space = gymnasium.spaces.Box(-1, 1, (3,), numpy.float64)
                action_space = gymnasium.spaces.Discrete(2)
                def __init__(self, kind): self.kind = kind
                def reset(self, *, seed=None, options=None):
                    super().reset(seed=seed)
                    self.steps = 0
                    return numpy.zeros(3), {}
                def step(self, action):
                    self.steps += 1
                    observation, reward = numpy.zeros(3), 1.0
                    if action == 1 and self.steps == 2:
                        value = {"Observation": numpy.nan, "Infinite": numpy.inf, "Large": 1e300}
                        if self.kind in value: observation[2] = value[self.kind]
                        else: reward = {"Reward": numpy.nan, "NoReward": None}[self.kind]
                    return observation, reward, False, False, {}
            for kind in ["Observation", "Infinite", "Large", "Reward", "NoReward"]:
                gymnasium.register(kind + "-v0", entry_point=Flawed, kwargs={"kind": kind})
            """)
        let environment = try GymnasiumEnvironment(
            "spikekit_flaws:\(kind)-v0", count: 2, options: GymnasiumOptions(variables: ["PYTHONPATH": folder.path]))
        _ = try environment.reset(seed: 1)
        _ = try environment.step(.discrete([0, 1]))
        let text = try #require(message { _ = try environment.step(.discrete([0, 1])) })
        #expect(text.hasPrefix("spikekit_flaws:\(kind)-v0: \(place)") && !text.contains("\n"), "\(text)")
    }
}
