import Foundation

/// Decides which of the workers on a machine reports a fault, if they cannot reach the store that decides for all.
///
/// The first one locks an empty file in the folder of temporary files, until it ends. The file stays.
enum MachineClaim {
    /// Returns whether this process is the first of its machine that claims `name`.
    static func take(_ name: String) -> Bool {
        let plain = String(name.map { $0.isLetter || $0.isNumber ? $0 : "-" })
        let path = "\(NSTemporaryDirectory())/spikekit-workers-\(getuid())-\(plain)"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        // Rather twice than not at all.
        guard descriptor >= 0 else { return true }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return false
        }
        return true
    }
}
