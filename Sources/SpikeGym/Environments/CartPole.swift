import Foundation
import SpikeEncoding

/// CartPole-v1 without Python: a pole on a cart that is pushed to the left (0) or right (1), 10 N for 20 ms.
///
///     a = (F + m_p·l·ω²·sin θ)/m
///     ω̇ = (g·sin θ − cos θ·a)/(l·(4/3 − m_p·cos² θ/m)),  v̇ = a − m_p·l·ω̇·cos θ/m
///
/// with m_p = 0.1 kg, m = 1.1 kg, l = 0.5 m, g = 9.8 m/s², integrated by Euler's method. Each step has the reward 1. An
/// episode terminates when |x| > 2.4 m or |θ| > 12°, and is cut off after 500 steps. It begins with each state variable
/// drawn uniformly from ±0.05. States are computed in double precision, in the order of Gymnasium's operations, and
/// observations are in single precision. The random numbers differ from Gymnasium's.
///
/// Source: Barto, Sutton & Anderson, IEEE Trans. SMC 13 (1983), doi:10.1109/TSMC.1983.6313077; as in Gymnasium 1.x.
public final class CartPole: SavableEnvironment {
    /// The state of one cart and pole.
    public struct State: Sendable, Hashable, Codable {
        /// The cart's position x in m.
        public var position: Double
        /// The cart's velocity v in m/s.
        public var velocity: Double
        /// The pole's angle θ from the vertical in rad.
        public var angle: Double
        /// The pole's angular velocity ω in rad/s.
        public var angularVelocity: Double

        /// Creates a state.
        ///
        /// - Parameters:
        ///   - position: The cart's position x in m.
        ///   - velocity: The cart's velocity v in m/s.
        ///   - angle: The pole's angle θ from the vertical in rad.
        ///   - angularVelocity: The pole's angular velocity ω in rad/s.
        public init(position: Double = 0, velocity: Double = 0, angle: Double = 0, angularVelocity: Double = 0) {
            self.position = position
            self.velocity = velocity
            self.angle = angle
            self.angularVelocity = angularVelocity
        }

        /// The state as an observation, in single precision.
        var observation: [Float] { [Float(position), Float(velocity), Float(angle), Float(angularVelocity)] }

        /// The state 20 ms later, after a force in N.
        func pushed(by force: Double) -> State {
            let (sine, cosine) = (sin(angle), cos(angle))
            let pull = (force + 0.05 * (angularVelocity * angularVelocity) * sine) / 1.1
            let angularAcceleration =
                (9.8 * sine - cosine * pull) / (0.5 * (4.0 / 3.0 - 0.1 * (cosine * cosine) / 1.1))
            let acceleration = pull - 0.05 * angularAcceleration * cosine / 1.1
            return State(
                position: position + 0.02 * velocity, velocity: velocity + 0.02 * acceleration,
                angle: angle + 0.02 * angularVelocity,
                angularVelocity: angularVelocity + 0.02 * angularAcceleration)
        }

        var isOver: Bool {
            position < -CartPole.positionLimit || position > CartPole.positionLimit || angle < -CartPole.angleLimit
                || angle > CartPole.angleLimit
        }
    }

    static let positionLimit = 2.4
    static let angleLimit = 12 * 2 * Double.pi / 360
    static let stepLimit = 500

    public let name = "CartPole-v1"
    public let count: Int
    public let observationSpace: BoxSpace
    public let actionSpace = ActionSpace.discrete(count: 2)
    public let featureNames = ["position", "velocity", "angle", "angular velocity"]

    /// The state of each environment, [B].
    public private(set) var states: [State]
    private var stepsTaken: [Int]
    /// The seed of the first environment's random numbers; the other environments have the following seeds.
    private var seed: UInt64
    /// The number of random numbers drawn so far in each environment.
    private var drawn: [UInt64]

