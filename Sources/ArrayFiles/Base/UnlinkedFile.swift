import Foundation

/// A temporary file without a name, which is gone when it is closed.
public struct UnlinkedFile {
    /// The descriptor of the file, which is open for reading and writing. Whoever takes it over closes it.
    public let descriptor: Int32
    private let path: String

    /// - Parameters:
    ///   - path: The path of the file whose content it is for, which errors name.
    ///   - folder: The folder to make the file in, if that is possible; otherwise it is in the system's folder of temporary
    ///     files.
    /// - Throws: `FileError.unreadable` if no file can be made.
    public init(for path: String, in folder: String? = nil) throws(FileError) {
        self.path = path
        var found: Int32 = -1
        let folders = (folder.map { [$0] } ?? []) + [FileManager.default.temporaryDirectory.path]
        for folder in folders where found < 0 {
            var name = Array("\(folder)/.spikekit-XXXXXX".utf8CString)
            found = mkstemp(&name)
            if found >= 0 { unlink(name) }
        }
        guard found >= 0 else {
            throw .unreadable(path: path, reason: "no temporary file can be made: \(systemReason(errno))")
        }
        descriptor = found
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    /// Writes bytes behind those that are there.
    ///
    /// - Throws: `FileError.unreadable` if there is no room for them.
    public func write(_ bytes: ArraySlice<UInt8>) throws(FileError) {
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
