import Foundation

/// Writes files whole or not at all: into a temporary file beside the target, which then replaces the target.
///
/// A failure removes the temporary file and leaves the target as it was. A signal that ends the program does the same
/// if the program called `TemporaryFiles.removeWhenSignalled`. If the target is a symbolic link, the link stays and its
/// destination is replaced. A target that is read-only or not a regular file is refused.
public enum AtomicFile {
    /// Writes bytes to a file, whole or not at all.
    ///
    /// - Parameters:
    ///   - bytes: The bytes.
    ///   - path: The path of the file. An existing file is replaced.
    /// - Throws: `FileError.unwritable` for a path that cannot be written.
    public static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
        try write(to: path) { temporary in
            let file = try OutputFile(temporary)
            try file.write(bytes)
            try file.close()
        }
    }

    /// Writes data to a file, whole or not at all.
    ///
    /// - Parameters:
    ///   - data: The data.
    ///   - path: The path of the file. An existing file is replaced.
    /// - Throws: `FileError.unwritable` for a path that cannot be written.
    public static func write(_ data: Data, to path: String) throws(FileError) {
        try write([UInt8](data), to: path)
    }

    /// Writes text to a file, in UTF-8, whole or not at all.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - path: The path of the file. An existing file is replaced.
    /// - Throws: `FileError.unwritable` for a path that cannot be written.
    public static func write(_ text: String, to path: String) throws(FileError) {
        try write(Array(text.utf8), to: path)
    }

    /// Writes a file with a function that fills a temporary file, which then replaces the target.
    ///
    /// - Parameters:
    ///   - path: The path of the target. An existing file is replaced.
    ///   - durably: True to wait until the disk holds the new file, so that a power cut leaves the old or the new one.
    ///   - body: A function that fills the temporary file, which exists and is empty, at the path that it is given.
    /// - Throws: The `FileError` that `body` throws, with the path of the target; other errors as
    ///   `FileError.unwritable`.
    public static func write(
        to path: String, durably: Bool = false, _ body: (_ temporaryPath: String) throws -> Void
    ) throws(FileError) {
        let target = try Target(path)
        let temporary = try create(beside: target.path, for: path)
        do {
            try body(temporary)
            if let mode = target.mode { chmod(temporary, mode) }
            if durably { try synchronize(temporary, flags: O_WRONLY) }
            guard rename(temporary, target.path) == 0 else {
                throw FileError.unwritable(path: path, reason: systemReason(errno))
            }
            TemporaryFiles.forget(temporary)
        } catch {
            unlink(temporary)
            TemporaryFiles.forget(temporary)
            switch error as? FileError {
            case .unwritable(temporary, let reason): throw .unwritable(path: path, reason: reason)
            case .some(let error): throw error
            case nil: throw .unwritable(path: path, reason: "\(error)")
            }
        }
        // The file is already whole, and not every file system can synchronize a folder.
        if durably { try? synchronize(folder(of: target.path), flags: O_RDONLY) }
    }

    /// Checks that a file can be written, before there is anything to write.
    ///
    /// - Parameter path: The path of the file.
    /// - Throws: `FileError.unwritable` if the folder does not exist, the target is read-only or not a regular file, or
    ///   no file can be created beside it.
    public static func requireWritable(_ path: String) throws(FileError) {
        unlink(try create(beside: Target(path).path, for: path))
    }

    /// Removes the temporary files that killed writers of a file left beside it. Call it only while nobody writes the
    /// file.
    ///
    /// - Parameter path: The path of the file.
    public static func removeLeftovers(of path: String) {
        let (folder, name) = split(path)
        let prefix = ".\(truncated(name))."
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
        for entry in entries where entry.hasPrefix(prefix) && entry.hasSuffix(".tmp") {
            let tag = entry.dropFirst(prefix.count).dropLast(".tmp".count)
            if UInt32(tag, radix: 36) != nil { unlink(folder + entry) }
        }
    }

    /// Waits until the disk holds the contents of a file, or the names in a folder.
    private static func synchronize(_ path: String, flags: Int32) throws(FileError) {
        let descriptor = open(path, flags | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unwritable(path: path, reason: systemReason(errno)) }
        defer { close(descriptor) }
        #if canImport(Darwin)
            // On Darwin, fsync leaves the data in the cache of the drive.
            if fcntl(descriptor, F_FULLFSYNC) == 0 { return }
        #endif
        guard fsync(descriptor) == 0 else { throw .unwritable(path: path, reason: systemReason(errno)) }
    }

    private static func folder(of path: String) -> String {
        let folder = split(path).folder
        return folder.isEmpty ? "." : folder
    }

    /// Creates a file `.name.tag.tmp` with a random tag and the permissions of a new file. Returns its path.
    private static func create(beside target: String, for path: String) throws(FileError) -> String {
        let (folder, name) = split(target)
        var problem = EEXIST
        for _ in 0..<100 {
            let tag = String(UInt32.random(in: .min ... .max), radix: 36)
            let temporary = "\(folder).\(truncated(name)).\(tag).tmp"
            let (descriptor, number) = TemporaryFiles.add(temporary) {
                (open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666), errno)
            }
            if descriptor >= 0 {
                close(descriptor)
                return temporary
            }
            TemporaryFiles.forget(temporary)
            problem = number
            if number != EEXIST { break }
        }
        let reason =
            switch problem {
            case ENOENT: "there is no folder \(folder); create it first"
            case ENOTDIR: "\(folder) is a file, or in one, not a folder; name another path"
            default: systemReason(problem)
            }
        throw .unwritable(path: path, reason: reason)
    }

    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return ("", path) }
        return (String(path[...slash]), String(path[path.index(after: slash)...]))
    }

    /// The name, shortened so that the name of the temporary file does not become too long.
    private static func truncated(_ name: String) -> String {
        name.utf8.count <= 200 ? name : String(decoding: name.utf8.prefix(200), as: UTF8.self)
    }

    private struct Target {
        /// The path with symbolic links resolved.
        let path: String
        /// The permissions of the existing file; `nil` if there is none.
        let mode: mode_t?

        init(_ path: String) throws(FileError) {
            if path.isEmpty || path.hasSuffix("/") {
                throw .unwritable(path: path, reason: "it names no file")
            }
            if path.utf8.contains(0) { throw .unwritable(path: path, reason: "its name holds a NUL character") }
            var status = stat()
            guard stat(path, &status) == 0 else {
                if lstat(path, &status) == 0 {
                    throw .unwritable(path: path, reason: "it is a link to nothing; name the file itself")
                }
                self.path = path
                mode = nil
                return
            }
            switch status.st_mode & S_IFMT {
            case S_IFREG: break
            case S_IFDIR: throw .unwritable(path: path, reason: "it is a directory; name a file in it")
            default: throw .unwritable(path: path, reason: "it is not a regular file; name one")
            }
            guard access(path, W_OK) == 0 else {
                throw .unwritable(
                    path: path, reason: "it exists and is \(errno == EACCES ? "read-only" : systemReason(errno))")
            }
            guard let resolved = realpath(path, nil) else {
                throw .unwritable(path: path, reason: systemReason(errno))
            }
            self.path = String(cString: resolved)
            free(resolved)
            mode = status.st_mode & 0o7777
        }
    }
}
