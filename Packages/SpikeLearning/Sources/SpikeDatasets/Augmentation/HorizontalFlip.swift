import TorchTensors

/// Swaps left and right.
public struct HorizontalFlip: ImageTransform {
    /// In 0...1.
    public let probability: Double

    public init(probability: Double = 0.5) {
        precondition((0...1).contains(probability), "HorizontalFlip: probability must be in 0...1, got \(probability)")
        self.probability = probability
    }

    public func callAsFunction(_ image: Image, _ random: RandomStream) -> Image {
        random.uniform(at: 0) < probability ? image.flipped() : image
    }
}

extension Image {
    /// With left and right swapped.
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
