import ArrayFiles
import CTurboJPEG

/// Decodes JPEG with libjpeg-turbo: grey images, colour images, and images in printing inks (CMYK and YCCK).
enum JPEGImage {
    static func decode(_ bytes: [UInt8], _ path: String) throws(FileError) -> Image {
        guard let decoder = tjInitDecompress() else { throw ImageFile.damaged(path, "JPEG", "no memory") }
        defer { tjDestroy(decoder) }
        func reason() -> String { String(cString: tjGetErrorStr2(decoder)) }
        var (width, height, subsampling, colours): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
        guard tjDecompressHeader3(decoder, bytes, UInt(bytes.count), &width, &height, &subsampling, &colours) == 0
        else {
            throw ImageFile.damaged(path, "JPEG", reason())
        }
        guard width > 0 else { throw ImageFile.damaged(path, "JPEG", "it is cut short") }
        try ImageFile.checkSize(Int(width), Int(height), path)
        let isInk = colours == Int32(TJCS_CMYK.rawValue) || colours == Int32(TJCS_YCCK.rawValue)
        let (format, channels) = isInk ? (TJPF_CMYK, 4) : (TJPF_RGB, 3)
        var pixels = [UInt8](repeating: 0, count: channels * Int(width) * Int(height))
        let outcome = tjDecompress2(
            decoder, bytes, UInt(bytes.count), &pixels, width, 0, height, Int32(format.rawValue), 0)
        // Bytes between two markers do no harm, and some cameras write them. All other warnings mean that pixels are
        // lost.
        guard outcome == 0 || reason().contains("extraneous bytes") else {
            throw ImageFile.damaged(path, "JPEG", reason())
        }
        let segments = segments(bytes)
        if isInk {
            let isInverted = segments.contains { $0.marker == 0xEE && $0.content.starts(with: "Adobe".utf8) }
            pixels = Self.colours(ofInks: pixels, areInverted: isInverted)
        }
        return Image(interleaved: pixels, channels: 3, height: Int(height), width: Int(width))
            .oriented(orientation(segments))
    }

    /// Returns the orientation in which the image is stored.
    static func orientation(_ bytes: [UInt8]) -> ExifOrientation { orientation(segments(bytes)) }

    private static func orientation(_ segments: [(marker: UInt8, content: ArraySlice<UInt8>)]) -> ExifOrientation {
        let exif = segments.first { $0.marker == 0xE1 && $0.content.starts(with: "Exif\0\0".utf8) }
        return exif.map { ExifOrientation.of($0.content) } ?? .upright
    }

    /// Returns red, green and blue for cyan, magenta, yellow and black: the light that the coloured ink leaves, times
    /// the light that black leaves.
    ///
    /// - Parameters:
    ///   - inks: Four values per pixel.
    ///   - areInverted: Whether 255 means no ink. Programs of Adobe store inks like this, and say so in a marker of
    ///     their own.
    private static func colours(ofInks inks: [UInt8], areInverted: Bool) -> [UInt8] {
        let flip: UInt8 = areInverted ? 0 : 0xFF
        return [UInt8](unsafeUninitializedCapacity: inks.count / 4 * 3) { colours, count in
            for pixel in 0..<inks.count / 4 {
                let black = Int(inks[4 * pixel + 3] ^ flip)
                for channel in 0..<3 {
                    let left = Int(inks[4 * pixel + channel] ^ flip) * black
                    colours[3 * pixel + channel] = UInt8((left + 127) / 255)
                }
            }
            count = inks.count / 4 * 3
        }
    }

    /// Returns the segments before the compressed data.
    private static func segments(_ bytes: [UInt8]) -> [(marker: UInt8, content: ArraySlice<UInt8>)] {
        var segments: [(marker: UInt8, content: ArraySlice<UInt8>)] = []
        var place = 2
        while place + 4 <= bytes.count, bytes[place] == 0xFF {
            let marker = bytes[place + 1]
            // Any number of 0xFF bytes may precede a marker.
            if marker == 0xFF {
                place += 1
                continue
            }
            let length = Int(bytes[place + 2]) << 8 | Int(bytes[place + 3])
            // The compressed data begins, or the file ends.
            guard marker != 0xDA, marker != 0xD9, length >= 2, place + 2 + length <= bytes.count else { break }
            segments.append((marker, bytes[place + 4..<place + 2 + length]))
            place += 2 + length
        }
        return segments
    }
}
