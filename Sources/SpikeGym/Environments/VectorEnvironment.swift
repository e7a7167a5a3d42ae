/// Several copies of an environment that take their steps together.
///
/// An episode that ends is followed at once by the next one of its copy, within the same step (same-step autoreset):
/// each call takes a step in every copy, and none is spent on resetting.
public protocol VectorEnvironment: AnyObject {
    /// Such as `CartPole-v1`.
    var name: String { get }
    /// B
    var count: Int { get }
    /// Of flattened observations.
    var observationSpace: BoxSpace { get }
    var actionSpace: ActionSpace { get }
    /// One a feature, or empty.
    var featureNames: [String] { get }

    /// Begins an episode in every copy.
    ///
    /// - Parameter seed: Of the first copy; the others have the numbers after it. Nil goes on with the random numbers
    ///   of before.
    /// - Returns: The first observations, [B, features].
    func reset(seed: UInt64?) throws(EnvironmentError) -> [Float]

    /// Takes a step in every copy.
    ///
    /// - Parameter actions: For each copy, of the action space; others trap.
    func step(_ actions: Actions) throws(EnvironmentError) -> EnvironmentStep

    /// Lets go of what the environment holds; it cannot be used afterwards. Happens by itself with its last reference.
    func close()
}

/// An environment whose copies can be saved in the middle of episodes, and go on from there exactly.
public protocol SavableEnvironment: VectorEnvironment {
    /// Where all copies and their random numbers stand, as a text that `restore` understands.
    var savedState: String { get }

    /// Goes on from a state that was saved, and returns the observations there, [B, features].
    ///
    /// - Throws: `EnvironmentError.failed` for a text that is no state of as many copies of this environment.
    func restore(_ state: String) throws(EnvironmentError) -> [Float]
}

/// What a step of a batch of environments led to.
public struct EnvironmentStep: Sendable, Hashable {
    /// [B, features]: where each copy goes on from. After an episode's end, the first observation of the next.
    public var observations: [Float]
    /// [B, features]: what the step itself led to. After an episode's end, its last observation.
    public var reached: [Float]
    /// [B]
    public var rewards: [Double]
    /// [B]: whether the episode came to its own end, after which there is no more reward.
    public var terminated: [Bool]
    /// [B]: whether the episode was cut off, at a limit of time, say.
    public var truncated: [Bool]
    /// Whether the environments' process had to be started anew: every episode is cut off, and `reached` is what it was
    /// before the step.
    public var isRestarted: Bool

    public init(
        observations: [Float], reached: [Float], rewards: [Double], terminated: [Bool], truncated: [Bool],
        isRestarted: Bool = false
    ) {
        self.observations = observations
        self.reached = reached
        self.rewards = rewards
        self.terminated = terminated
        self.truncated = truncated
        self.isRestarted = isRestarted
    }

    /// Whether the episode of a copy is over.
    public func isEnd(_ index: Int) -> Bool { terminated[index] || truncated[index] }
}
