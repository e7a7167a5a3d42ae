/// Where an environment comes from.
public enum EnvironmentSource: Sendable, Hashable {
    /// Without Python: CartPole-v1.
    case native

    /// Gymnasium, in a process of its own.
    case gymnasium(GymnasiumOptions)

    /// The native one where there is one, else Gymnasium's.
    case automatic(GymnasiumOptions)

    /// The environments that are there without Python.
    public static let nativeNames = ["CartPole-v1"]

    /// Makes `count` copies of an environment.
    ///
    /// - Throws: `EnvironmentError` if there is no such environment, or it cannot be made.
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
