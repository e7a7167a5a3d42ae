import Foundation

/// Writes whole files or nothing: into a temporary file beside the target, which then takes the target's place.
///
/// A failure removes the temporary file and leaves the target as it was; so does a signal that ends the program, if it
/// called `TemporaryFiles.removeWhenSignalled`. A symbolic link stays one; its destination is
/// replaced. A target that is read-only, or not a regular file, is refused.
public enum AtomicFile {
    public static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
        try write(to: path) { temporary in
            let file = try OutputFile(temporary)
            try file.write(bytes)
            try file.close()
        }
    }

    public static func write(_ data: Data, to path: String) throws(FileError) {
        try write([UInt8](data), to: path)
    }

    /// In UTF-8.
    public static func write(_ text: String, to path: String) throws(FileError) {
        try write(Array(text.utf8), to: path)
    }

    /// - Parameters:
    ///   - durably: Whether to wait until the disk holds the new file, so that a power cut leaves the old or the new one.
    ///   - body: Fills the temporary file, which exists and is empty, under the path it is given.
    /// - Throws: What `body` throws, named after the target where it is a `FileError`, else as `unwritable`.
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
        // Not every file system can do this for a folder, and the file is whole already.
        if durably { try? synchronize(folder(of: target.path), flags: O_RDONLY) }
    }

    /// Throws what writing this file would throw, before there is anything to write: a folder that does not exist, a target
    /// that is read-only, a full disk.
    public static func requireWritable(_ path: String) throws(FileError) {
        unlink(try create(beside: Target(path).path, for: path))
    }

    /// Removes what writers of this file left beside it when they were killed. Only for a file that nobody writes at
    /// this moment.
    public static func removeLeftovers(of path: String) {
        let (folder, name) = split(path)
        let prefix = ".\(truncated(name))."
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
        for entry in entries where entry.hasPrefix(prefix) && entry.hasSuffix(".tmp") {
            let tag = entry.dropFirst(prefix.count).dropLast(".tmp".count)
            if UInt32(tag, radix: 36) != nil { unlink(folder + entry) }
        }
    }

    /// Waits until the disk holds what was written to a file, or the names in a folder.
    private static func synchronize(_ path: String, flags: Int32) throws(FileError) {
        let descriptor = open(path, flags | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unwritable(path: path, reason: systemReason(errno)) }
        defer { close(descriptor) }
        #if canImport(Darwin)
            // There, fsync leaves the data in the drive's own cache.
            if fcntl(descriptor, F_FULLFSYNC) == 0 { return }
        #endif
        guard fsync(descriptor) == 0 else { throw .unwritable(path: path, reason: systemReason(errno)) }
    }

    private static func folder(of path: String) -> String {
        let folder = split(path).folder
        return folder.isEmpty ? "." : folder
    }

    /// Creates `.name.XXXXXXXX.tmp` with the permissions of any new file.
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
            problem == ENOENT || problem == ENOTDIR
            ? "there is no folder \(folder); create it first" : systemReason(problem)
        throw .unwritable(path: path, reason: reason)
    }

    private static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return ("", path) }
        return (String(path[...slash]), String(path[path.index(after: slash)...]))
    }

    /// Short enough that the temporary name fits where the target's does.
    private static func truncated(_ name: String) -> String {
        name.utf8.count <= 200 ? name : String(decoding: name.utf8.prefix(200), as: UTF8.self)
    }

    private struct Target {
        /// Behind symbolic links.
        let path: String
        /// Permissions of the file that is there already.
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