    /// Creates carts with poles that step together. Traps unless `count` is above 0.
    ///
    /// - Parameters:
    ///   - count: The number B of environments, above 0.
    ///   - seed: The seed of the first environment's initial states; the other environments have the following seeds.
    public init(count: Int, seed: UInt64 = 0) {
        precondition(count > 0, "CartPole: count must be > 0, got \(count)")
        self.count = count
        let high: [Float] = [Float(2 * Self.positionLimit), .infinity, Float(2 * Self.angleLimit), .infinity]
        observationSpace = BoxSpace(shape: [4], low: high.map { -$0 }, high: high)
        states = Array(repeating: State(), count: count)
        stepsTaken = Array(repeating: 0, count: count)
        drawn = Array(repeating: 0, count: count)
        self.seed = seed
        for index in 0..<count { begin(index) }
    }

    public func reset(seed: UInt64?) -> [Float] {
        if let seed {
            self.seed = seed
            drawn = Array(repeating: 0, count: count)
        }
        for index in 0..<count { begin(index) }
        return observations
    }

    /// Begins an episode in every environment, from given states.
    ///
    /// - Parameter states: The initial states, [B]; another number of them traps.
    /// - Returns: The observations of the states, [B, 4].
    public func reset(to states: [State]) -> [Float] {
        precondition(states.count == count, "CartPole: \(states.count) states for \(count) copies")
        self.states = states
        stepsTaken = Array(repeating: 0, count: count)
        return observations
    }

    public func step(_ actions: Actions) -> EnvironmentStep {
        actions.check(actionSpace, batch: count)
        guard case .discrete(let actions) = actions else { preconditionFailure("CartPole: discrete actions") }
        var terminated = [Bool](repeating: false, count: count)
        var truncated = terminated
        for index in 0..<count {
            states[index] = states[index].pushed(by: actions[index] == 1 ? 10 : -10)
            stepsTaken[index] += 1
            terminated[index] = states[index].isOver
            truncated[index] = stepsTaken[index] >= Self.stepLimit
        }
        let reached = observations
        for index in 0..<count where terminated[index] || truncated[index] { begin(index) }
        return EnvironmentStep(
            observations: observations, reached: reached, rewards: Array(repeating: 1, count: count),
            terminated: terminated, truncated: truncated)
    }

    public func close() {}

    /// The contents of `savedState`, which are stored as JSON.
    private struct Saved: Codable {
        let states: [State]
        let stepsTaken: [Int]
        let seed: UInt64
        let drawn: [UInt64]
    }

    public var savedState: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        // An episode ends long before a number exceeds what JSON can hold.
        guard
            let data = try? encoder.encode(Saved(states: states, stepsTaken: stepsTaken, seed: seed, drawn: drawn))
        else { preconditionFailure("CartPole: a state is not finite") }
        return String(decoding: data, as: UTF8.self)
    }

    public func restore(_ state: String) throws(EnvironmentError) -> [Float] {
        guard let saved = try? JSONDecoder().decode(Saved.self, from: Data(state.utf8)),
            [saved.states.count, saved.stepsTaken.count, saved.drawn.count].allSatisfy({ $0 == count }),
            saved.stepsTaken.allSatisfy({ 0..<Self.stepLimit ~= $0 }), saved.drawn.allSatisfy({ $0 < 1 << 60 })
        else { throw .failed(environment: name, reason: "a saved state is damaged, or of another number of copies") }
        (states, stepsTaken, seed, drawn) = (saved.states, saved.stepsTaken, saved.seed, saved.drawn)
        return observations
    }

    private var observations: [Float] { states.flatMap(\.observation) }

    private func begin(_ index: Int) {
        let generator = Philox(seed: seed &+ UInt64(index))
        func draw() -> Double {
            defer { drawn[index] += 1 }
            return -0.05 + 0.1 * generator.uniform(at: drawn[index])
        }
        states[index] = State(position: draw(), velocity: draw(), angle: draw(), angularVelocity: draw())
        stepsTaken[index] = 0
    }
}
