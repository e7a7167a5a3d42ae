import TorchTensors

/// Adds a border and cuts a random part of the old size out: shifts the image by up to `padding` pixels.
public struct PadAndCrop: ImageTransform {
    /// What the border shows.
    public enum Border: Sendable, Hashable {
        case value(UInt8)
        /// The image mirrored at its outermost pixels, which are not repeated.
        case reflection
    }

    /// In pixels, on each side.
    public let padding: Int

    public let border: Border

    public init(padding: Int = 4, border: Border = .value(0)) {
        precondition(padding >= 0, "PadAndCrop: padding must be >= 0, got \(padding)")
        self.padding = padding
        self.border = border
    }

    public func callAsFunction(_ image: Image, _ random: RandomStream) -> Image {
        image.shifted(
            down: padding - random.integer(at: 0, below: 2 * padding + 1),
            right: padding - random.integer(at: 1, below: 2 * padding + 1), border: border)
    }
}

extension Image {
    /// Moved by whole pixels within its frame.
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

    /// Where each row or column comes from; -1 for the border's value.
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
