import ArgumentParser
import SpikeGym

/// Where an environment comes from.
public enum EnvironmentKind: String, EnumerableFlag, Sendable {
    case native, gymnasium

    public static func help(for value: EnvironmentKind) -> ArgumentHelp? {
        switch value {
        case .native: "The environment without Python: CartPole-v1, which is the default for it."
        case .gymnasium: "The environment of Gymnasium, in a Python process; the default for all others."
        }
    }
}

/// The environment to observe or to act in, and how its process is run; the same words in every command.
public struct EnvironmentOptions: ParsableArguments {
    @Flag(exclusivity: .exclusive) public var kind: EnvironmentKind?

    @Option(
        help: ArgumentHelp(
            "The Python with Gymnasium (the one that SPIKEKIT_PYTHON names, else python3).", valueName: "PATH"))
    public var python: String?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Seconds that an environment may take for a step.", valueName: "s"))
    public var environmentTimeLimit = 60.0

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How often the environments' process may be started anew when it ended or hung; its episodes are cut off.",
            valueName: "n"))
    public var restarts = 0

    public init() {}

    public func validate() throws {
        guard environmentTimeLimit.isFinite && environmentTimeLimit > 0 else {
            throw ValidationError("--environment-time-limit must be finite and > 0, got \(environmentTimeLimit)")
        }
        guard restarts >= 0 else { throw ValidationError("--restarts must be >= 0, got \(restarts)") }
    }

    /// Whether an option was given that only an environment in a process of its own has.
    public var hasProcessOptions: Bool { python != nil || environmentTimeLimit != 60 || restarts != 0 }

    public var source: EnvironmentSource {
        let options = GymnasiumOptions(
            python: python, timeLimit: environmentTimeLimit,
            endPolicy: restarts == 0 ? .fail : .restart(limit: restarts))
        switch kind {
        case .native: return .native
        case .gymnasium: return .gymnasium(options)
        case nil: return .automatic(options)
        }
    }
}
