/// The sums of the values and of their squares over the pixels of images, by channel. They are exact, so that they are
/// the same in any order.
struct PixelSums: Hashable, Sendable {
    var values = SIMD3<Int>()
    var squares = SIMD3<Int>()

    init() {}

    /// - Parameter image: An image with three channels.
    init(_ image: Image) {
        image.pixels.withUnsafeBufferPointer { pixels in
            for channel in 0..<3 {
                // In 32 bits, which are enough for the squares of 2¹⁶ values, more of them are added at once.
                for start in stride(from: channel * image.area, to: (channel + 1) * image.area, by: 1 << 16) {
                    var (sum, squareSum): (UInt32, UInt32) = (0, 0)
                    for place in start..<min(start + 1 << 16, (channel + 1) * image.area) {
                        let value = UInt32(pixels[place])
                        sum &+= value
                        squareSum &+= value &* value
                    }
                    values[channel] += Int(sum)
                    squares[channel] += Int(squareSum)
                }
            }
        }
    }

    static func += (sums: inout PixelSums, other: PixelSums) {
        sums.values &+= other.values
        sums.squares &+= other.squares
    }
}

extension ImageNormalization {
    /// The normalisation that `init(of:)` computes, from sums over the images.
    ///
    /// - Parameter area: The number of pixels in one plane, over all images; above 0.
    init(_ sums: PixelSums, area: Int) {
        var (means, deviations): ([Float], [Float]) = ([], [])
        for channel in 0..<3 {
            let (mean, deviation) = Self.statistics(
                count: area, sum: sums.values[channel], squares: sums.squares[channel])
            means.append(mean)
            deviations.append(deviation)
        }
        self.init(unchecked: means, deviations)
    }
}
