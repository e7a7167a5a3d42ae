import ArrayFiles

/// Reads image files: JPEG, PNG, WebP, and the portable formats PPM, PGM and PBM. The first bytes of a file decide its
/// format.
public enum ImageFile {
    /// The file name extensions by which images in folders are recognized, in lower case.
    public static let extensions = ["jpg", "jpeg", "jfif", "png", "webp", "ppm", "pgm", "pbm", "pnm"]

    /// The greatest number of pixels that is accepted, because a header of a few bytes could claim more than fits in
    /// memory.
    static let pixelLimit = 1 << 27

    /// Reads an image with three channels: red, green and blue. A grey image becomes three equal planes.
    ///
    /// Transparent parts are blended with black, and the orientation that a camera stored (EXIF) is applied. Of an
    /// animation, the first frame is read.
    ///
    /// - Parameter path: The path of the file.
    /// - Throws: `FileError`, which names the file, if the file cannot be read, has another format, is damaged or cut
    ///   short, or has more than 2²⁷ pixels.
    public static func read(_ path: String) throws(FileError) -> Image {
        let file = try InputFile(path)
        return try decode(file.bytes(file.size), path)
    }

    /// Decodes an image from a file's content.
    ///
    /// - Parameters:
    ///   - bytes: The content of the file.
    ///   - path: The path of the file, for messages.
    /// - Throws: `FileError`, as `read` does.
    static func decode(_ bytes: [UInt8], _ path: String) throws(FileError) -> Image {
        if bytes.starts(with: [0xFF, 0xD8]) { return try JPEGImage.decode(bytes, path) }
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return try PNGImage.decode(bytes, path) }
        if bytes.starts(with: "RIFF".utf8), bytes.dropFirst(8).starts(with: "WEBP".utf8) {
            return try WebPImage.decode(bytes, path)
        }
        if let format = PortableImage.Format(bytes) { return try PortableImage.decode(bytes, format, path) }
        throw .malformed(
            path: path, place: nil,
            problem: "this is no JPEG, PNG, WebP, PPM, PGM or PBM image; remove or convert the file")
    }

    /// Returns the orientation in which an image is stored, which `decode` applies.
    static func orientation(_ bytes: [UInt8]) -> ExifOrientation {
        if bytes.starts(with: [0xFF, 0xD8]) { return JPEGImage.orientation(bytes) }
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return PNGImage.orientation(bytes) }
        return bytes.starts(with: "RIFF".utf8) ? WebPImage.orientation(bytes) : .upright
    }

    static func checkSize(_ width: Int, _ height: Int, _ path: String) throws(FileError) {
        guard width > 0, height > 0 else { throw .malformed(path: path, place: nil, problem: "the image is empty") }
        guard width.multipliedReportingOverflow(by: height).overflow == false, width * height <= pixelLimit else {
            throw .tooLarge(
                path: path, problem: "\(width)×\(height) pixels are more than \(pixelLimit); scale it down first")
        }
    }

    static func damaged(_ path: String, _ format: String, _ reason: String) -> FileError {
        .damaged(path: path, problem: "the \(format) image cannot be decoded (\(reason)); replace or remove the file")
    }
}
