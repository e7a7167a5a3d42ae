extension Picture {
    /// With one channel or three: greys by the luma of ITU-R BT.601, rounded, or three equal planes. A picture that has
    /// so many stays as it is.
    public func withChannels(_ count: Int) -> Picture {
        precondition(count == 1 || count == 3, "Picture: there can be 1 or 3 channels, got \(count)")
        if count == channels { return self }
        let plane = greys()
        return Picture(
            channels: count, height: height, width: width, pixels: count == 1 ? plane : plane + plane + plane)
    }

    /// Dark where it was bright.
    public func inverted() -> Picture { with(pixels.map { 255 - $0 }) }
}
