import ArrayFiles

/// Decodes the portable formats PBM, PGM and PPM, as text (P1, P2, P3) and as bytes (P4, P5, P6), with a greatest value
/// of up to 65535.
///
/// Source: the pages pbm, pgm and ppm of the Netpbm manual.
enum PortableImage {
    enum Kind {
        case bits, greys, colours
    }

    /// The format of a file, which its first two bytes decide.
    struct Format {
        let kind: Kind
        let isText: Bool

        /// Recognizes the format by the file's content; returns `nil` for other files.
        init?(_ bytes: [UInt8]) {
            guard bytes.count >= 2, bytes[0] == UInt8(ascii: "P"), (0x31...0x36).contains(bytes[1]) else { return nil }
            let number = Int(bytes[1]) - 0x31
            kind = [.bits, .greys, .colours][number % 3]
            isText = number < 3
        }
    }

    static func decode(_ bytes: [UInt8], _ format: Format, _ path: String) throws(FileError) -> Image {
        var scanner = Scanner(bytes: bytes, path: path)
        let (width, height) = (try scanner.headerNumber(), try scanner.headerNumber())
        try ImageFile.checkSize(width, height, path)
        let greatest = format.kind == .bits ? 1 : try scanner.headerNumber()
        guard (1...65535).contains(greatest) else {
            throw ImageFile.damaged(path, "PPM", "its greatest value must be 1 to 65535, not \(greatest)")
        }
        let channels = format.kind == .colours ? 3 : 1
        let values =
            switch (format.kind, format.isText) {
            case (_, true): try scanner.text(channels * width * height, areBits: format.kind == .bits)
            case (.bits, false): try scanner.bits(width: width, height: height)
            default: try scanner.binary(channels * width * height, isWide: greatest > 255)
            }
        if let value = values.first(where: { $0 > greatest }) {
            throw ImageFile.damaged(path, "PPM", "a value is \(value), its greatest is \(greatest)")
        }
        var pixels = values.map { UInt8((2 * 255 * Int($0) + greatest) / (2 * greatest)) }
        // In PBM, a bit of 1 is ink, and so black.
        if format.kind == .bits { pixels = pixels.map { 255 - $0 } }
        if channels == 3 { return Image(interleaved: pixels, channels: 3, height: height, width: width) }
        return Image(channels: 3, height: height, width: width, pixels: pixels + pixels + pixels)
    }

    private struct Scanner {
        let bytes: [UInt8]
        let path: String
        /// The index of the next byte to read; it starts after the two characters of the format.
        var place = 2

        private var cutShort: FileError { ImageFile.damaged(path, "PPM", "it is cut short") }

        private mutating func skipSpaceAndComments() {
            while place < bytes.count, bytes[place] <= 0x20 || bytes[place] == UInt8(ascii: "#") {
                if bytes[place] == UInt8(ascii: "#") {
                    while place < bytes.count, bytes[place] != 0x0A, bytes[place] != 0x0D { place += 1 }
                } else {
                    place += 1
                }
            }
        }

        /// Reads a number; returns `nil` where there is none, and 10¹² for any greater number.
        private mutating func number() -> Int? {
            skipSpaceAndComments()
            let start = place
            var value = 0
            while place < bytes.count, (0x30...0x39).contains(bytes[place]) {
                value = min(10 * value + Int(bytes[place]) - 0x30, 1_000_000_000_000)
                place += 1
            }
            return place > start ? value : nil
        }

        mutating func headerNumber() throws(FileError) -> Int {
            guard let number = number() else {
                throw ImageFile.damaged(path, "PPM", "its header is not width, height and greatest value")
            }
            return number
        }

        /// Reads values written as text. Bits may be written without spaces between them.
        mutating func text(_ count: Int, areBits: Bool) throws(FileError) -> [UInt16] {
            guard bytes.count - place >= count else { throw cutShort }
            var values: [UInt16] = []
            values.reserveCapacity(count)
            for _ in 0..<count {
                skipSpaceAndComments()
                guard place < bytes.count else { throw cutShort }
                if areBits {
                    guard bytes[place] == 0x30 || bytes[place] == 0x31 else { throw notANumber(values.count) }
                    values.append(UInt16(bytes[place] - 0x30))
                    place += 1
                } else {
                    guard let number = number() else { throw notANumber(values.count) }
                    values.append(UInt16(clamping: number))
                }
            }
            return values
        }

        private func notANumber(_ index: Int) -> FileError {
            ImageFile.damaged(path, "PPM", "value \(index + 1) is not a number")
        }

        /// Reads values of one byte, or of two bytes with the most significant first. They begin after the one space
        /// that ends the header.
        func binary(_ count: Int, isWide: Bool) throws(FileError) -> [UInt16] {
            let start = place + 1
            guard bytes.count - start >= count * (isWide ? 2 : 1) else { throw cutShort }
            if !isWide { return bytes[start..<start + count].map(UInt16.init) }
            return (0..<count).map { UInt16(bytes[start + 2 * $0]) << 8 | UInt16(bytes[start + 2 * $0 + 1]) }
        }

        /// Reads bits, eight pixels per byte. Each row begins with a new byte.
        func bits(width: Int, height: Int) throws(FileError) -> [UInt16] {
            let (start, rowSize) = (place + 1, (width + 7) / 8)
            guard bytes.count - start >= rowSize * height else { throw cutShort }
            return (0..<width * height).map { index in
                let (row, column) = (index / width, index % width)
                return UInt16(bytes[start + row * rowSize + column / 8] >> (7 - UInt8(column % 8)) & 1)
            }
        }
    }
}
