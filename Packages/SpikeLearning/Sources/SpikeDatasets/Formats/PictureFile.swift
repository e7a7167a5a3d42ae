import ArrayFiles
import CPNG
import CTurboJPEG
import Foundation

/// Pictures in files: JPEG, PNG and PPM or PGM with bytes, told apart by how they begin.
public enum PictureFile {
    /// The extensions by which pictures in folders are known.
    public static let extensions = ["jpg", "jpeg", "png", "ppm", "pgm"]

    /// More pixels are refused: a header of a few bytes could claim more than memory holds.
    static let pixelLimit = 1 << 27

    /// Reads a picture in red, green and blue; a grey one has three equal planes. What is transparent lies on black.
    /// The rows are as they are stored: an orientation that a camera noted is not applied.
    ///
    /// - Throws: `FileError`, which names the file, if it is none of these formats, damaged or cut short.
    public static func read(_ path: String) throws(FileError) -> Picture {
        let file = try InputFile(path)
        let bytes = try file.bytes(file.size)
        if bytes.starts(with: [0xFF, 0xD8]) { return try jpeg(bytes, path) }
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return try png(bytes, path) }
        if bytes.starts(with: "P6".utf8) || bytes.starts(with: "P5".utf8) { return try portable(bytes, path) }
        throw .malformed(
            path: path, place: nil, problem: "this is no JPEG, PNG, PPM or PGM picture; remove or convert the file")
    }

    private static func checkSize(_ width: Int, _ height: Int, _ path: String) throws(FileError) {
        guard width > 0, height > 0 else { throw .malformed(path: path, place: nil, problem: "the picture is empty") }
        guard width.multipliedReportingOverflow(by: height).overflow == false, width * height <= pixelLimit else {
            throw .tooLarge(
                path: path, problem: "\(width)×\(height) pixels are more than \(pixelLimit); scale it down first")
        }
    }

    private static func damaged(_ path: String, _ format: String, _ reason: String) -> FileError {
        .damaged(path: path, problem: "the \(format) picture cannot be decoded (\(reason)); replace or remove the file")
    }

    private static func jpeg(_ bytes: [UInt8], _ path: String) throws(FileError) -> Picture {
        guard let decoder = tjInitDecompress() else { throw damaged(path, "JPEG", "no memory") }
        defer { tjDestroy(decoder) }
        func reason() -> String { String(cString: tjGetErrorStr2(decoder)) }
        var (width, height, subsampling, colours): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
        guard tjDecompressHeader3(decoder, bytes, UInt(bytes.count), &width, &height, &subsampling, &colours) == 0
        else {
            throw damaged(path, "JPEG", reason())
        }
        guard width > 0 else { throw damaged(path, "JPEG", "it is cut short") }
        try checkSize(Int(width), Int(height), path)
        var pixels = [UInt8](repeating: 0, count: 3 * Int(width) * Int(height))
        let outcome = tjDecompress2(
            decoder, bytes, UInt(bytes.count), &pixels, width, 0, height, Int32(TJPF_RGB.rawValue), 0)
        // Bytes between two markers harm nothing, and cameras leave some; all other warnings mean lost pixels.
        guard outcome == 0 || reason().contains("extraneous bytes") else { throw damaged(path, "JPEG", reason()) }
        return Picture(interleaved: pixels, channels: 3, height: Int(height), width: Int(width))
    }

    private static func png(_ bytes: [UInt8], _ path: String) throws(FileError) -> Picture {
        var image = png_image()
        image.version = UInt32(PNG_IMAGE_VERSION)
        defer { png_image_free(&image) }
        func reason() -> String {
            withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        }
        // The decoder reads from the memory until it has finished.
        var size = (width: 0, height: 0)
        var failure: FileError?
        var pixels: [UInt8] = []
        bytes.withUnsafeBytes { memory in
            do throws(FileError) {
                guard png_image_begin_read_from_memory(&image, memory.baseAddress, memory.count) != 0 else {
                    throw damaged(path, "PNG", reason())
                }
                size = (Int(image.width), Int(image.height))
                try checkSize(size.width, size.height, path)
                image.format = UInt32(PNG_FORMAT_FLAG_COLOR)
                image.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB)
                pixels = [UInt8](repeating: 0, count: 3 * size.width * size.height)
                var black = png_color()
                guard png_image_finish_read(&image, &black, &pixels, 0, nil) != 0 else {
                    throw damaged(path, "PNG", reason())
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return Picture(interleaved: pixels, channels: 3, height: size.height, width: size.width)
    }

    /// Binary PPM (P6) or PGM (P5).
    private static func portable(_ bytes: [UInt8], _ path: String) throws(FileError) -> Picture {
        let channels = bytes[1] == UInt8(ascii: "6") ? 3 : 1
        var place = 2
        var numbers: [Int] = []
        while numbers.count < 3 {
            while place < bytes.count, bytes[place] <= 0x20 || bytes[place] == UInt8(ascii: "#") {
                if bytes[place] == UInt8(ascii: "#") {
                    while place < bytes.count, bytes[place] != 0x0A { place += 1 }
                } else {
                    place += 1
                }
            }
            let digits = bytes[place...].prefix { (0x30...0x39).contains($0) }
            guard let number = Int(String(decoding: digits, as: UTF8.self)) else {
                throw damaged(path, "PPM", "its header is not width, height and greatest value")
            }
            place += digits.count
            numbers.append(number)
        }
        try checkSize(numbers[0], numbers[1], path)
        guard numbers[2] == 255 else {
            throw .unsuitable(
                path: path, problem: "its greatest value is \(numbers[2]), only 255 is read; convert the file")
        }
        let count = channels * numbers[0] * numbers[1]
        // One blank ends the header.
        guard bytes.count - place - 1 >= count else { throw damaged(path, "PPM", "it is cut short") }
        let grey = Picture(
            interleaved: Array(bytes[place + 1..<place + 1 + count]), channels: channels, height: numbers[1],
            width: numbers[0])
        if channels == 3 { return grey }
        return Picture(
            channels: 3, height: grey.height, width: grey.width, pixels: grey.pixels + grey.pixels + grey.pixels)
    }
}
