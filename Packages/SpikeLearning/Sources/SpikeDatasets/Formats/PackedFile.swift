import ArrayFiles
import CZlib
import Foundation

/// A file that is read from its beginning, and decompressed if it is gzipped. Only one thread at a time may use it.
final class PackedFile {
    let path: String
    private let file: gzFile

    /// The size of the file on disk, in bytes.
    let packedSize: Int

    init(_ path: String) throws(FileError) {
        // `InputFile` opens the file first, because its errors say why a file cannot be opened.
        packedSize = try InputFile(path).size
        guard let file = gzopen(path, "rb") else { throw .unreadable(path: path, reason: "it cannot be opened") }
        gzbuffer(file, 1 << 18)
        self.path = path
        self.file = file
    }

    deinit { gzclose_r(file) }

    /// The greatest size in bytes that the file can unpack to, since deflate compresses at most 1032 bytes to one. A
    /// header that claims more is wrong.
    var sizeLimit: Int { packedSize * 1040 }

    /// Fills the buffer with the next bytes.
    ///
    /// - Returns: The number of bytes read, which is less than the buffer's size only at the end of the file.
    /// - Throws: `FileError` if the compressed data is damaged or cut short.
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

    /// Returns the next `count` bytes, or fewer at the end of the file.
    func bytes(_ count: Int) throws(FileError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let outcome = bytes.withUnsafeMutableBytes { buffer in
            Result { () throws(FileError) in try read(into: buffer) }
        }
        bytes.removeLast(count - (try outcome.get()))
        return bytes
    }

    /// Throws unless the whole file has been read. This call also makes zlib verify the checksum of a gzipped file.
    ///
    /// - Parameter what: What has been read, for the message.
    func expectEnd(after what: String) throws(FileError) {
        if try !bytes(1).isEmpty {
            throw .malformed(path: path, place: nil, problem: "there is more after \(what); fetch the file anew")
        }
    }

    /// Reads the rest of the file, so that zlib verifies the checksum of a gzipped one.
    ///
    /// - Throws: `FileError` if the file is not gzipped, damaged or cut short.
    func verify() throws(FileError) {
        guard try InputFile(path).bytes(2) == [0x1F, 0x8B] else { throw flaw }
        while try !bytes(1 << 20).isEmpty {}
    }

    private var flaw: FileError {
        .damaged(path: path, problem: "its gzip data is damaged or cut short; fetch the file anew")
    }
}
