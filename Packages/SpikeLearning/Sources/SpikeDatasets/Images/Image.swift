/// An image: planes of bytes, one for each channel.
public struct Image: Sendable, Hashable {
    /// 1 (grey) or 3 (red, green, blue).
    public let channels: Int
    public let height: Int
    public let width: Int

    /// [C, H, W] in C order.
    public var pixels: [UInt8]

    public init(channels: Int, height: Int, width: Int, pixels: [UInt8]) {
        precondition(
            channels > 0 && height > 0 && width > 0 && pixels.count == channels * height * width,
            "Image: \(pixels.count) pixels do not fill [\(channels), \(height), \(width)]")
        self.channels = channels
        self.height = height
        self.width = width
        self.pixels = pixels
    }

    /// Of one value throughout.
    public init(channels: Int, height: Int, width: Int, filledWith value: UInt8) {
        self.init(
            channels: channels, height: height, width: width,
            pixels: [UInt8](repeating: value, count: channels * height * width))
    }

    /// How many pixels a plane has.
    public var area: Int { height * width }

    public subscript(channel: Int, row: Int, column: Int) -> UInt8 {
        get { pixels[(channel * height + row) * width + column] }
        set { pixels[(channel * height + row) * width + column] = newValue }
    }

    /// The same shape with other pixels.
    func with(_ pixels: [UInt8]) -> Image {
        Image(channels: channels, height: height, width: width, pixels: pixels)
    }

    /// From bytes that lie [H, W, C].
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
