extension Image {
    /// With one channel or three: greys by the luma of ITU-R BT.601, rounded, or three equal planes. An image that has
    /// so many stays as it is.
    public func withChannels(_ count: Int) -> Image {
        precondition(count == 1 || count == 3, "Image: there can be 1 or 3 channels, got \(count)")
        if count == channels { return self }
        let plane = greys()
        return Image(
            channels: count, height: height, width: width, pixels: count == 1 ? plane : plane + plane + plane)
    }

    /// Dark where it was bright.
    public func inverted() -> Image { with(pixels.map { 255 - $0 }) }
}
