/// The implementation that an environment is taken from.
public enum EnvironmentSource: Sendable, Hashable {
    /// The native implementation, without Python; only of CartPole-v1.
    case native

    /// Gymnasium's implementation, in a Python process.
    case gymnasium(GymnasiumOptions)

    /// The native implementation if there is one, otherwise Gymnasium's.
    case automatic(GymnasiumOptions)

    /// The names of the environments with a native implementation.
    public static let nativeNames = ["CartPole-v1"]

    /// Makes `count` environments that step together.
    ///
    /// - Parameters:
    ///   - name: The environment's name in Gymnasium.
    ///   - count: The number B of environments, above 0.
    /// - Throws: `EnvironmentError` if the environment does not exist, or cannot be made.
    public func environment(_ name: String, count: Int) throws(EnvironmentError) -> any VectorEnvironment {
        let isNative = Self.nativeNames.contains(name)
        switch self {
        case .native:
            guard isNative else { throw .notNative(environment: name) }
            return CartPole(count: count)
        case .automatic where isNative: return CartPole(count: count)
        case .automatic(let options), .gymnasium(let options):
            return try GymnasiumEnvironment(name, count: count, options: options)
        }
    }
}
