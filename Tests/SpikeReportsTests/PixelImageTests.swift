import Foundation
import Testing

@testable import SpikeReports

struct PixelImageTests {
    /// 1 × 1 pixels of value 7, put together with Python 3's zlib and struct (`zlib.compress(…, 0)`, `zlib.crc32`).
    @Test func aGreyPixel() {
        let expected =
            "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000d4944415478010102"
            + "00fdff000700090008b9ac86870000000049454e44ae426082"
        let file = PixelImage(channels: 1, height: 1, width: 1, pixels: [7]).png
        #expect(file.map { String(format: "%02x", $0) }.joined() == expected)
    }

    private struct Chunk {
        let name: String
        let content: ArraySlice<UInt8>
    }

    private func chunks(_ file: [UInt8]) throws -> [Chunk] {
        var chunks: [Chunk] = []
        var place = 8
        while place < file.count {
            let length = file[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
            chunks.append(
                Chunk(
                    name: String(decoding: file[place + 4..<place + 8], as: UTF8.self),
                    content: file[place + 8..<place + 8 + length]))
            place += 12 + length
        }
        return chunks
    }

    /// More bytes than a stored block holds.
    @Test func largeImagesHaveSeveralBlocks() throws {
        let pixels = (0..<3 * 200 * 150).map { UInt8($0 % 251) }
        let image = PixelImage(channels: 3, height: 200, width: 150, pixels: pixels)
        let chunks = try chunks(image.png)
        #expect(chunks.map(\.name) == ["IHDR", "IDAT", "IEND"])
        #expect(Array(chunks[0].content) == [0, 0, 0, 150, 0, 0, 0, 200, 8, 2, 0, 0, 0])
        var rest = chunks[1].content.dropFirst(2).dropLast(4)
        var bytes: [UInt8] = []
        var isLast = false
        while !isLast {
            let header = Array(rest.prefix(5))
            isLast = header[0] == 1
            let length = Int(header[1]) | Int(header[2]) << 8
            let complement = Int(header[3]) | Int(header[4]) << 8
            #expect(length == 0xFFFF - complement)
            bytes += rest.dropFirst(5).prefix(length)
            rest = rest.dropFirst(5 + length)
        }
        #expect(rest.isEmpty && bytes.count == 200 * (1 + 450))
        for (row, column, channel) in [(0, 0, 0), (3, 7, 1), (199, 149, 2)] {
            let found = bytes[row * 451 + 1 + column * 3 + channel]
            #expect(found == pixels[(channel * 200 + row) * 150 + column])
        }
    }
}
