import Foundation
import TorchTensors

/// A random change of a picture: a pure function of the picture, the transform's parameters and a random stream.
public protocol PictureTransform: Sendable {
    func callAsFunction(_ picture: Picture, _ random: RandomStream) -> Picture
}

/// Transforms one after the other, each with a stream of its own.
public struct PictureAugmentation: PictureTransform {
    public let transforms: [any PictureTransform]

    public init(_ transforms: [any PictureTransform]) { self.transforms = transforms }

    public func callAsFunction(_ picture: Picture, _ random: RandomStream) -> Picture {
        var result = picture
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
