import FileTestSupport
import Testing

@testable import EventFiles

/// Frames of Zstandard are written by hand, as RFC 8878 describes them: blocks of one repeated byte, or as they are.
@Suite struct CompressionTests {
    private func decompress(_ compression: Compression, _ frame: [UInt8]) -> [UInt8]? {
        frame.withUnsafeBytes { compression.decompress($0) }
    }

    /// A frame whose window has 2^`windowBits` bytes.
    private func zstd(windowBits: Int = 17, _ blocks: [[UInt8]]) -> [UInt8] {
        [0x28, 0xB5, 0x2F, 0xFD, 0, UInt8(windowBits - 10) << 3]
            + blocks.enumerated().flatMap { index, block in
                var block = block
                if index == blocks.count - 1 { block[0] |= 1 }
                return block
            }
    }

    private func block(of bytes: [UInt8]) -> [UInt8] {
        let header = UInt32(bytes.count) << 3
        return [UInt8(header & 0xFF), UInt8(header >> 8 & 0xFF), UInt8(header >> 16)] + bytes
    }

    private func block(repeating byte: UInt8, count: Int) -> [UInt8] {
        let header = UInt32(count) << 3 | 1 << 1
        return [UInt8(header & 0xFF), UInt8(header >> 8 & 0xFF), UInt8(header >> 16), byte]
    }

    @Test func theNumbersOfTheFormatAreKnown() {
        let known: [Compression] = [.none, .lz4, .lz4High, .zstd, .zstdHigh]
        #expect(known.map(\.rawValue) == [0, 1, 2, 3, 4])
        #expect(Compression(rawValue: 5) == nil && Compression(rawValue: -1) == nil)
    }

    @Test(arguments: [Compression.zstd, .zstdHigh])
    func zstandardIsDecompressed(_ compression: Compression) {
        let short = zstd([block(of: [1, 2, 3]), block(repeating: 7, count: 5), block(of: [9])])
        #expect(decompress(compression, short) == [1, 2, 3, 7, 7, 7, 7, 7, 9])
        #expect(decompress(compression, short + [1, 2, 3]) == [1, 2, 3, 7, 7, 7, 7, 7, 9])
        for size in [65_535, 65_536, 65_537, 131_072, 300_000] {
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 ^ $0 >> 8) }
            let blocks = stride(from: 0, to: size, by: 50_000).map {
                block(of: Array(bytes[$0..<min(size, $0 + 50_000)]))
            }
            #expect(decompress(compression, zstd(blocks)) == bytes, "\(size)")
            // A frame that was cut short, and one with a damaged start.
            #expect(decompress(compression, Array(zstd(blocks).dropLast())) == nil, "\(size)")
            #expect(decompress(compression, [0x29] + zstd(blocks).dropFirst()) == nil, "\(size)")
        }
        #expect(decompress(compression, []) == nil)
    }

    /// The limit is 65,536 bytes and a thousand times the size of the frame.
    @Test func framesThatGrowTooMuchAreRefused() {
        let blocks =
            Array(repeating: block(repeating: 5, count: 1 << 17), count: 63) + [block(repeating: 6, count: 1)]
        let frame = zstd(blocks)
        let content = Array(repeating: 5, count: 63 << 17) + [6] as [UInt8]
        // After all but the last byte, 126 × 65,536 bytes are there, which is the limit for 8192 bytes.
        #expect(decompress(.zstd, frame + Array(repeating: 0, count: 8192 - frame.count)) == content)
        #expect(decompress(.zstd, frame + Array(repeating: 0, count: 8191 - frame.count)) == nil)
    }

    /// A frame says how much memory it takes: 8 MiB are given to each, and to larger frames up to 128 MiB.
    @Test func memoryFollowsFromTheSizeOfTheFrame() {
        func isAccepted(windowBits: Int, size: Int) -> Bool {
            let frame = zstd(windowBits: windowBits, [block(of: [1, 2, 3])])
            return decompress(.zstd, frame + Array(repeating: 0, count: size - frame.count)) == [1, 2, 3]
        }
        #expect(isAccepted(windowBits: 23, size: 20) && !isAccepted(windowBits: 24, size: 20))
        #expect(isAccepted(windowBits: 24, size: 16_711) && !isAccepted(windowBits: 25, size: 16_711))
        #expect(isAccepted(windowBits: 25, size: 16_712) && !isAccepted(windowBits: 26, size: 16_712))
        #expect(isAccepted(windowBits: 27, size: 140_000) && !isAccepted(windowBits: 28, size: 140_000))
    }

    @Test(arguments: [Compression.lz4, .lz4High])
    func lz4IsDecompressed(_ compression: Compression) {
        for size in [0, 1, 65_535, 65_536, 65_537, 131_072, 300_000] {
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 ^ $0 >> 8) }
            let frame = Compression.lz4(bytes)
            #expect(decompress(compression, frame) == bytes, "\(size)")
            #expect(decompress(compression, Array(frame.dropLast())) == nil, "\(size)")
            #expect(decompress(compression, [5] + frame.dropFirst()) == nil, "\(size)")
        }
        // A frame of one block of three bytes as they are, from the description of the format.
        let plain: [UInt8] = [
            0x04, 0x22, 0x4D, 0x18, 0x60, 0x40, 0x82, 3, 0, 0, 0x80, 1, 2, 3, 0, 0, 0, 0,
        ]
        #expect(decompress(compression, plain) == [1, 2, 3])
    }

    @Test func noCompressionKeepsTheBytes() { #expect(decompress(.none, [1, 2, 3]) == [1, 2, 3]) }
}
