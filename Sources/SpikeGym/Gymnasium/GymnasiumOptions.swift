import Foundation

/// Options for running Gymnasium's process.
public struct GymnasiumOptions: Sendable, Hashable {
    /// What to do when the process ends in the middle of episodes.
    public enum EndPolicy: Sendable, Hashable {
        /// The step throws the error, such as `EnvironmentError.ended`, and so do all later ones.
        case fail
        /// The process is restarted, at most `limit` times; all episodes are cut off and new ones begin.
        case restart(limit: Int)
    }

    /// The Python interpreter: a path, or a name on the search path.
    public var python: String
    /// The time in seconds in which an environment must answer a reset or a step; above 0.
    public var timeLimit: Double
    /// The time in seconds that Python may take to start, load Gymnasium and make the environments; above 0.
    public var startTimeLimit: Double
    /// What to do when the process ends in the middle of episodes.
    public var endPolicy: EndPolicy
    /// Environment variables of the process, in addition to this program's.
    public var variables: [String: String]

    /// Creates options. Traps unless both time limits are above 0.
    ///
    /// - Parameters:
    ///   - python: The Python interpreter: a path, or a name on the search path. Pass `nil` for the one that the
    ///     environment variable `SPIKEKIT_PYTHON` names, or else `python3`.
    ///   - timeLimit: The time in seconds in which an environment must answer a reset or a step.
    ///   - startTimeLimit: The time in seconds that Python may take to start, load Gymnasium and make the environments.
    ///   - endPolicy: What to do when the process ends in the middle of episodes.
    ///   - variables: Environment variables of the process, in addition to this program's.
    public init(
        python: String? = nil, timeLimit: Double = 60, startTimeLimit: Double = 120, endPolicy: EndPolicy = .fail,
        variables: [String: String] = [:]
    ) {
        precondition(
            timeLimit > 0 && startTimeLimit > 0,
            "GymnasiumOptions: time limits must be > 0, got \(timeLimit), \(startTimeLimit)")
        let named = ProcessInfo.processInfo.environment["SPIKEKIT_PYTHON"].flatMap { $0.isEmpty ? nil : $0 }
        self.python = python ?? named ?? "python3"
        self.timeLimit = timeLimit
        self.startTimeLimit = startTimeLimit
        self.endPolicy = endPolicy
        self.variables = variables
    }
}
