import Foundation

/// Exclusive use of a folder, for a program that writes several files in it over a long time.
///
/// A lock (`flock`) on the file `.lock` in the folder, which holds the process number and the name of the machine. It
/// lasts until the last reference to this value is gone, which also removes the file; if the process ends in any other
/// way, even by `kill -9`, the system releases the lock, and the file that stays is harmless. Other programs may still
/// read the folder. A file system that knows no locks gives none.
public final class FolderLock: Sendable {
    private let path: String
    private let descriptor: Int32

    /// - Parameter folder: An existing folder.
    /// - Throws: `FileError.unsuitable` naming the process that holds the lock, in this or another program;
    ///   `FileError.unwritable` if the folder is missing or read-only.
    public init(_ folder: String) throws(FileError) {
        let path = "\(folder)/.lock"
        while true {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
            guard descriptor >= 0 else { throw .unwritable(path: path, reason: systemReason(errno)) }
            if flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK {
                let holder = Self.holder(descriptor)
                close(descriptor)
                throw .unsuitable(
                    path: folder,
                    problem: "is in use by \(holder); wait until that has finished, or choose another folder")
            }
            // The one that held it before may have removed the file since it was opened here.
            guard Self.isStill(descriptor, at: path) else {
                close(descriptor)
                continue
            }
            self.path = path
            self.descriptor = descriptor
            let text = Array("\(getpid()) \(Self.machine)\n".utf8)
            // Only for the message of another program: without it that is less exact.
            if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, text, text.count, 0) }
            return
        }
    }

    deinit {
        // Unless somebody moved the folder and made another.
        if Self.isStill(descriptor, at: path) { unlink(path) }
        close(descriptor)
    }

    /// What the file says of the process that wrote it.
    private static func holder(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 300)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        let words = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
            .split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let process = Int32(words[0]) else { return "another process" }
        return "process \(process)" + (words[1] == machine ? "" : " on \(words[1])")
    }

    /// This machine's name.
    private static var machine: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0, name[0] != 0 else { return "localhost" }
        return name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    private static func isStill(_ descriptor: Int32, at path: String) -> Bool {
        var (held, named) = (stat(), stat())
        guard fstat(descriptor, &held) == 0, stat(path, &named) == 0 else { return false }
        return held.st_dev == named.st_dev && held.st_ino == named.st_ino
    }
}
