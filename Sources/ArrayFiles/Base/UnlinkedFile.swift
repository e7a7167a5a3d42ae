import Foundation

/// A temporary file without a name, which is gone when it is closed.
package struct UnlinkedFile {
    /// The descriptor of the file, which is open for reading and writing. Whoever takes it over closes it.
    package let descriptor: Int32
    private let path: String

    /// - Parameter path: The path of the file whose content it is for, which errors name.
    /// - Throws: `FileError.unreadable` if no file can be made.
    package init(for path: String) throws(FileError) {
        self.path = path
        var name = Array(FileManager.default.temporaryDirectory.appending(path: "spikekit-XXXXXX").path.utf8CString)
        descriptor = mkstemp(&name)
        guard descriptor >= 0 else {
            throw .unreadable(path: path, reason: "no temporary file can be made: \(systemReason(errno))")
        }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        unlink(name)
    }

    /// Writes bytes behind those that are there.
    ///
    /// - Throws: `FileError.unreadable` if there is no room for them.
    package func write(_ bytes: ArraySlice<UInt8>) throws(FileError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Foundation.write(descriptor, $0.baseAddress! + done, $0.count - done)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw .unreadable(
                    path: path, reason: "its content does not fit into a temporary file: \(systemReason(errno))")
            }
            done += count
        }
    }
}
