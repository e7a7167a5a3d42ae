import Foundation

/// What the programs say they are.
public enum ProgramVersion {
    public static let number = "0.1.0"

    /// Such as `SpikeKit 0.1.0 (1a2b3c4)`, with the revision that the scripts know which set up the program.
    public static var text: String {
        let revision = ProcessInfo.processInfo.environment["SPIKEKIT_REVISION"] ?? ""
        return "SpikeKit \(number)" + (revision.isEmpty ? "" : " (\(revision))")
    }
}
