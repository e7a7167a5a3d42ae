import ArrayFiles
import SpikeEncoding

/// What was done with the bytes of chunks when they were written.
struct HDF5Filters {
    private var filters: [(kind: Int, values: [Int])] = []
    private let source: HDF5Bytes

    /// The filters of a dataset without any.
    init(_ source: HDF5Bytes) { self.source = source }

    init(_ message: HDF5Cursor, dataset: String) throws(FileError) {
        var cursor = message
        source = message.source
        let version = try cursor.int(1)
        guard version == 1 || version == 2 else { throw source.damaged("filters of version \(version) are unknown") }
        let count = try cursor.int(1)
        if version == 1 { try cursor.skip(6) }
        for _ in 0..<count {
            let kind = try cursor.int(2)
            let nameSize = version == 1 || kind >= 256 ? try cursor.int(2) : 0
            try cursor.skip(2)
            let valueCount = try cursor.int(2)
            try cursor.skip(nameSize)
            var values: [Int] = []
            for _ in 0..<valueCount { values.append(try cursor.int(4)) }
            if version == 1, valueCount % 2 == 1 { try cursor.skip(4) }
            guard 1...3 ~= kind || kind == LZF.filter else { throw source.unsupported(Self.problem(dataset, kind)) }
            filters.append((kind, values))
        }
    }

    private static func problem(_ dataset: String, _ kind: Int) -> String {
        let names = [
            4: "SZIP", 5: "n-bit", 6: "scale-offset", 32001: "Blosc", 32004: "LZ4", 32015: "Zstandard",
            0x8ECF: "Prophesee's ECF",
        ]
        let remedy =
            kind == 0x8ECF
            ? "convert it to DAT by metavision_file_to_dat, or copy it by `h5repack -f NONE` where ECF is installed"
            : "copy the file by `h5repack -f GZIP=4` where that filter is installed"
        return
            "dataset \(dataset) is compressed by \(names[kind] ?? "the filter \(kind)"), which is not read; \(remedy)"
    }

    var isEmpty: Bool { filters.isEmpty }

    /// Undoes the filters.
    ///
    /// - Parameters:
    ///   - size: The number of bytes of the chunk before the filters.
    ///   - mask: A bit for each filter that this chunk was not put through.
    func undone(_ packed: [UInt8], size: Int, mask: UInt64) throws(FileError) -> [UInt8] {
        var bytes = packed
        for (index, filter) in filters.enumerated().reversed() where index > 31 || mask >> UInt64(index) & 1 == 0 {
            switch filter.kind {
            case 1:
                do throws(Inflation.Flaw) {
                    bytes = try Inflation.inflated(bytes[...], .zlib, limit: size + 4).bytes
                } catch {
                    throw source.damaged("a chunk cannot be decompressed: \(error.text)")
                }
            case 2: bytes = Self.unshuffled(bytes, filter.values.first ?? 1)
            case LZF.filter:
                guard let unpacked = LZF.unpacked(bytes, size: size) else {
                    throw source.damaged("a chunk cannot be decompressed by LZF")
                }
                bytes = unpacked
            default:
                guard bytes.count >= 4 else { throw source.damaged("a chunk has no checksum") }
                let stored = bytes.suffix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
                bytes.removeLast(4)
                // A sum of 65535 may be stored as such or as 0.
                let sum = Self.fletcher32(bytes)
                guard (stored & 0xFFFF) % 65535 == sum & 0xFFFF, (stored >> 16) % 65535 == sum >> 16 else {
                    throw source.damaged("the checksum of a chunk is wrong")
                }
            }
        }
        guard bytes.count == size else {
            throw source.damaged("a chunk has \(counted(bytes.count, "byte")) instead of \(size)")
        }
        return bytes
    }

    /// Brings the bytes of each element together again.
    private static func unshuffled(_ bytes: [UInt8], _ elementSize: Int) -> [UInt8] {
        guard elementSize > 1, bytes.count >= elementSize else { return bytes }
        let count = bytes.count / elementSize
        return [UInt8](unsafeUninitializedCapacity: bytes.count) { output, filled in
            bytes.withUnsafeBufferPointer { bytes in
                for byte in 0..<elementSize {
                    for element in 0..<count {
                        output[element &* elementSize &+ byte] = bytes[byte &* count &+ element]
                    }
                }
                // What is left over was not shuffled.
                for index in count * elementSize..<bytes.count { output[index] = bytes[index] }
            }
            filled = bytes.count
        }
    }

    /// The checksum of Fletcher over words of 16 bits, the first byte of which is the high one.
    private static func fletcher32(_ bytes: [UInt8]) -> UInt32 {
        var (first, second): (UInt32, UInt32) = (0, 0)
        for index in stride(from: 0, to: bytes.count, by: 2) {
            let low = index + 1 < bytes.count ? UInt32(bytes[index + 1]) : 0
            first = (first + (UInt32(bytes[index]) << 8 | low)) % 65535
            second = (second + first) % 65535
        }
        return second << 16 | first
    }
}
