import ArrayFiles
import Foundation

/// A file that stays open, of which any thread reads any part. It is closed with the last reference.
final class RecordFile: Sendable {
    let path: String
    private let descriptor: Int32
    private let stamp: FileStamp

    /// The size of the file in bytes.
    var size: Int { stamp.size }

    /// - Throws: `FileError` if the file cannot be opened.
    convenience init(_ path: String) throws(FileError) {
        // `InputFile` opens the file first, because its errors say why a file cannot be opened.
        _ = try InputFile(path)
        try self.init(path, descriptor: open(path, O_RDONLY | O_CLOEXEC))
    }

    private init(_ path: String, descriptor: Int32) throws(FileError) {
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
            throw .unreadable(path: path, reason: "it cannot be opened")
        }
        self.path = path
        self.descriptor = descriptor
        stamp = FileStamp(status)
    }

    /// Makes a file without a name, which is gone when it is closed, for data that has to be unpacked.
    ///
    /// - Parameters:
    ///   - path: The path of the packed file, which errors name.
    ///   - write: Unpacks the data: calls its argument with one part after the other.
    /// - Throws: `FileError` if there is no room for the data, and what `write` throws.
    static func unpacked(
        _ path: String, _ write: (([UInt8]) throws(FileError) -> Void) throws(FileError) -> Void
    ) throws(FileError) -> RecordFile {
        let folder = DatasetFinder().cache
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let target = try UnlinkedFile(for: path, in: folder)
        do throws(FileError) {
            try write { (bytes) throws(FileError) in try target.write(bytes[...]) }
        } catch {
            close(target.descriptor)
            throw error
        }
        return try RecordFile(path, descriptor: target.descriptor)
    }

    deinit { close(descriptor) }

    /// Fills a buffer with the bytes from a place on.
    ///
    /// - Throws: `FileError` if the file has changed since it was opened, or ends before.
    func read(_ buffer: UnsafeMutableRawBufferPointer, at place: Int) throws(FileError) {
        var filled = 0
        while filled < buffer.count {
            let count = pread(descriptor, buffer.baseAddress! + filled, buffer.count - filled, off_t(place + filled))
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw .unreadable(
                    path: path,
                    reason: count == 0 ? "it has become shorter" : String(cString: strerror(errno)).lowercased())
            }
            filled += count
        }
        var status = stat()
        // A file that was removed has another time of change, but the content that it had.
        guard fstat(descriptor, &status) == 0, FileStamp(status).modified == stamp.modified else {
            throw .damaged(path: path, problem: "the file has changed since it was opened; start again to use it")
        }
    }
}
