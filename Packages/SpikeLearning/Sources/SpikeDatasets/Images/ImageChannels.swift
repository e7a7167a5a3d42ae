extension Image {
    /// Returns the image with one channel or three.
    ///
    /// A colour image becomes grey by the luma of ITU-R BT.601, rounded. A grey image becomes a colour image with three
    /// equal planes. An image that already has `count` channels is returned unchanged.
    ///
    /// - Parameter count: The number of channels. Traps unless it is 1 or 3.
    public func withChannels(_ count: Int) -> Image {
        precondition(count == 1 || count == 3, "Image: there can be 1 or 3 channels, got \(count)")
        if count == channels { return self }
        let plane = greys()
        return Image(
            channels: count, height: height, width: width, pixels: count == 1 ? plane : plane + plane + plane)
    }

    /// Returns the negative of the image: each value v becomes 255 − v.
    public func inverted() -> Image { with(pixels.map { 255 - $0 }) }
}
