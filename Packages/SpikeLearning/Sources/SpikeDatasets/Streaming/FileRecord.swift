/// What reading the file of an image has told.
struct FileRecord<Finding: ImageFinding>: Sendable {
    /// The path of the file, as the file system stores it: below the data set's folder, or the whole path.
    let path: [UInt8]
    /// The stamp of the file when it was read.
    let stamp: FileStamp
    /// Whether the file was old enough, when it was read, that any later change gives it another stamp. Clocks of file
    /// systems are coarse: two changes within one tick have the same stamp.
    let isSettled: Bool
    /// The checksum of the file's content.
    let content: SHA256.Digest
    /// What is kept of the image.
    let finding: Finding
}

/// What an index keeps of an image, besides the stamp and the checksum of its file.
protocol ImageFinding: Sendable {
    /// The size in bytes in the form in which an index stores it.
    static var storedSize: Int { get }

    /// Appends the stored form: numbers with the lowest byte first.
    func append(to bytes: inout [UInt8])

    /// Reads what is stored at a place.
    init(_ bytes: UnsafeRawBufferPointer, at place: Int)
}

extension FileRecord {
    /// Appends the record in the form in which an index stores it: numbers with the lowest byte first.
    func append(to bytes: inout [UInt8]) {
        precondition(path.count <= UInt16.max, "FileRecord: a path of \(path.count) bytes")
        bytes.append(number: UInt16(path.count))
        bytes.append(contentsOf: path)
        for value in [stamp.size, stamp.modified, stamp.changed] { bytes.append(number: Int64(value)) }
        bytes.append(isSettled ? 1 : 0)
        content.append(to: &bytes)
        finding.append(to: &bytes)
    }

    /// The size in bytes of a stored record, without its path.
    private static var fixedSize: Int { 2 + 3 * 8 + 1 + SHA256.Digest.storedSize + Finding.storedSize }

    /// Returns the path of the record that is stored at a place, and the place behind the record; `nil` if the bytes
    /// end before.
    static func path(in bytes: UnsafeRawBufferPointer, at place: Int) -> (path: UnsafeRawBufferPointer, end: Int)? {
        guard place + fixedSize <= bytes.count else { return nil }
        let length = Int(bytes.number(at: place) as UInt16)
        guard place + fixedSize + length <= bytes.count else { return nil }
        return (UnsafeRawBufferPointer(rebasing: bytes[place + 2..<place + 2 + length]), place + fixedSize + length)
    }

    /// Reads the record that is stored at a place, which `path(in:at:)` must have accepted.
    init(_ bytes: UnsafeRawBufferPointer, at start: Int) {
        let length = Int(bytes.number(at: start) as UInt16)
        path = Array(bytes[start + 2..<start + 2 + length])
        var place = start + 2 + length
        func whole() -> Int {
            defer { place += 8 }
            return Int(bytes.number(at: place) as Int64)
        }
        stamp = FileStamp(size: whole(), modified: whole(), changed: whole())
        isSettled = bytes[place] != 0
        place += 1
        content = SHA256.Digest(bytes, at: place)
        finding = Finding(bytes, at: place + SHA256.Digest.storedSize)
    }
}

extension SHA256.Digest {
    /// The size in bytes of a stored checksum.
    fileprivate static let storedSize = 32

    fileprivate func append(to bytes: inout [UInt8]) {
        for place in words.indices { bytes.append(number: words[place]) }
    }

    fileprivate init(_ bytes: UnsafeRawBufferPointer, at place: Int) {
        var words = SIMD8<UInt32>()
        for index in words.indices { words[index] = bytes.number(at: place + 4 * index) }
        self.init(words: words)
    }
}

/// What networks see of an image of a class: its pixels at the size to which all images are scaled.
struct ScaledImage: ImageFinding {
    /// The checksum of the scaled image, as `DatasetFile.pixels` defines it.
    let pixels: SHA256.Digest
    /// The sums over the scaled image.
    let sums: PixelSums

    /// - Parameter image: The scaled image.
    init(_ image: Image) { (pixels, sums) = (DatasetFile.checksum(ofPixels: image), PixelSums(image)) }

    static var storedSize: Int { SHA256.Digest.storedSize + 6 * 8 }

    func append(to bytes: inout [UInt8]) {
        pixels.append(to: &bytes)
        for channel in 0..<3 {
            bytes.append(number: Int64(sums.values[channel]))
            bytes.append(number: Int64(sums.squares[channel]))
        }
    }

    init(_ bytes: UnsafeRawBufferPointer, at place: Int) {
        func whole(_ index: Int) -> Int {
            Int(bytes.number(at: place + SHA256.Digest.storedSize + 8 * index) as Int64)
        }
        pixels = SHA256.Digest(bytes, at: place)
        var sums = PixelSums()
        for channel in 0..<3 {
            sums.values[channel] = whole(2 * channel)
            sums.squares[channel] = whole(2 * channel + 1)
        }
        self.sums = sums
    }
}

extension FileRecord<ScaledImage> {
    /// The record as a run's folder keeps it.
    var file: DatasetFile {
        DatasetFile(
            name: BytePath.text(path), size: stamp.size, sha256: content.hexadecimal,
            pixels: finding.pixels.hexadecimal)
    }
}

/// What the boxes of an annotation are checked against.
struct ImageShape: ImageFinding {
    /// The size of the upright image.
    let size: PixelSize
    /// The orientation in which the image is stored.
    let orientation: ExifOrientation

    init(size: PixelSize, orientation: ExifOrientation) { (self.size, self.orientation) = (size, orientation) }

    /// - Parameter content: The content of the image's file.
    init(_ image: Image, _ content: [UInt8]) {
        self.init(
            size: PixelSize(width: image.width, height: image.height), orientation: ImageFile.orientation(content))
    }

    static var storedSize: Int { 2 * 4 + 1 }

    func append(to bytes: inout [UInt8]) {
        bytes.append(number: UInt32(size.width))
        bytes.append(number: UInt32(size.height))
        bytes.append(UInt8(orientation.rawValue))
    }

    init(_ bytes: UnsafeRawBufferPointer, at place: Int) {
        let (width, height): (UInt32, UInt32) = (bytes.number(at: place), bytes.number(at: place + 4))
        size = PixelSize(width: Int(width), height: Int(height))
        orientation = ExifOrientation(rawValue: Int(bytes[place + 8])) ?? .upright
    }
}

extension [UInt8] {
    /// Appends a number, its lowest byte first.
    mutating func append(number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
}

extension UnsafeRawBufferPointer {
    /// Returns the number that is stored at a place, its lowest byte first.
    func number<Number: FixedWidthInteger & BitwiseCopyable>(at place: Int) -> Number {
        Number(littleEndian: loadUnaligned(fromByteOffset: place, as: Number.self))
    }
}
