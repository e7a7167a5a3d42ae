import Foundation

/// An image with one byte per pixel and channel, in grey or in red, green and blue.
public struct PixelImage: Sendable, Hashable {
    /// The number of channels, C: 1 for grey, 3 for red, green and blue.
    public let channels: Int

    /// The number of rows of pixels, H.
    public let height: Int

    /// The number of columns of pixels, W.
    public let width: Int

    /// The intensities from 0 (dark) to 255, `[C, H, W]` in C order.
    public let pixels: [UInt8]

    /// Creates an image from its pixels.
    ///
    /// - Parameters:
    ///   - channels: The number of channels, C. Traps unless it is 1 (grey) or 3 (red, green and blue).
    ///   - height: The number of rows, H. Traps unless it is above 0.
    ///   - width: The number of columns, W. Traps unless it is above 0.
    ///   - pixels: The intensities from 0 to 255, `[C, H, W]` in C order. Traps unless there are C · H · W.
    public init(channels: Int, height: Int, width: Int, pixels: [UInt8]) {
        precondition(channels == 1 || channels == 3, "PixelImage: channels must be 1 or 3, got \(channels)")
        precondition(
            height > 0 && width > 0 && pixels.count == channels * height * width,
            "PixelImage: \(pixels.count) bytes do not fill [\(channels), \(height), \(width)]")
        self.channels = channels
        self.height = height
        self.width = width
        self.pixels = pixels
    }

    /// The image as a file in the Portable Network Graphics format, with 8 bits per channel. It is not compressed,
    /// because these images are small.
    ///
    /// Source: ISO/IEC 15948 (the format); RFC 1951 (stored blocks of deflate); RFC 1950 (the frame around them).
    var png: [UInt8] {
        var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        func append(chunk name: String, _ content: [UInt8]) {
            let body = Array(name.utf8) + content
            file += Self.bigEndian(UInt32(content.count)) + body + Self.bigEndian(Self.cyclicRedundancyCheck(body))
        }
        append(
            chunk: "IHDR",
            Self.bigEndian(UInt32(width)) + Self.bigEndian(UInt32(height)) + [8, channels == 1 ? 0 : 2, 0, 0, 0])
        append(chunk: "IDAT", Self.stored(rows))
        append(chunk: "IEND", [])
        return file
    }

    /// The image as a `data:` address, for an attribute in HTML or SVG.
    var dataAddress: String { "data:image/png;base64," + Data(png).base64EncodedString() }

    /// The rows of pixels with interleaved channels. Each row begins with the number of its PNG filter: 0, no filter.
    private var rows: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(height * (1 + width * channels))
        for row in 0..<height {
            bytes.append(0)
            for column in 0..<width {
                for channel in 0..<channels { bytes.append(pixels[(channel * height + row) * width + column]) }
            }
        }
        return bytes
    }

    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var stream: [UInt8] = [0x78, 0x01]
        var start = 0
        repeat {
            let end = min(start + 65_535, bytes.count)
            let length = UInt16(end - start)
            stream.append(end == bytes.count ? 1 : 0)
            for word in [length, ~length] { stream += [UInt8(word & 255), UInt8(word >> 8)] }
            stream += bytes[start..<end]
            start = end
        } while start < bytes.count
        var (low, high): (UInt32, UInt32) = (1, 0)
        for byte in bytes {
            low = (low + UInt32(byte)) % 65_521
            high = (high + low) % 65_521
        }
        return stream + bigEndian(high << 16 | low)
    }

    private static func cyclicRedundancyCheck(_ bytes: [UInt8]) -> UInt32 {
        ~bytes.reduce(~0) { check, byte in
            (0..<8).reduce(check ^ UInt32(byte)) { value, _ in value >> 1 ^ (value & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
    }

    private static func bigEndian(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}
