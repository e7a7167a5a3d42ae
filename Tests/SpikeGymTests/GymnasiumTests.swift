import FileTestSupport
import Foundation
import SpikeGym
import Testing

/// Gymnasium's own environments.
@Suite(.enabled(if: Python.hasGymnasium)) struct GymnasiumTests {
    /// The same states and actions in both: Gymnasium begins an episode wherever its bounds leave one place only.
    @Test func theNativeCartPoleMovesAsGymnasiumsDoes() throws {
        let folder = try TemporaryFolder()
        _ = try folder.file(
            "spikekit_start.py",
            """
            import gymnasium
            from gymnasium.envs.classic_control.cartpole import CartPoleEnv

            class Start(CartPoleEnv):
                def reset(self, *, seed=None, options=None):
                    place = -0.04 + 0.01 * (seed or 0)
                    return super().reset(seed=seed, options={"low": place, "high": place})

            gymnasium.register("Start-v0", entry_point=Start, max_episode_steps=500)
            """)
        let theirs = try GymnasiumEnvironment(
            "spikekit_start:Start-v0", count: 8, options: GymnasiumOptions(variables: ["PYTHONPATH": folder.path]))
        let ours = CartPole(count: 8)
        #expect(theirs.observationSpace == ours.observationSpace)
        #expect(theirs.actionSpace == ours.actionSpace)
        let states = (0..<8).map { index in
            let place = -0.04 + 0.01 * Double(index)
            return CartPole.State(position: place, velocity: place, angle: place, angularVelocity: place)
        }
        var (their, our) = (try theirs.reset(seed: 0), ours.reset(to: states))
        #expect(their == our)
        let random = RandomActions(space: ours.actionSpace, seed: 6)
        // Until its first end, each copy has the same state in both; afterwards they begin in different places.
        var isRunning = [Bool](repeating: true, count: 8)
        var compared = 0
        for step in 0..<200 where isRunning.contains(true) {
            let actions = random.draw(count: 8, at: 8 * step)
            let (theirStep, ourStep) = (try theirs.step(actions), ours.step(actions))
            (their, our) = (theirStep.reached, ourStep.reached)
            for index in 0..<8 where isRunning[index] {
                for feature in 4 * index..<4 * index + 4 { #expect(abs(their[feature] - our[feature]) <= 1e-6) }
                #expect(theirStep.terminated[index] == ourStep.terminated[index])
                #expect(theirStep.truncated[index] == ourStep.truncated[index])
                #expect(theirStep.rewards[index] == ourStep.rewards[index])
                compared += 1
                isRunning[index] = !ourStep.isEnd(index)
            }
        }
        #expect(compared > 80 && !isRunning.contains(true))
    }

    @Test func aHeldPoleIsCutOffAfter500Steps() throws {
        let environment = try GymnasiumEnvironment("CartPole-v1", count: 2)
        var observations = try environment.reset(seed: 3)
        for step in 1...500 {
            let actions: [Int] = (0..<2).map { (copy: Int) in
                let (angle, velocity) = (observations[4 * copy + 2], observations[4 * copy + 3])
                return angle + 0.5 * velocity > 0 ? 1 : 0
            }
            let result = try environment.step(.discrete(actions))
            #expect(result.truncated == Array(repeating: step == 500, count: 2) && result.terminated == [false, false])
            observations = result.observations
        }
        #expect(observations.allSatisfy { abs($0) <= 0.05 })
    }

    @Test(arguments: [
        ("MountainCarContinuous-v0", 2, ActionSpace.box(BoxSpace(shape: [1], low: [-1], high: [1]))),
        ("Acrobot-v1", 6, .discrete(count: 3)), ("Pendulum-v1", 3, .box(BoxSpace(shape: [1], low: [-2], high: [2]))),
    ]) func othersRun(name: String, features: Int, actionSpace: ActionSpace) throws {
        let environment = try GymnasiumEnvironment(name, count: 3)
        #expect(environment.observationSpace.count == features && environment.actionSpace == actionSpace)
        let random = RandomActions(space: actionSpace, seed: 1)
        func observations() throws -> [[Float]] {
            let first = try environment.reset(seed: 12)
            return try [first] + (0..<50).map { try environment.step(random.draw(count: 3, at: 3 * $0)).observations }
        }
        let trajectory = try observations()
        #expect(Set(trajectory).count == 51 && trajectory.allSatisfy { $0.count == 3 * features })
        #expect(try observations() == trajectory)
        let fitted = try EpisodeStatistics(ofRandomEpisodes: 4, in: environment, seed: 1)
        #expect(try ObservationScaler(fittedTo: fitted).featureCount == features)
    }

    @Test(arguments: [
        ("CartPole-v9", "CartPole-v9: cannot be made: VersionNotFound"), ("Nothing-v0", "NameNotFound"),
        ("no_such_module:Thing-v0", "no_such_module"), ("", "cannot be made"),
        ("Taxi-v3", "cannot be made: DeprecatedEnv"),
    ]) func wrongNamesAreOneLine(name: String, complaint: String) throws {
        let text = try #require(message { _ = try GymnasiumEnvironment(name, count: 2) })
        #expect(text.contains(complaint) && !text.contains("\n"), "\(text)")
    }
}
