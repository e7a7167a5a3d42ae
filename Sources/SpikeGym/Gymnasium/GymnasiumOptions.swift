import Foundation

/// How Gymnasium's process is run.
public struct GymnasiumOptions: Sendable, Hashable {
    /// What happens when the process ends in the middle of episodes.
    public enum EndPolicy: Sendable, Hashable {
        /// The step throws `EnvironmentError.ended`, and so do all after it.
        case fail
        /// The process is started anew, up to so many times; all episodes are cut off and new ones begin.
        case restart(limit: Int)
    }

    /// The Python to run, a path or a name on the search path.
    public var python: String
    /// Seconds within which an environment must answer a reset or a step; above 0.
    public var timeLimit: Double
    /// Seconds that Python may take to start, load Gymnasium and make the environments; above 0.
    public var startTimeLimit: Double
    public var endPolicy: EndPolicy
    /// More environment variables of the process.
    public var variables: [String: String]

    /// Traps unless the limits are above 0.
    ///
    /// - Parameter python: Nil for the one that the environment variable `SPIKEKIT_PYTHON` names, else `python3`.
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
