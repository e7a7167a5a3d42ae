import TorchTensors

/// Mirrors an image, left to right, with a given probability.
public struct HorizontalFlip: ImageTransform {
    /// The probability that an image is mirrored, in 0...1.
    public let probability: Double

    /// Creates a flip.
    ///
    /// - Parameter probability: The probability that an image is mirrored. Traps unless it is in 0...1.
    public init(probability: Double = 0.5) {
        precondition((0...1).contains(probability), "HorizontalFlip: probability must be in 0...1, got \(probability)")
        self.probability = probability
    }

    /// Returns the image, mirrored or not as the random stream decides.
    public func callAsFunction(_ image: Image, _ random: RandomStream) -> Image {
        random.uniform(at: 0) < probability ? image.flipped() : image
    }
}

extension Image {
    /// Returns the image with left and right swapped.
    public func flipped() -> Image {
        var result = self
        result.pixels.withUnsafeMutableBufferPointer { pixels in
            for start in stride(from: 0, to: pixels.count, by: width) {
                var row = UnsafeMutableBufferPointer(rebasing: pixels[start..<start + width])
                row.reverse()
            }
        }
        return result
    }
}
