import Foundation
import TorchTensors

/// A random change of an image: a pure function of the image, the transform's parameters and a random stream.
public protocol ImageTransform: Sendable {
    /// Returns the changed image.
    ///
    /// - Parameters:
    ///   - image: The image to change.
    ///   - random: The stream of all random numbers; the same stream gives the same result.
    func callAsFunction(_ image: Image, _ random: RandomStream) -> Image
}

/// A sequence of transforms, applied one after the other, each with a random stream of its own.
public struct ImageAugmentation: ImageTransform {
    /// The transforms, in the order in which they are applied.
    public let transforms: [any ImageTransform]

    /// Creates a sequence of transforms.
    ///
    /// - Parameter transforms: The transforms, in the order in which they are applied.
    public init(_ transforms: [any ImageTransform]) { self.transforms = transforms }

    /// Returns the image after all transforms.
    public func callAsFunction(_ image: Image, _ random: RandomStream) -> Image {
        var result = image
        for (place, transform) in transforms.enumerated() { result = transform(result, random.split(place)) }
        return result
    }
}

extension RandomStream {
    /// Returns a standard normal number, made from the uniform numbers at `index` and `index + 1` by the method of Box
    /// and Muller.
    func normal(at index: Int) -> Double {
        (-2 * log(1 - uniform(at: index))).squareRoot() * cos(2 * .pi * uniform(at: index + 1))
    }
}
