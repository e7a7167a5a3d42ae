import Foundation

/// Exclusive use of a folder, for a program that writes several files in it over a long time.
///
/// The lock is an `flock` on the file `.lock` in the folder, which holds the process number and the name of the
/// machine. It lasts until the last reference to this object is gone, which also removes the file. If the process ends
/// in any other way, even by `kill -9`, the system releases the lock, and the remaining file is harmless. Other
/// programs can still read the folder. On a file system without locks, the folder is not locked and no error is thrown.
public final class FolderLock: Sendable {
    private let path: String
    private let descriptor: Int32

    /// Locks a folder.
    ///
    /// - Parameter folder: The path of an existing folder.
    /// - Throws: `FileError.unsuitable` if this or another process holds the lock, with the number of that process;
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
            // The previous holder of the lock may have removed the file after it was opened here.
            guard Self.isStill(descriptor, at: path) else {
                close(descriptor)
                continue
            }
            self.path = path
            self.descriptor = descriptor
            let text = Array("\(getpid()) \(Self.machine)\n".utf8)
            // The text is only for the message of another program, so a failure to write it is ignored.
            if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, text, text.count, 0) }
            return
        }
    }

    deinit {
        // The folder may have been moved, and another may have taken its place, whose file must stay.
        if Self.isStill(descriptor, at: path) { unlink(path) }
        close(descriptor)
    }

    /// The process that wrote the file, in words for a message.
    private static func holder(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 300)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        let words = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
            .split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let process = Int32(words[0]) else { return "another process" }
        return "process \(process)" + (words[1] == machine ? "" : " on \(words[1])")
    }

    /// The name of this machine.
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
