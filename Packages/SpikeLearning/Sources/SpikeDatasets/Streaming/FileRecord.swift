/// What reading a file of a folder of images has told.
struct FileRecord: Sendable {
    /// The path of the file below the data set's folder, as the file system stores it.
    let path: [UInt8]
    /// The stamp of the file when it was read.
    let stamp: FileStamp
    /// Whether the file was old enough, when it was read, that any later change gives it another stamp. Clocks of file
    /// systems are coarse: two changes within one tick have the same stamp.
    let isSettled: Bool
    /// The checksum of the file's content.
    let content: SHA256.Digest
    /// The checksum of the scaled image, as `DatasetFile.pixels` defines it.
    let pixels: SHA256.Digest
    /// The sums over the scaled image.
    let sums: PixelSums

    /// The record as a run's folder keeps it.
    var file: DatasetFile {
        DatasetFile(
            name: BytePath.text(path), size: stamp.size, sha256: content.hexadecimal, pixels: pixels.hexadecimal)
    }
}

extension FileRecord {
    /// Appends the record in the form in which an index stores it: numbers with the lowest byte first.
    func append(to bytes: inout [UInt8]) {
        precondition(path.count <= UInt16.max, "FileRecord: a path of \(path.count) bytes")
        bytes.append(number: UInt16(path.count))
        bytes.append(contentsOf: path)
        for value in [stamp.size, stamp.modified, stamp.changed] { bytes.append(number: Int64(value)) }
        bytes.append(isSettled ? 1 : 0)
        for digest in [content, pixels] {
            for place in digest.words.indices { bytes.append(number: digest.words[place]) }
        }
        for channel in 0..<3 {
            bytes.append(number: Int64(sums.values[channel]))
            bytes.append(number: Int64(sums.squares[channel]))
        }
    }

    /// The size in bytes of a stored record, without its path.
    private static let fixedSize = 2 + 3 * 8 + 1 + 2 * 32 + 6 * 8

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
        func digest() -> SHA256.Digest {
            var words = SIMD8<UInt32>()
            for index in words.indices { words[index] = bytes.number(at: place + 4 * index) }
            place += 32
            return SHA256.Digest(words: words)
        }
        content = digest()
        pixels = digest()
        var sums = PixelSums()
        for channel in 0..<3 {
            sums.values[channel] = whole()
            sums.squares[channel] = whole()
        }
        self.sums = sums
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
