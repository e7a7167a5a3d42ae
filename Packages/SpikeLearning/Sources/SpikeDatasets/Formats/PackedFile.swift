import ArrayFiles
import CZlib
import Foundation

/// A file read from its beginning, unpacked on the way if it is gzipped. One thread at a time may use it.
final class PackedFile {
    let path: String
    private let file: gzFile

    /// In bytes, as the file lies on disk.
    let packedSize: Int

    init(_ path: String) throws(FileError) {
        // Opened here first, as this says what is wrong with a file that cannot be.
        packedSize = try InputFile(path).size
        guard let file = gzopen(path, "rb") else { throw .unreadable(path: path, reason: "it cannot be opened") }
        gzbuffer(file, 1 << 18)
        self.path = path
        self.file = file
    }

    deinit { gzclose_r(file) }

    /// The most that the file can unpack to: deflate packs at most 1032 bytes into one. A larger claim is wrong.
    var sizeLimit: Int { packedSize * 1040 }

    /// Fills the buffer, or as much of it as there is.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        var filled = 0
        while filled < buffer.count {
            let step = min(buffer.count - filled, 1 << 30)
            let count = gzread(file, buffer.baseAddress! + filled, UInt32(step))
            if count < 0 { throw flaw }
            filled += Int(count)
            if count < step {
                var code: Int32 = 0
                gzerror(file, &code)
                if code != Z_OK && code != Z_STREAM_END { throw flaw }
                break
            }
        }
        return filled
    }

    /// The next `count` bytes, or as many as there are.
    func bytes(_ count: Int) throws(FileError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let outcome = bytes.withUnsafeMutableBytes { buffer in
            Result { () throws(FileError) in try read(into: buffer) }
        }
        bytes.removeLast(count - (try outcome.get()))
        return bytes
    }

    /// Throws unless everything was read. This is also what checks the checksum of a gzipped file.
    func expectEnd(after what: String) throws(FileError) {
        if try !bytes(1).isEmpty {
            throw .malformed(path: path, place: nil, problem: "there is more after \(what); fetch the file anew")
        }
    }

    private var flaw: FileError {
        .damaged(path: path, problem: "its gzip data is damaged or cut short; fetch the file anew")
    }
}
