import Foundation

/// Exclusive use of a file that several processes make at the same time, such as the workers of one training run: the
/// first makes it, while the others wait, and then find it. The lock ends with the last reference, or with the process.
final class WaitingLock {
    private let descriptor: Int32

    /// Waits for the lock, an `flock` on a file with `.lock` behind the name.
    ///
    /// - Returns: `nil` if the file cannot be made or the file system has no locks; then each process works by itself.
    init?(beside path: String) {
        let folder = (path as NSString).deletingLastPathComponent
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let descriptor = open("\(path).lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { return nil }
        self.descriptor = descriptor
        while flock(descriptor, LOCK_EX) != 0 {
            if errno == EINTR { continue }
            return nil
        }
    }

    deinit { close(descriptor) }
}
