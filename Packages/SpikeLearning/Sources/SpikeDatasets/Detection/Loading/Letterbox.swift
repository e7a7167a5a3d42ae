import ObjectDetection

/// The place of an image in the square that a network sees: scaled, so that its longer side fills the square, and
/// centred between two bars.
public struct Letterbox: Sendable, Hashable {
    /// The value of the bars and of everything beyond an image, in all channels.
    public static let fill: UInt8 = 114

    /// The width of the image in pixels.
    public let width: Int
    /// The height of the image in pixels.
    public let height: Int
    /// The size of the square in pixels.
    public let side: Int
    /// The width of the scaled image in pixels.
    public let scaledWidth: Int
    /// The height of the scaled image in pixels.
    public let scaledHeight: Int

    /// Creates a letterbox.
    ///
    /// - Parameters:
    ///   - width: The width of the image in pixels, above 0.
    ///   - height: The height of the image in pixels, above 0.
    ///   - side: The size of the square in pixels, above 0.
    public init(width: Int, height: Int, side: Int) {
        precondition(
            width > 0 && height > 0 && side > 0, "Letterbox: sizes must be > 0, got \(width)×\(height) in \(side)")
        self.width = width
        self.height = height
        self.side = side
        let scale = Double(side) / Double(max(width, height))
        scaledWidth = max(Int((Double(width) * scale).rounded()), 1)
        scaledHeight = max(Int((Double(height) * scale).rounded()), 1)
    }

    /// The width of the bar on the left, in pixels. The one on the right may be wider by a pixel.
    public var left: Int { (side - scaledWidth) / 2 }
    /// The height of the bar above, in pixels. The one below may be higher by a pixel.
    public var top: Int { (side - scaledHeight) / 2 }

    private var scaleX: Double { Double(scaledWidth) / Double(width) }
    private var scaleY: Double { Double(scaledHeight) / Double(height) }

    /// Returns a box of the image in pixels of the scaled image, without the bars.
    func scaled(_ box: Box) -> Box { box.mapped(scaleX: scaleX, scaleY: scaleY, shiftX: 0, shiftY: 0) }

    /// Returns a box of the image in pixels of the square.
    public func square(_ box: Box) -> Box {
        box.mapped(scaleX: scaleX, scaleY: scaleY, shiftX: Double(left), shiftY: Double(top))
    }

    /// Returns a box of the square in pixels of the image, cut at the edges of the image.
    public func original(_ box: Box) -> Box {
        box.mapped(
            scaleX: 1 / scaleX, scaleY: 1 / scaleY, shiftX: -Double(left) / scaleX, shiftY: -Double(top) / scaleY
        ).clipped(width: Double(width), height: Double(height))
    }

    /// Returns the image scaled, without the bars. Traps if it has another size than the letterbox is for.
    func scaled(_ image: Image) -> Image {
        precondition(
            image.width == width && image.height == height,
            "Letterbox: an image of \(image.width)×\(image.height) pixels for one of \(width)×\(height)")
        return image.resized(height: scaledHeight, width: scaledWidth)
    }

    /// Returns the square with the image in it: [C, side, side]. Traps if the image has another size than the letterbox
    /// is for.
    public func square(_ image: Image) -> Image { square(ofScaled: scaled(image)) }

    /// Returns the square with an image that was scaled before.
    func square(ofScaled image: Image) -> Image {
        var square = Image(channels: image.channels, height: side, width: side, filledWith: Self.fill)
        square.paste(image, left: left, top: top)
        return square
    }
}

extension Image {
    /// Replaces a part of the image by another one. What lies outside of the image is dropped.
    ///
    /// - Parameters:
    ///   - other: The other image, of as many channels.
    ///   - left: The column of the other image's first column; may be negative.
    ///   - top: The row of the other image's first row; may be negative.
    mutating func paste(_ other: Image, left: Int, top: Int) {
        let (first, end) = (max(left, 0), min(left + other.width, width))
        guard first < end else { return }
        for channel in 0..<channels {
            for row in max(top, 0)..<max(min(top + other.height, height), max(top, 0)) {
                let source = (channel * other.height + row - top) * other.width + first - left
                let target = (channel * height + row) * width + first
                pixels.replaceSubrange(
                    target..<target + end - first, with: other.pixels[source..<source + end - first])
            }
        }
    }
}
