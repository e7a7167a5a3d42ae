/// An error in an environment; its description says in one line what is wrong, where, and what to do.
public enum EnvironmentError: Error, Hashable, Sendable {
    /// Python cannot be started.
    case noPython(interpreter: String, reason: String)
    /// This Python has no Gymnasium.
    case noGymnasium(interpreter: String)
    /// This Python's Gymnasium, or Python, is too old.
    case outdated(interpreter: String, found: String)
    /// Gymnasium cannot make the environment.
    case notMade(environment: String, reason: String)
    /// Observations or actions are of a kind that is not supported.
    case unsupportedSpace(environment: String, space: String)
    /// The environment's own code failed.
    case failed(environment: String, reason: String)
    /// An observation or a reward is NaN or infinite; `place` says which one, in which environment and after which
    /// step.
    case notFinite(environment: String, place: String, value: Double)
    /// The environment's process ended by itself or was killed.
    case ended(environment: String, reason: String)
    /// The environment did not answer in time; its process was ended.
    case timedOut(environment: String, seconds: Double)
    /// The environment exists only in Gymnasium.
    case notNative(environment: String)
    /// The environment was used after it was closed or had failed.
    case closed(environment: String)
}

extension EnvironmentError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .noPython(let interpreter, let reason):
            "\(interpreter): cannot be run: \(reason); install Python 3, or name one with --python or SPIKEKIT_PYTHON"
        case .noGymnasium(let interpreter):
            "\(interpreter) has no Gymnasium; install it with: \(interpreter) -m pip install gymnasium"
        case .outdated(let interpreter, let found):
            "\(interpreter) has \(found), and Gymnasium 1.0 or newer is needed; install it with: "
                + "\(interpreter) -m pip install --upgrade gymnasium"
        case .notMade(let environment, let reason): "\(environment): cannot be made: \(reason)"
        case .unsupportedSpace(let environment, let space):
            "\(environment): \(space); observations must be Box, Discrete, MultiDiscrete, MultiBinary, or Tuple or Dict "
                + "of these, actions Discrete, MultiDiscrete or Box"
        case .failed(let environment, let reason): "\(environment): failed: \(reason)"
        case .notFinite(let environment, let place, let value):
            "\(environment): \(place) is "
                + (value.isNaN
                    ? "NaN" : value.isInfinite ? "\(value), or beyond single precision" : "\(value), too large")
                + "; mend the environment, or wrap it so that its values are finite"
        case .ended(let environment, let reason): "\(environment): its process \(reason)"
        case .timedOut(let environment, let seconds):
            "\(environment): did not answer within \(seconds.formatted) s and was ended; "
                + "allow it more time if it is slow"
        case .notNative(let environment):
            "\(environment): only CartPole-v1 is there without Gymnasium"
        case .closed(let environment): "\(environment): is closed; make it anew"
        }
    }
}

extension Double {
    /// The number as text, without a fraction if it is whole.
    fileprivate var formatted: String { self == rounded() && abs(self) < 1e9 ? "\(Int(self))" : "\(self)" }
}
