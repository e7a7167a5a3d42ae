import Foundation
import TorchTensors

/// Covers a random rectangle of an image with a given probability.
///
/// Source: Zhong et al., "Random erasing data augmentation", AAAI 2020, arXiv 1708.04896.
public struct RandomErasing: ImageTransform {
    /// The content of the covered rectangle.
    public enum Cover: Sendable, Hashable {
        /// One value per channel, such as the means of the channels.
        case colour([UInt8])
        /// A random value for each pixel and channel.
        case noise
    }

    /// The probability that a rectangle is covered, in 0...1.
    public let probability: Double

    /// The area of the rectangle as a share of the image's area; drawn uniformly from this range.
    public let area: ClosedRange<Double>

    /// The height of the rectangle divided by its width; its logarithm is drawn uniformly.
    public let aspect: ClosedRange<Double>

    /// The content of the covered rectangle.
    public let cover: Cover

    /// The greatest number of rectangles that are drawn for an image until one fits.
    private static let attempts = 10

    /// Creates the transform.
    ///
    /// - Parameters:
    ///   - probability: The probability that a rectangle is covered. Traps unless it is in 0...1.
    ///   - area: The area of the rectangle as a share of the image's area. Traps unless the range is within 0...1.
    ///   - aspect: The height of the rectangle divided by its width. Traps unless the range is above 0.
    ///   - cover: The content of the covered rectangle.
    public init(
        probability: Double = 0.25, area: ClosedRange<Double> = 0.02...1.0 / 3,
        aspect: ClosedRange<Double> = 0.3...1 / 0.3,
        cover: Cover = .noise
    ) {
        precondition((0...1).contains(probability), "RandomErasing: probability must be in 0...1, got \(probability)")
        precondition(
            area.lowerBound >= 0 && area.upperBound <= 1, "RandomErasing: area must be within 0...1, got \(area)")
        precondition(aspect.lowerBound > 0, "RandomErasing: aspect must be > 0, got \(aspect)")
        self.probability = probability
        self.area = area
        self.aspect = aspect
        self.cover = cover
    }

    /// Returns the image, with a rectangle covered or not as the random stream decides. If none of ten rectangles fits,
    /// the image stays unchanged.
    ///
    /// Traps if a colour has another number of values than the image has channels.
    public func callAsFunction(_ image: Image, _ random: RandomStream) -> Image {
        guard random.uniform(at: 0) < probability else { return image }
        for attempt in 0..<Self.attempts {
            let draw = random.advanced(by: 1 + 4 * attempt)
            let share = area.lowerBound + draw.uniform(at: 0) * (area.upperBound - area.lowerBound)
            let (low, high) = (log(aspect.lowerBound), log(aspect.upperBound))
            let ratio = exp(low + draw.uniform(at: 1) * (high - low))
            let covered = share * Double(image.area)
            let height = Int((covered * ratio).squareRoot().rounded())
            let width = Int((covered / ratio).squareRoot().rounded())
            guard height > 0, width > 0, height < image.height, width < image.width else { continue }
            return covering(
                image, top: draw.integer(at: 2, below: image.height - height + 1),
                left: draw.integer(at: 3, below: image.width - width + 1), height: height, width: width,
                random.split("noise"))
        }
        return image
    }

    private func covering(
        _ image: Image, top: Int, left: Int, height: Int, width: Int, _ random: RandomStream
    ) -> Image {
        var result = image
        var drawn = 0
        if case .colour(let values) = cover {
            precondition(
                values.count == image.channels,
                "RandomErasing: a colour of \(values.count) values for images of \(image.channels) channels")
        }
        for channel in 0..<image.channels {
            for row in top..<top + height {
                for column in left..<left + width {
                    switch cover {
                    case .colour(let values): result[channel, row, column] = values[channel]
                    case .noise:
                        // Each 64-bit random number gives eight values.
                        result[channel, row, column] = UInt8(
                            truncatingIfNeeded: random.bits(at: drawn / 8) >> UInt64(8 * (drawn % 8)))
                        drawn += 1
                    }
                }
            }
        }
        return result
    }
}
