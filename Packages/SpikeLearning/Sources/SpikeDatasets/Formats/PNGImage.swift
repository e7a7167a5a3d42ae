import ArrayFiles
import CPNG

/// Decodes PNG images of every bit depth and colour type with libpng, to 8 bits per channel.
enum PNGImage {
    static func decode(_ bytes: [UInt8], _ path: String) throws(FileError) -> Image {
        var reader = png_image()
        reader.version = UInt32(PNG_IMAGE_VERSION)
        defer { png_image_free(&reader) }
        func reason() -> String {
            withUnsafeBytes(of: reader.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        }
        // The decoder reads from this memory until it has finished, so all of the decoding is within the closure.
        var size = (width: 0, height: 0)
        var hasAlpha = false
        var failure: FileError?
        var pixels: [UInt8] = []
        bytes.withUnsafeBytes { memory in
            do throws(FileError) {
                guard png_image_begin_read_from_memory(&reader, memory.baseAddress, memory.count) != 0 else {
                    throw ImageFile.damaged(path, "PNG", reason())
                }
                size = (Int(reader.width), Int(reader.height))
                try ImageFile.checkSize(size.width, size.height, path)
                hasAlpha = reader.format & UInt32(PNG_FORMAT_FLAG_ALPHA) != 0
                reader.format = UInt32(PNG_FORMAT_FLAG_COLOR) | (hasAlpha ? UInt32(PNG_FORMAT_FLAG_ALPHA) : 0)
                reader.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB)
                pixels = [UInt8](repeating: 0, count: (hasAlpha ? 4 : 3) * size.width * size.height)
                guard png_image_finish_read(&reader, nil, &pixels, 0, nil) != 0 else {
                    throw ImageFile.damaged(path, "PNG", reason())
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return Image(
            interleaved: hasAlpha ? onBlack(pixels) : pixels, channels: 3, height: size.height, width: size.width
        ).oriented(orientation(bytes))
    }

    /// Returns the orientation in which the image is stored.
    static func orientation(_ bytes: [UInt8]) -> ExifOrientation { exif(bytes).map(ExifOrientation.of) ?? .upright }

    /// Returns the content of the chunk eXIf; `nil` if there is none.
    private static func exif(_ bytes: [UInt8]) -> ArraySlice<UInt8>? {
        var place = 8
        while place + 12 <= bytes.count {
            let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
            guard length <= bytes.count - place - 12 else { return nil }
            if bytes[place + 4..<place + 8].elementsEqual("eXIf".utf8) {
                return bytes[place + 8..<place + 8 + length]
            }
            place += 12 + length
        }
        return nil
    }
}

/// Blends pixels with black: returns red, green and blue, each multiplied by the opacity.
///
/// - Parameter pixels: Red, green, blue and opacity of each pixel: [H, W, 4].
/// - Returns: Red, green and blue of each pixel: [H, W, 3].
func onBlack(_ pixels: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: pixels.count / 4 * 3) { colours, count in
        for pixel in 0..<pixels.count / 4 {
            let opacity = Int(pixels[4 * pixel + 3])
            for channel in 0..<3 {
                colours[3 * pixel + channel] = UInt8((Int(pixels[4 * pixel + channel]) * opacity + 127) / 255)
            }
        }
        count = pixels.count / 4 * 3
    }
}

extension PNGImage {
    /// Encodes an image of one channel or three.
    ///
    /// - Parameter path: The path of the file, for messages.
    static func encode(_ image: Image, _ path: String) throws(FileError) -> [UInt8] {
        var writer = png_image()
        writer.version = UInt32(PNG_IMAGE_VERSION)
        writer.width = UInt32(image.width)
        writer.height = UInt32(image.height)
        writer.format = image.channels == 3 ? UInt32(PNG_FORMAT_FLAG_COLOR) : 0
        let bytes = [UInt8](unsafeUninitializedCapacity: image.pixels.count) { bytes, count in
            for channel in 0..<image.channels {
                for index in 0..<image.area {
                    bytes[index * image.channels + channel] = image.pixels[channel * image.area + index]
                }
            }
            count = image.pixels.count
        }
        var size: png_alloc_size_t = 0
        guard png_image_write_to_memory(&writer, nil, &size, 0, bytes, 0, nil) != 0 else {
            throw .unwritable(path: path, reason: "the image cannot be encoded as PNG")
        }
        var file = [UInt8](repeating: 0, count: Int(size))
        guard png_image_write_to_memory(&writer, &file, &size, 0, bytes, 0, nil) != 0 else {
            throw .unwritable(path: path, reason: "the image cannot be encoded as PNG")
        }
        return Array(file.prefix(Int(size)))
    }
}
