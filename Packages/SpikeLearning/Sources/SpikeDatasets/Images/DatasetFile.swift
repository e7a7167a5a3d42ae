import ObjectDetection

/// The record of an image's file, by which the file or its image can be recognized.
public struct DatasetFile: Codable, Sendable, Hashable {
    /// The path of the file below the data set's folder, such as `cat/1.png`.
    public let name: String

    /// The size of the file in bytes.
    public let size: Int

    /// The SHA-256 checksum of the file's content, in 64 hexadecimal digits.
    public let sha256: String

    /// The SHA-256 checksum of the image's shape and 8-bit pixels, after scaling to the size that networks see. All
    /// lossless files of the same image have the same checksum. `nil` in records of earlier versions.
    public let pixels: String?

    /// The SHA-256 checksum of the boxes in the image and of their labels. `nil` for images of a data set without boxes, and
    /// in records of earlier versions.
    public private(set) var boxes: String?

    /// Creates the record of a file.
    ///
    /// - Parameters:
    ///   - name: The path of the file below the data set's folder.
    ///   - size: The size of the file in bytes.
    ///   - sha256: The SHA-256 checksum of the file's content, in 64 hexadecimal digits.
    ///   - pixels: The SHA-256 checksum of the scaled image, or `nil` if it is not known.
    public init(name: String, size: Int, sha256: String, pixels: String? = nil) {
        self.name = name
        self.size = size
        self.sha256 = sha256
        self.pixels = pixels
    }

    /// Returns the record with the checksum of boxes.
    func with(_ boxes: [LabelledBox]) -> DatasetFile {
        var checksum = SHA256()
        for one in boxes { checksum.update(one.digestText.utf8) }
        var file = self
        file.boxes = checksum.hexadecimal()
        return file
    }

    init(name: String, content: [UInt8], image: Image) {
        var checksum = SHA256()
        checksum.update(content)
        self.init(
            name: name, size: content.count, sha256: checksum.hexadecimal(),
            pixels: Self.checksum(ofPixels: image).hexadecimal)
    }

    /// Returns the checksum that `pixels` is, of a scaled image.
    static func checksum(ofPixels image: Image) -> SHA256.Digest {
        var checksum = SHA256()
        checksum.update("\(image.channels) \(image.height) \(image.width)\0".utf8)
        checksum.update(image.pixels)
        return checksum.digest()
    }

    /// Returns whether the checksum of the file, or of the image in it, is in `checksums`.
    public func isAmong(_ checksums: Set<String>) -> Bool {
        checksums.contains(sha256) || pixels.map(checksums.contains) ?? false
    }

    /// The checksum of the file, and that of its image if it is known.
    public var checksums: [String] { [sha256] + (pixels.map { [$0] } ?? []) }
}
