import Foundation

/// What the file system says of a file's content without reading it. A file that was written anew has another stamp.
struct FileStamp: Hashable, Sendable {
    /// The size in bytes.
    let size: Int
    /// The time when the content was last written, in nanoseconds since 1970. Programs can set this time.
    let modified: Int
    /// The time when content, name or permissions last changed, in nanoseconds since 1970. Programs cannot set this
    /// time.
    let changed: Int

    init(size: Int, modified: Int, changed: Int) {
        self.size = size
        self.modified = modified
        self.changed = changed
    }

    /// - Parameter status: What `stat` says of a file.
    init(_ status: stat) {
        #if canImport(Darwin)
            let (modified, changed) = (status.st_mtimespec, status.st_ctimespec)
        #else
            let (modified, changed) = (status.st_mtim, status.st_ctim)
        #endif
        func nanoseconds(_ time: timespec) -> Int { Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_nsec) }
        self.init(size: Int(status.st_size), modified: nanoseconds(modified), changed: nanoseconds(changed))
    }

    /// Returns `nil` if there is no file at the path.
    init?(_ path: BytePath) {
        var status = stat()
        guard path.withCString({ stat($0, &status) }) == 0 else { return nil }
        self.init(status)
    }
}
