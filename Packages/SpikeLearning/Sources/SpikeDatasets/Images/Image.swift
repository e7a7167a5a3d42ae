/// An image in 8 bits, stored as one plane of bytes per channel.
public struct Image: Sendable, Hashable {
    /// The number of channels: 1 (grey) or 3 (red, green, blue).
    public let channels: Int
    /// The height in pixels.
    public let height: Int
    /// The width in pixels.
    public let width: Int

    /// The values of the pixels, [C, H, W] in C order.
    public var pixels: [UInt8]

    /// Creates an image from its pixels.
    ///
    /// Traps unless `channels`, `height` and `width` are above 0 and `pixels` has `channels * height * width` values.
    ///
    /// - Parameter pixels: The values of the pixels, [C, H, W] in C order.
    public init(channels: Int, height: Int, width: Int, pixels: [UInt8]) {
        precondition(
            channels > 0 && height > 0 && width > 0 && pixels.count == channels * height * width,
            "Image: \(pixels.count) pixels do not fill [\(channels), \(height), \(width)]")
        self.channels = channels
        self.height = height
        self.width = width
        self.pixels = pixels
    }

    /// Creates an image in which every pixel has the same value in every channel.
    public init(channels: Int, height: Int, width: Int, filledWith value: UInt8) {
        self.init(
            channels: channels, height: height, width: width,
            pixels: [UInt8](repeating: value, count: channels * height * width))
    }

    /// The number of pixels in one plane.
    public var area: Int { height * width }

    /// The value of one pixel in one channel. All positions count from 0, rows from the top and columns from the left.
    public subscript(channel: Int, row: Int, column: Int) -> UInt8 {
        get { pixels[(channel * height + row) * width + column] }
        set { pixels[(channel * height + row) * width + column] = newValue }
    }

    /// Returns an image of the same shape with other pixels.
    func with(_ pixels: [UInt8]) -> Image {
        Image(channels: channels, height: height, width: width, pixels: pixels)
    }

    /// Creates an image from bytes in the layout [H, W, C].
    init(interleaved bytes: [UInt8], channels: Int, height: Int, width: Int) {
        let area = height * width
        let pixels = [UInt8](unsafeUninitializedCapacity: bytes.count) { planes, count in
            for channel in 0..<channels {
                for index in 0..<area { planes[channel * area + index] = bytes[index * channels + channel] }
            }
            count = bytes.count
        }
        self.init(channels: channels, height: height, width: width, pixels: pixels)
    }
}
