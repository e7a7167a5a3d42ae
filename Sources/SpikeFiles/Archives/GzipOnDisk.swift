import ArrayFiles
import CZlib
import Foundation

extension Gzip {
    /// The content of a gzip file, in a temporary file that is gone when it is closed. Memory does not grow with the
    /// file.
    ///
    /// - Throws: `FileError` for a file that is no gzip file or damaged, and if there is no room for the temporary file.
    static func unpackedOnDisk(_ file: InputFile) throws(FileError) -> InputFile {
        let target = try UnlinkedFile(for: file.path)
        let unpacked = InputFile(file.path, descriptor: target.descriptor)
        try unpack(file, to: target)
        return unpacked
    }

    private static func unpack(_ file: InputFile, to target: UnlinkedFile) throws(FileError) {
        func damaged(_ problem: String) -> FileError { .damaged(path: file.path, problem: problem) }
        var stream = z_stream()
        guard
            inflateInit2_(
                &stream, Inflation.Wrapping.gzip.rawValue, zlibVersion(), Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { throw damaged("cannot be decompressed: zlib could not start") }
        defer { inflateEnd(&stream) }
        try file.seek(to: 0)
        var input = try file.bytes(1 << 18)
        guard input.starts(with: magic) else {
            throw .malformed(path: file.path, place: "byte 0", problem: "is no gzip file")
        }
        var output = [UInt8](repeating: 0, count: 1 << 18)
        var (used, isAtEnd) = (0, false)
        while true {
            if used == input.count {
                (input, used) = (try file.bytes(1 << 18), 0)
                if input.isEmpty { break }
            }
            if isAtEnd {
                // Another member follows, or zeros that fill a block.
                guard input[used] == magic[0] else {
                    guard input[used...].allSatisfy({ $0 == 0 }) else {
                        throw damaged("has something else behind its compressed data")
                    }
                    used = input.count
                    continue
                }
                inflateReset(&stream)
                isAtEnd = false
            }
            let written = output.count
            var (status, left) = (Int32(0), 0)
            input.withUnsafeMutableBufferPointer { input in
                output.withUnsafeMutableBufferPointer { output in
                    stream.next_in = input.baseAddress! + used
                    stream.avail_in = UInt32(input.count - used)
                    stream.next_out = output.baseAddress
                    stream.avail_out = UInt32(written)
                    status = inflate(&stream, Z_NO_FLUSH)
                    used = input.count - Int(stream.avail_in)
                    left = Int(stream.avail_out)
                }
            }
            guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
                throw damaged("cannot be decompressed: its compressed data is damaged")
            }
            isAtEnd = status == Z_STREAM_END
            try target.write(output[..<(written - left)])
        }
        guard isAtEnd else { throw damaged("cannot be decompressed: it was cut short") }
    }
}
