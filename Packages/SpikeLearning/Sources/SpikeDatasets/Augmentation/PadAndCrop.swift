import TorchTensors

/// Shifts an image at random by up to `padding` pixels in each direction: adds a border, and crops a part of the
/// original size.
public struct PadAndCrop: ImageTransform {
    /// The content of the border.
    public enum Border: Sendable, Hashable {
        /// One value for all pixels and channels.
        case value(UInt8)
        /// The image mirrored at its outermost pixels, which are not repeated.
        case reflection
    }

    /// The width of the border in pixels, on each side.
    public let padding: Int

    /// The content of the border.
    public let border: Border

    /// Creates the transform.
    ///
    /// - Parameters:
    ///   - padding: The width of the border in pixels, on each side. Traps if it is negative.
    ///   - border: The content of the border.
    public init(padding: Int = 4, border: Border = .value(0)) {
        precondition(padding >= 0, "PadAndCrop: padding must be >= 0, got \(padding)")
        self.padding = padding
        self.border = border
    }

    /// Returns the image, shifted as the random stream decides.
    public func callAsFunction(_ image: Image, _ random: RandomStream) -> Image {
        image.shifted(
            down: padding - random.integer(at: 0, below: 2 * padding + 1),
            right: padding - random.integer(at: 1, below: 2 * padding + 1), border: border)
    }
}

extension Image {
    /// Returns the image shifted by whole pixels within its frame.
    ///
    /// - Parameters:
    ///   - down: The number of rows to shift the image down; negative to shift it up.
    ///   - right: The number of columns to shift the image to the right; negative to shift it to the left.
    ///   - border: The content of the pixels that the shift uncovers.
    public func shifted(down: Int, right: Int, border: PadAndCrop.Border) -> Image {
        let rows = Self.sources(height, down, border)
        let columns = Self.sources(width, right, border)
        let outside: UInt8 = if case .value(let value) = border { value } else { 0 }
        let shifted = [UInt8](unsafeUninitializedCapacity: pixels.count) { result, count in
            pixels.withUnsafeBufferPointer { pixels in
                var place = 0
                for channel in 0..<channels {
                    for row in rows {
                        if row < 0 {
                            for column in 0..<width { result[place + column] = outside }
                        } else {
                            let start = (channel * height + row) * width
                            for (column, source) in columns.enumerated() {
                                result[place + column] = source < 0 ? outside : pixels[start + source]
                            }
                        }
                        place += width
                    }
                }
            }
            count = pixels.count
        }
        return with(shifted)
    }

    /// Returns the source of each row or column; -1 where the border's value is shown.
    private static func sources(_ count: Int, _ shift: Int, _ border: PadAndCrop.Border) -> [Int] {
        (0..<count).map { place in
            let source = place - shift
            if (0..<count).contains(source) { return source }
            guard case .reflection = border else { return -1 }
            if count == 1 { return 0 }
            let period = 2 * (count - 1)
            let folded = ((source % period) + period) % period
            return min(folded, period - folded)
        }
    }
}
