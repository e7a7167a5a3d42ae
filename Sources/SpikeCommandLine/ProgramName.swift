import Foundation

/// The name of the program in commands that it prints, as its user called it.
public enum ProgramName {
    /// The name in the environment variable `SPIKEKIT_COMMAND`, which the wrapper `./spike` sets; `spike` if it is not
    /// set.
    public static let text: String = {
        let name = ProcessInfo.processInfo.environment["SPIKEKIT_COMMAND"] ?? ""
        return name.isEmpty ? "spike" : name
    }()
}
