import Foundation
import TorchTensors

/// A random change of an image: a pure function of the image, the transform's parameters and a random stream.
public protocol ImageTransform: Sendable {
    func callAsFunction(_ image: Image, _ random: RandomStream) -> Image
}

/// Transforms one after the other, each with a stream of its own.
public struct ImageAugmentation: ImageTransform {
    public let transforms: [any ImageTransform]

    public init(_ transforms: [any ImageTransform]) { self.transforms = transforms }

    public func callAsFunction(_ image: Image, _ random: RandomStream) -> Image {
        var result = image
        for (place, transform) in transforms.enumerated() { result = transform(result, random.split(place)) }
        return result
    }
}

extension RandomStream {
    /// A standard normal number from the places `index` and `index + 1`, by Box and Muller's method.
    func normal(at index: Int) -> Double {
        (-2 * log(1 - uniform(at: index))).squareRoot() * cos(2 * .pi * uniform(at: index + 1))
    }
}
