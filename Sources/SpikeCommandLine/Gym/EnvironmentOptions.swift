import ArgumentParser
import SpikeGym

/// The implementation that an environment is taken from, as flags: `--native` or `--gymnasium`.
public enum EnvironmentKind: String, EnumerableFlag, Sendable {
    case native, gymnasium

    public static func help(for value: EnvironmentKind) -> ArgumentHelp? {
        switch value {
        case .native: "The environment without Python: CartPole-v1, which is the default for it."
        case .gymnasium: "The environment of Gymnasium, in a Python process; the default for all others."
        }
    }
}

/// Options that choose an environment's implementation and how its process is run; all commands share them.
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
            "How often the environments' process may be started anew when it ended or hung, 0 if not given; its episodes are cut "
                + "off.",
            valueName: "n"), transform: wholeNumber)
    public var restarts = 0

    public init() {}

    public func validate() throws {
        guard environmentTimeLimit.isFinite && environmentTimeLimit > 0 else {
            throw ValidationError("--environment-time-limit must be finite and > 0, got \(environmentTimeLimit)")
        }
        guard restarts >= 0 else { throw ValidationError("--restarts must be >= 0, got \(restarts)") }
    }

    /// Checks that options of Gymnasium's process are given only for an environment that has one.
    ///
    /// - Parameter name: The environment's name; `nil` if there is no environment.
    /// - Throws: `ValidationError` if such an option has another value than its default, and the environment has no
    ///   process.
    public func checkProcessOptions(_ name: String?) throws {
        guard python != nil || environmentTimeLimit != 60 || restarts != 0 else { return }
        let isInProcess =
            name.map { kind == .gymnasium || kind == nil && !EnvironmentSource.nativeNames.contains($0) } ?? false
        guard isInProcess else {
            throw ValidationError(
                "--python, --environment-time-limit and --restarts go with an environment of Gymnasium's")
        }
    }

    /// The implementation that the options choose.
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
