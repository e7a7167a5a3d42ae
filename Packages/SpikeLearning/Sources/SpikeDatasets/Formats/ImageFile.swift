import ArrayFiles

/// Images in files: JPEG, PNG, WebP, and the portable formats PPM, PGM and PBM, told apart by how they begin.
public enum ImageFile {
    /// The extensions by which images in folders are known, in lower case.
    public static let extensions = ["jpg", "jpeg", "jfif", "png", "webp", "ppm", "pgm", "pbm", "pnm"]

    /// More pixels are refused: a header of a few bytes could claim more than memory holds.
    static let pixelLimit = 1 << 27

    /// Reads an image in red, green and blue; a grey one has three equal planes. What is transparent lies on black, and
    /// an orientation that a camera noted (EXIF) is applied. Of an animation it is the first frame.
    ///
    /// - Throws: `FileError`, which names the file, if it is none of these formats, damaged or cut short.
    public static func read(_ path: String) throws(FileError) -> Image {
        let file = try InputFile(path)
        return try decode(file.bytes(file.size), path)
    }

    /// Reads an image from a file's content.
    ///
    /// - Parameter path: For messages.
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
