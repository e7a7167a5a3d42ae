extension QKFormer.Configuration {
    /// Returns the number of multiplications with additions that an image takes if every value is a real number and
    /// none is skipped.
    ///
    /// Convolutions and matrix products count at each of the T steps, the head once. Neurons and normalisation do not
    /// count.
    ///
    /// - Parameters:
    ///   - height: The height of the images in pixels.
    ///   - width: The width of the images in pixels.
    public func multiplyAccumulates(height: Int, width: Int) -> Int {
        func halved(_ length: Int) -> Int { (length + 1) / 2 }
        let (last, middle, first) = (size.width, size.width / 2, size.width / 4)
        let full = height * width
        let half = halved(height) * halved(width)
        let quarter = halved(halved(height)) * halved(halved(width))

        let encoded = convolution.channels(images: channels, width: first / 2)
        let front = convolution == .none ? 0 : 9 * channels * encoded
        let firstEmbedding = full * (front + 9 * encoded * first + encoded * first)
        func nextEmbedding(_ outputs: Int, from pixels: Int, to fewer: Int) -> Int {
            let inputs = outputs / 2
            return pixels * (9 * inputs * outputs + 9 * outputs * outputs) + fewer * inputs * outputs
        }
        func perceptron(_ channels: Int) -> Int { 2 * QKFormer.perceptronRatio * channels * channels }
        func tokenBlock(_ channels: Int, _ pixels: Int) -> Int {
            pixels * (3 * channels * channels + perceptron(channels))
        }
        let mixing = 2 * last * last / QKFormer.heads
        let selfAttentionBlock = quarter * (4 * last * last + mixing + perceptron(last))
        let step =
            firstEmbedding + tokenBlock(first, full)
            + nextEmbedding(middle, from: full, to: half) + tokenBlock(middle, half)
            + nextEmbedding(last, from: half, to: quarter) + (size.depth - 2) * selfAttentionBlock
        return steps * step + last * classes
    }
}
