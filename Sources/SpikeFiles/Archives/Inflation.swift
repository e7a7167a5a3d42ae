import CZlib
import Foundation

/// Decompresses data that zlib has packed.
enum Inflation {
    /// How the data is wrapped.
    enum Wrapping: Int32 {
        /// The plain stream, as in zip files.
        case none = -15
        /// The header and checksum of zlib, as in MATLAB files.
        case zlib = 15
        /// The header and checksum of gzip.
        case gzip = 31
    }

    /// Why data could not be decompressed.
    struct Flaw: Error {
        let text: String
    }

    /// Decompresses one stream.
    ///
    /// Memory grows with what comes out, at most 1032 times the size of what goes in, and never by a number that a
    /// header gives.
    ///
    /// - Parameters:
    ///   - limit: The largest number of bytes that may come out.
    /// - Returns: The bytes, and how many of the packed bytes they took.
    static func inflated(
        _ packed: ArraySlice<UInt8>, _ wrapping: Wrapping, limit: Int
    ) throws(Flaw) -> (bytes: [UInt8], usedCount: Int) {
        var stream = z_stream()
        guard inflateInit2_(&stream, wrapping.rawValue, zlibVersion(), Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else {
            throw Flaw(text: "zlib could not start")
        }
        defer { inflateEnd(&stream) }
        var output: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 18)
        var used = 0
        while true {
            // zlib counts in 32 bits.
            let part = packed.dropFirst(used).prefix(1 << 30)
            let (status, read, written) = step(&stream, part, &block)
            used += read
            output += block[..<written]
            guard output.count <= limit else { throw Flaw(text: "more than \(limit) bytes come out of it") }
            switch status {
            case Z_STREAM_END: return (output, used)
            case Z_OK where read > 0 || written > 0: continue
            case Z_OK, Z_BUF_ERROR: throw Flaw(text: "it was cut short")
            default: throw Flaw(text: "its compressed data is damaged")
            }
        }
    }

    private static func step(
        _ stream: inout z_stream, _ input: ArraySlice<UInt8>, _ block: inout [UInt8]
    ) -> (status: Int32, read: Int, written: Int) {
        input.withUnsafeBufferPointer { input in
            block.withUnsafeMutableBufferPointer { block in
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = UInt32(input.count)
                stream.next_out = block.baseAddress
                stream.avail_out = UInt32(block.count)
                let status = inflate(&stream, Z_NO_FLUSH)
                return (status, input.count - Int(stream.avail_in), block.count - Int(stream.avail_out))
            }
        }
    }

    /// The checksum of zip files.
    static func crc32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var sum: UInt = 0
        var rest = bytes
        while !rest.isEmpty {
            let part = rest.prefix(1 << 30)
            sum = part.withUnsafeBufferPointer { UInt(CZlib.crc32(uLong(sum), $0.baseAddress, UInt32($0.count))) }
            rest = rest.dropFirst(part.count)
        }
        return UInt32(truncatingIfNeeded: sum)
    }
}

/// Files that gzip has compressed.
enum Gzip {
    static let magic: [UInt8] = [0x1F, 0x8B]

    /// The content of a gzip file, which may have several members.
    ///
    /// - Throws: `FileError` for a file that is no gzip file, damaged, or larger than the memory when decompressed.
    static func unpacked(_ file: InputFile) throws(FileError) -> InputFile {
        try file.seek(to: 0)
        let packed = try file.bytes(file.size)
        guard packed.starts(with: magic) else {
            throw .malformed(path: file.path, place: "byte 0", problem: "is no gzip file")
        }
        var contents: [UInt8] = []
        var rest = packed[...]
        while rest.starts(with: magic) {
            do throws(Inflation.Flaw) {
                let (bytes, used) = try Inflation.inflated(rest, .gzip, limit: physicalMemory / 2)
                contents += bytes
                rest = rest.dropFirst(used)
            } catch {
                throw .damaged(path: file.path, problem: "cannot be decompressed: \(error.text)")
            }
        }
        guard rest.allSatisfy({ $0 == 0 }) else {
            throw .damaged(path: file.path, problem: "has something else behind its compressed data")
        }
        return InputFile(file.path, contents: contents)
    }
}
