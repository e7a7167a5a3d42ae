import CPNG
import CTurboJPEG
import CWebP
import CZlib
import Foundation
import SpikeDatasets
import TestSupport

/// Files as they are downloaded, made from random numbers.
enum Made {
    static func bytes(_ count: Int, _ random: inout SplitMix64) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    static func idx(_ shape: [Int], _ elements: [UInt8], type: UInt8 = 8) -> [UInt8] {
        [0, 0, type, UInt8(shape.count)]
            + shape.flatMap { length in (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) } } + elements
    }

    static func gzipped(_ bytes: [UInt8], _ folder: TemporaryFolder) throws -> [UInt8] {
        let path = folder.file("packing.tmp")
        let file = gzopen(path, "wb")
        gzwrite(file, bytes, UInt32(bytes.count))
        gzclose_w(file)
        defer { unlink(path) }
        return try folder.bytes("packing.tmp")
    }

    static func tar(_ files: [(name: String, content: [UInt8])]) -> [UInt8] {
        var archive: [UInt8] = []
        for file in files {
            var header = [UInt8](repeating: 0, count: 512)
            func put(_ text: String, at place: Int) {
                header.replaceSubrange(place..<place + text.utf8.count, with: text.utf8)
            }
            put(file.name, at: 0)
            put("0000644", at: 100)
            put(octal(file.content.count, 11), at: 124)
            put("        ", at: 148)
            put(file.name.hasSuffix("/") ? "5" : "0", at: 156)
            put("ustar\0" + "00", at: 257)
            put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\0 ", at: 148)
            archive += header + file.content
            archive += [UInt8](repeating: 0, count: (512 - file.content.count % 512) % 512)
        }
        return archive + [UInt8](repeating: 0, count: 1024)
    }

    private static func octal(_ number: Int, _ width: Int) -> String {
        let digits = String(number, radix: 8)
        return String(repeating: "0", count: width - digits.count) + digits
    }

    /// CIFAR's records with these labels.
    static func cifar(_ labels: [UInt8], coarse: Bool = false, _ random: inout SplitMix64) -> [UInt8] {
        labels.flatMap { (coarse ? [7] : []) + [$0] + bytes(3072, &random) }
    }

    static func image(channels: Int = 3, height: Int, width: Int, _ random: inout SplitMix64) -> Image {
        Image(channels: channels, height: height, width: width, pixels: bytes(channels * height * width, &random))
    }

    /// Without high frequencies, which JPEG and interpolation do not keep.
    static func smoothImage(height: Int, width: Int) -> Image {
        var image = Image(channels: 3, height: height, width: width, filledWith: 0)
        for channel in 0..<3 {
            for row in 0..<height {
                for column in 0..<width {
                    let wave = sin(Double(row + 3 * channel) / 9) + cos(Double(column) / (7 + Double(channel)))
                    image[channel, row, column] = UInt8(128 + 55 * wave)
                }
            }
        }
        return image
    }

    static func interleaved(_ image: Image) -> [UInt8] {
        (0..<image.area).flatMap { index in
            (0..<image.channels).map { image.pixels[$0 * image.area + index] }
        }
    }

    static func png(_ image: Image, to path: String) {
        var writer = png_image()
        writer.version = UInt32(PNG_IMAGE_VERSION)
        writer.width = UInt32(image.width)
        writer.height = UInt32(image.height)
        writer.format = image.channels == 3 ? UInt32(PNG_FORMAT_FLAG_COLOR) : 0
        let written = png_image_write_to_file(&writer, path, 0, interleaved(image), 0, nil)
        precondition(written != 0)
    }

    static func jpeg(_ image: Image) -> [UInt8] {
        let encoder = tjInitCompress()
        defer { tjDestroy(encoder) }
        var (buffer, size): (UnsafeMutablePointer<UInt8>?, UInt) = (nil, 0)
        let failed = tjCompress2(
            encoder, interleaved(image), Int32(image.width), 0, Int32(image.height), Int32(TJPF_RGB.rawValue),
            &buffer, &size, Int32(TJSAMP_444.rawValue), 100, 0)
        precondition(failed == 0)
        defer { tjFree(buffer) }
        return Array(UnsafeBufferPointer(start: buffer, count: Int(size)))
    }

    /// YCCK, with the marker of Adobe's programs: 255 is no ink.
    ///
    /// - Parameter lightLeftByBlack: 255 for no black.
    static func inkJPEG(_ image: Image, lightLeftByBlack: UInt8 = 255) -> [UInt8] {
        let inks = (0..<image.area).flatMap { index in
            (0..<3).map { image.pixels[$0 * image.area + index] } + [lightLeftByBlack]
        }
        let encoder = tjInitCompress()
        defer { tjDestroy(encoder) }
        var (buffer, size): (UnsafeMutablePointer<UInt8>?, UInt) = (nil, 0)
        let failed = tjCompress2(
            encoder, inks, Int32(image.width), 0, Int32(image.height), Int32(TJPF_CMYK.rawValue), &buffer, &size,
            Int32(TJSAMP_444.rawValue), 100, 0)
        precondition(failed == 0)
        defer { tjFree(buffer) }
        return Array(UnsafeBufferPointer(start: buffer, count: Int(size)))
    }

    /// Lossless.
    static func webp(_ image: Image) -> [UInt8] {
        var buffer: UnsafeMutablePointer<UInt8>?
        let size = WebPEncodeLosslessRGB(
            interleaved(image), Int32(image.width), Int32(image.height), Int32(3 * image.width), &buffer)
        precondition(size > 0)
        defer { WebPFree(buffer) }
        return Array(UnsafeBufferPointer(start: buffer, count: size))
    }

    static func ppm(_ image: Image) -> [UInt8] {
        Array("P6\n# made in a test\n\(image.width) \(image.height)\n255\n".utf8) + interleaved(image)
    }
}
