import FileTestSupport
import SpikeGym
import Testing

@Suite struct CartPoleTests {
    /// A trajectory of Gymnasium's; see `Fixtures/README.md`.
    struct Trajectory: Decodable {
        let start: [Double]
        let actions: [Int]
        let states: [[Double]]
        let rewards: [Double]
        let terminated: Bool
        let truncated: Bool
    }

    static func state(_ values: [Double]) -> CartPole.State {
        CartPole.State(position: values[0], velocity: values[1], angle: values[2], angularVelocity: values[3])
    }

    /// NumPy's sine and cosine may differ from the system's in the last bit; a pole that falls doubles a difference
    /// every nine steps, so 1e-16 stays below 1e-12 for 120 steps.
    @Test func movesAsGymnasiumsDoes() throws {
        let trajectories: [Trajectory] = try fixture("cart_pole")
        #expect(trajectories.count == 9)
        for trajectory in trajectories {
            let environment = CartPole(count: 1)
            _ = environment.reset(to: [Self.state(trajectory.start)])
            for (step, action) in trajectory.actions.enumerated() {
                let result = environment.step(.discrete([action]))
                #expect(result.rewards == [trajectory.rewards[step]])
                let isLast = step == trajectory.actions.count - 1
                #expect(result.terminated == [isLast && trajectory.terminated])
                #expect(result.truncated == [isLast && trajectory.truncated])
                #expect(result.reached == trajectory.states[step].map { Float($0) })
                guard !isLast else { continue }
                let state = environment.states[0]
                let values = [state.position, state.velocity, state.angle, state.angularVelocity]
                for (value, expected) in zip(values, trajectory.states[step]) {
                    #expect(abs(value - expected) <= 1e-12)
                }
            }
        }
    }

    @Test func episodesAreCutOffAfter500Steps() {
        let environment = CartPole(count: 3, seed: 4)
        var observations = environment.reset(seed: 4)
        var ends: [Int] = []
        for step in 1...1001 {
            // Leaning and falling to the right, push to the right.
            let actions: [Int] = (0..<3).map { (copy: Int) in
                let (angle, velocity) = (observations[4 * copy + 2], observations[4 * copy + 3])
                return angle + 0.5 * velocity > 0 ? 1 : 0
            }
            let result = environment.step(.discrete(actions))
            #expect(!result.terminated.contains(true))
            if result.truncated.contains(true) {
                ends.append(step)
                #expect(result.truncated == [true, true, true])
                #expect(result.observations != result.reached)
                #expect(result.observations.allSatisfy { abs($0) <= 0.05 })
            } else {
                #expect(result.observations == result.reached)
            }
            observations = result.observations
        }
        #expect(ends == [500, 1000])
    }

    @Test func episodesBeginEvenlyWithinTheirBounds() {
        let environment = CartPole(count: 2000, seed: 1)
        let values = environment.reset(seed: 1)
        #expect(values.allSatisfy { abs($0) <= 0.05 })
        for feature in 0..<4 {
            let own = stride(from: feature, to: values.count, by: 4).map { Double(values[$0]) }
            let mean = own.reduce(0, +) / 2000
            // Four standard errors: 0.1/√12/√2000.
            #expect(abs(mean) <= 4 * 0.1 / 12.0.squareRoot() / 2000.0.squareRoot())
            #expect(own.max()! > 0.0495 && own.min()! < -0.0495)
        }
    }

    @Test func seedsDecide() {
        let environment = CartPole(count: 2)
        let first = environment.reset(seed: 8)
        let second = environment.reset(seed: nil)
        #expect(first != second)
        #expect(environment.reset(seed: 8) == first)
        #expect(environment.reset(seed: nil) == second)
        // The second copy has the next seed.
        #expect(Array(environment.reset(seed: 9)[0..<4]) == Array(first[4..<8]))
    }

    @Test func sourcesKnowIt() throws {
        let options = GymnasiumOptions(python: "/nowhere/python")
        for source in [EnvironmentSource.native, .automatic(options)] {
            let environment = try source.environment("CartPole-v1", count: 2)
            #expect(environment is CartPole && environment.count == 2)
        }
        #expect(
            message { _ = try EnvironmentSource.native.environment("Acrobot-v1", count: 1) }
                == "Acrobot-v1: only CartPole-v1 is there without Gymnasium")
        for (source, name) in [
            (EnvironmentSource.gymnasium(options), "CartPole-v1"), (.automatic(options), "Acrobot-v1"),
        ] {
            #expect(
                message { _ = try source.environment(name, count: 1) }
                    == "/nowhere/python: cannot be run: no such file or directory; install Python 3, or name one with "
                    + "--python or SPIKEKIT_PYTHON")
        }
    }

    /// 300 steps after a state was saved, with many ends of episodes: the same to the last bit.
    @Test func aSavedStateGoesOnExactly() throws {
        let environment = CartPole(count: 3, seed: 4)
        let random = RandomActions(space: environment.actionSpace, seed: 4)
        for step in 0..<37 { _ = environment.step(random.draw(count: 3, at: 3 * step)) }
        let saved = environment.savedState
        let current = environment.states.flatMap {
            [Float($0.position), Float($0.velocity), Float($0.angle), Float($0.angularVelocity)]
        }
        func goOn(_ environment: CartPole) -> [EnvironmentStep] {
            (37..<337).map { environment.step(random.draw(count: 3, at: 3 * $0)) }
        }
        let expected = goOn(environment)
        #expect(expected.count { $0.terminated.contains(true) } > 10)
        let other = CartPole(count: 3, seed: 99)
        #expect(try other.restore(saved) == current)
        #expect(goOn(other) == expected)
    }

    @Test func damagedStatesAreRefused() throws {
        let environment = CartPole(count: 2)
        let saved = environment.savedState
        let (steps, drawn) = ("\"stepsTaken\":[0,0]", "\"drawn\":[4,4]")
        #expect(saved.contains(steps) && saved.contains(drawn))
        for text in [
            "", "{}", String(saved.dropLast(5)), CartPole(count: 3).savedState,
            saved.replacing(steps, with: "\"stepsTaken\":[0]"),
            saved.replacing(steps, with: "\"stepsTaken\":[0,-1]"),
            saved.replacing(steps, with: "\"stepsTaken\":[0,9223372036854775807]"),
            saved.replacing(drawn, with: "\"drawn\":[4,18446744073709551615]"),
        ] {
            #expect(
                message { _ = try environment.restore(text) }
                    == "CartPole-v1: failed: a saved state is damaged, or of another number of copies", "\(text)")
        }
        #expect(environment.savedState == saved)
    }
}
