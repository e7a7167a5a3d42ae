/// The orientation in which a camera stored an image, and so how the image must be turned to stand upright.
///
/// Source: Exif 2.32 (CIPA DC-008), tag 0x0112 of the first directory of a TIFF structure.
enum ExifOrientation: Int, CaseIterable {
    case upright = 1
    /// Left and right are exchanged.
    case mirrored
    /// The image must be turned by half a turn.
    case upsideDown
    /// Top and bottom are exchanged.
    case flipped
    /// Rows and columns are exchanged, with the same first corner.
    case transposed
    /// The image must be turned by a quarter to the right.
    case quarterRight
    /// Rows and columns are exchanged, with the opposite first corner.
    case transversed
    /// The image must be turned by a quarter to the left.
    case quarterLeft

    /// True if the height of the stored image is the width of the upright one.
    var exchangesSides: Bool { rawValue >= ExifOrientation.transposed.rawValue }

    /// Returns the orientation in an EXIF block; `upright` if the block has none that can be understood.
    ///
    /// - Parameter block: A TIFF structure, which may follow `Exif` and two zero bytes.
    static func of(_ block: ArraySlice<UInt8>) -> ExifOrientation {
        let bytes = block.starts(with: "Exif\0\0".utf8) ? Array(block.dropFirst(6)) : Array(block)
        let isLittle = bytes.starts(with: [0x49, 0x49, 42, 0])
        guard isLittle || bytes.starts(with: [0x4D, 0x4D, 0, 42]) else { return .upright }
        func number(_ place: Int, _ size: Int) -> Int? {
            guard place + size <= bytes.count else { return nil }
            let digits = bytes[place..<place + size]
            return (isLittle ? Array(digits.reversed()) : Array(digits)).reduce(0) { $0 << 8 | Int($1) }
        }
        guard let start = number(4, 4), let count = number(start, 2) else { return .upright }
        for entry in 0..<count {
            let place = start + 2 + 12 * entry
            guard let tag = number(place, 2), let type = number(place + 2, 2) else { break }
            // Type 3 is a number of two bytes.
            if tag == 0x0112, type == 3, let value = number(place + 8, 2) {
                return ExifOrientation(rawValue: value) ?? .upright
            }
        }
        return .upright
    }
}

extension Image {
    /// Returns the image turned upright, given the orientation in which it is stored.
    func oriented(_ orientation: ExifOrientation) -> Image {
        if orientation == .upright { return self }
        // The index of the pixel that becomes the first, and the steps from there to the pixels below it and to its
        // right.
        let (first, down, across) =
            switch orientation {
            case .upright: (0, width, 1)
            case .mirrored: (width - 1, width, -1)
            case .upsideDown: (area - 1, -width, -1)
            case .flipped: (area - width, -width, 1)
            case .transposed: (0, 1, width)
            case .quarterRight: (area - width, 1, -width)
            case .transversed: (area - 1, -1, -width)
            case .quarterLeft: (width - 1, -1, width)
            }
        let (newHeight, newWidth) = orientation.exchangesSides ? (width, height) : (height, width)
        let turned = [UInt8](unsafeUninitializedCapacity: pixels.count) { turned, count in
            for channel in 0..<channels {
                for row in 0..<newHeight {
                    for column in 0..<newWidth {
                        turned[count] = pixels[channel * area + first + row * down + column * across]
                        count += 1
                    }
                }
            }
        }
        return Image(channels: channels, height: newHeight, width: newWidth, pixels: turned)
    }
}
