import Foundation

/// The version of the programs.
public enum ProgramVersion {
    /// The version number.
    public static let number = "0.1.0"

    /// The name and version, such as `SpikeKit 0.1.0 (1a2b3c4)`; in parentheses the revision that the environment
    /// variable `SPIKEKIT_REVISION` holds, if it is set.
    public static var text: String {
        let revision = ProcessInfo.processInfo.environment["SPIKEKIT_REVISION"] ?? ""
        return "SpikeKit \(number)" + (revision.isEmpty ? "" : " (\(revision))")
    }
}
