import Foundation
import SpikeEncoding

/// The first 512 bytes of an HDF5 file that this package writes: its user block, with a checksum of the rest.
///
/// libhdf5 trusts what it reads and may crash on a damaged file, so the seal is checked before the library sees one.
/// Bytes 0–7 hold a magic, 8–11 the format version, 16–23 the count and 24–31 the checksum of the bytes behind the
/// block, all little-endian; the rest is zero.
package struct Seal: Hashable {
    static let size = 512
    private static let magic = Array("SPIKEKIT".utf8)
    private static let version: UInt32 = 1

    let payloadSize: UInt64
    let checksum: UInt64

    /// Seals a file whose first 512 bytes are free.
    package static func apply(to path: String) throws(FileError) {
        let seal = try Seal(ofPayloadIn: InputFile(path))
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unwritable(path: path, reason: systemReason(errno)) }
        defer { close(descriptor) }
        let block = seal.block
        guard pwrite(descriptor, block, block.count, 0) == block.count else {
            throw .unwritable(path: path, reason: systemReason(errno))
        }
    }

    /// Whether a file begins as those that are sealed.
    package static func isPresent(_ path: String) throws(FileError) -> Bool {
        try InputFile(path).bytes(magic.count) == magic
    }

    /// Throws `FileError` unless the file is unchanged since it was sealed.
    package static func verify(_ path: String) throws(FileError) {
        let file = try InputFile(path)
        let block = try file.bytes(size)
        guard block.starts(with: magic) else {
            throw .malformed(
                path: path, place: nil,
                problem: block.isEmpty
                    ? "is empty"
                    : "was not written by SpikeKit as spikes; make such a file with `spike encode … --output NAME.h5`")
        }
        guard block.count == size else { throw truncated(path, "it has \(counted(block.count, "byte"))") }
        let version: UInt32 = number(block, 8, 4)
        guard version == Seal.version else {
            throw .malformed(
                path: path, place: "byte 8",
                problem: "format version \(version) is unknown; this program reads version \(Seal.version)")
        }
        let expected = Seal(payloadSize: number(block, 16, 8), checksum: number(block, 24, 8))
        let found = try Seal(ofPayloadIn: file, expectedSize: expected.payloadSize)
        guard found.payloadSize == expected.payloadSize else {
            throw truncated(
                path,
                "\(counted(found.payloadSize, "byte")) instead of \(expected.payloadSize) \(found.payloadSize == 1 ? "follows" : "follow") the first \(size)"
            )
        }
        guard found == expected, block == expected.block else {
            throw .damaged(
                path: path, problem: "was damaged or changed after it was written; encode the recording again")
        }
    }

    private static func truncated(_ path: String, _ what: String) -> FileError {
        .damaged(path: path, problem: "was cut short or added to: \(what); encode the recording again")
    }

    private init(payloadSize: UInt64, checksum: UInt64) {
        self.payloadSize = payloadSize
        self.checksum = checksum
    }

    /// Computes the seal of a file's content.
    ///
    /// - Parameter expectedSize: The expected size of the content. If it differs, the file is not read and the checksum
    ///   is 0. `nil` reads the file in any case.
    private init(ofPayloadIn file: InputFile, expectedSize: UInt64? = nil) throws(FileError) {
        let size = file.size - Seal.size
        if let expectedSize, size < 0 || UInt64(size) != expectedSize {
            self.init(payloadSize: UInt64(max(0, size)), checksum: 0)
            return
        }
        try file.seek(to: Seal.size)
        var checksum = Checksum64()
        var count = 0
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { buffer.deallocate() }
        while true {
            let filled = try file.read(into: buffer)
            checksum.add(UnsafeRawBufferPointer(rebasing: buffer[..<filled]))
            count += filled
            if filled < buffer.count { break }
        }
        self.init(payloadSize: UInt64(count), checksum: checksum.value)
    }

    private var block: [UInt8] {
        func bytes(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }
        let start = Seal.magic + bytes(Seal.version) + [0, 0, 0, 0] + bytes(payloadSize) + bytes(checksum)
        return start + Array(repeating: 0, count: Seal.size - start.count)
    }

    private static func number<Number: FixedWidthInteger>(_ block: [UInt8], _ offset: Int, _ size: Int) -> Number {
        block[offset..<offset + size].reversed().reduce(0) { $0 << 8 | Number($1) }
    }
}
