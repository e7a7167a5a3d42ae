/// Several instances of an environment that step together.
///
/// When an episode ends, the next one begins in the same step (same-step autoreset): each call takes a step in every
/// environment, and no call is spent on resetting.
public protocol VectorEnvironment: AnyObject {
    /// The environment's name, such as `CartPole-v1`.
    var name: String { get }
    /// The number B of environments.
    var count: Int { get }
    /// The space of flattened observations.
    var observationSpace: BoxSpace { get }
    /// The actions that each environment accepts.
    var actionSpace: ActionSpace { get }
    /// The names of the features, one per feature, or empty.
    var featureNames: [String] { get }

    /// Begins an episode in every environment.
    ///
    /// - Parameter seed: The seed of the first environment; the others have the following seeds. Pass `nil` to continue
    ///   the random numbers of earlier episodes.
    /// - Returns: The first observations, [B, features].
    /// - Throws: `EnvironmentError`.
    func reset(seed: UInt64?) throws(EnvironmentError) -> [Float]

    /// Takes a step in every environment.
    ///
    /// - Parameter actions: The actions of all environments. Traps if they do not belong to the action space.
    /// - Returns: The results of the step.
    /// - Throws: `EnvironmentError`.
    func step(_ actions: Actions) throws(EnvironmentError) -> EnvironmentStep

    /// Releases the environment's resources, such as a process; it cannot be used afterwards. The last reference to the
    /// environment does this as well.
    func close()
}

/// Environments that can be saved in the middle of episodes, and continue exactly from there.
public protocol SavableEnvironment: VectorEnvironment {
    /// The state of all environments and their random numbers, as text that `restore` reads.
    var savedState: String { get }

    /// Continues from a saved state.
    ///
    /// - Parameter state: The text that `savedState` gave.
    /// - Returns: The observations in that state, [B, features].
    /// - Throws: `EnvironmentError.failed` if the text is not a state of this environment with the same B.
    func restore(_ state: String) throws(EnvironmentError) -> [Float]
}

/// The results of a step in a batch of environments.
public struct EnvironmentStep: Sendable, Hashable {
    /// The observations to act on next, [B, features]. After the end of an episode, this is the first observation of
    /// the next one.
    public var observations: [Float]
    /// The observations that the step itself led to, [B, features]. After the end of an episode, this is its last
    /// observation.
    public var reached: [Float]
    /// The rewards of the step, [B].
    public var rewards: [Double]
    /// Whether the episode terminated, [B]: it came to its own end, and there is no more reward.
    public var terminated: [Bool]
    /// Whether the episode was cut off, [B], for example at a time limit.
    public var truncated: [Bool]
    /// Whether the environments' process had to be restarted. Every episode is then cut off, and `reached` holds the
    /// observations before the step.
    public var isRestarted: Bool

    /// Creates the results of a step. The arguments are those of the properties with the same names.
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

    /// Whether the episode of the environment `index` ended, terminated or cut off.
    public func isEnd(_ index: Int) -> Bool { terminated[index] || truncated[index] }
}
