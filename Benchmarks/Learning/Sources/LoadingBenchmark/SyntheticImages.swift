import CZlib
import Foundation

/// PNG images of 32 × 32 pixels in ten classes: a gradient of two colours under noise, so that they are about as hard to
/// decode as photographs.
struct SyntheticImages {
    /// The number of images to train on. There are a hundred more to test on.
    let count: Int
    private static let side = 32

    func write(to folder: String) throws {
        for part in ["train", "test"] {
            for label in 0..<10 {
                try FileManager.default.createDirectory(
                    atPath: "\(folder)/\(part)/\(label)", withIntermediateDirectories: true)
            }
        }
        // The last image comes last, so that an unfinished folder is made again.
        for index in 0..<100 { try write(index, to: "\(folder)/test/\(index % 10)/\(index).png") }
        let blocks = (count + 999) / 1000
        DispatchQueue.concurrentPerform(iterations: max(blocks - 1, 0)) { block in
            for index in block * 1000..<(block + 1) * 1000 {
                try! write(index, to: "\(folder)/train/\(index % 10)/\(index).png")
            }
        }
        for index in max(blocks - 1, 0) * 1000..<count {
            try write(index, to: "\(folder)/train/\(index == count - 1 ? 9 : index % 10)/\(index).png")
        }
    }

    private func write(_ index: Int, to path: String) throws {
        var state = UInt64(index) &* 0x9E37_79B9_7F4A_7C15 | 1
        func random(_ limit: UInt64) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % limit)
        }
        let (first, second) = ((0..<3).map { _ in random(240) }, (0..<3).map { _ in random(240) })
        var rows: [UInt8] = []
        for row in 0..<Self.side {
            // Each row begins with the number of its filter, 1: differences to the pixel on the left.
            rows.append(1)
            var left = [0, 0, 0]
            for column in 0..<Self.side {
                for channel in 0..<3 {
                    let mix = (row * second[channel] + (Self.side - row) * first[channel]) / Self.side
                    let value = (mix + column / 4 + random(12)) & 0xFF
                    rows.append(UInt8(truncatingIfNeeded: value - left[channel]))
                    left[channel] = value
                }
            }
        }
        var packed = [UInt8](repeating: 0, count: Int(compressBound(UInt(rows.count))))
        var size = UInt(packed.count)
        guard compress2(&packed, &size, rows, UInt(rows.count), 6) == Z_OK else { fatalError("zlib cannot compress") }
        var header: [UInt8] = []
        for number in [Self.side, Self.side] { header += bigEndian(UInt32(number)) }
        // 8 bits a channel; red, green and blue; the usual compression and filters; not interlaced.
        header += [8, 2, 0, 0, 0]
        let file =
            [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", header)
            + chunk("IDAT", Array(packed.prefix(Int(size)))) + chunk("IEND", [])
        try Data(file).write(to: URL(fileURLWithPath: path))
    }

    private func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        let body = Array(name.utf8) + content
        return bigEndian(UInt32(content.count)) + body + bigEndian(UInt32(crc32(0, body, UInt32(body.count))))
    }

    private func bigEndian(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(number >> (24 - 8 * $0) & 0xFF) } }
}
