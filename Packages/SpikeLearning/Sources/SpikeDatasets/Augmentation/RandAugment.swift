import TorchTensors

/// Changes an image by a few operations of about equal strength, drawn from a fixed set.
///
/// At magnitude 10, the image is rotated by 30°, sheared by 0.3, or translated by 0.45 of its side, in either
/// direction; colour, contrast, brightness or sharpness is multiplied by 0.1 or 1.9; all values are solarized; or the
/// four highest bits are kept. Lower magnitudes are weaker in proportion. These strengths are our reading of the
/// source.
///
/// Source: Cubuk et al., "RandAugment: practical automated data augmentation with a reduced search space", 2020, arXiv
/// 1909.13719.
public struct RandAugment: ImageTransform {
    /// An operation that changes an image.
    public enum Operation: String, Sendable, Hashable, CaseIterable {
        case identity, autocontrast, equalize, rotate, solarize, colour, posterize, contrast, brightness, sharpness
        case shearX, shearY, translateX, translateY
    }

    /// The number of operations that are applied to an image, one after the other.
    public let count: Int

    /// The mean strength of the operations, in 0...10.
    public let magnitude: Double

    /// The standard deviation of the operations' strengths around `magnitude`; the result is clamped to 0...10.
    public let standardDeviation: Double

    /// The value of pixels that rotation, shearing or translation takes from outside of the image.
    public let fill: UInt8

    /// Creates the transform.
    ///
    /// - Parameters:
    ///   - count: The number of operations that are applied to an image. Traps if it is negative.
    ///   - magnitude: The mean strength of the operations. Traps unless it is in 0...10.
    ///   - standardDeviation: The standard deviation of the strengths. Traps unless it is >= 0.
    ///   - fill: The value of pixels that an operation takes from outside of the image.
    public init(count: Int = 1, magnitude: Double = 9, standardDeviation: Double = 0.5, fill: UInt8 = 128) {
        precondition(count >= 0, "RandAugment: count must be >= 0, got \(count)")
        precondition((0...10).contains(magnitude), "RandAugment: magnitude must be in 0...10, got \(magnitude)")
        precondition(
            standardDeviation >= 0, "RandAugment: standard deviation must be >= 0, got \(standardDeviation)")
        self.count = count
        self.magnitude = magnitude
        self.standardDeviation = standardDeviation
        self.fill = fill
    }

    /// Returns the image after the operations that the random stream chooses.
    public func callAsFunction(_ image: Image, _ random: RandomStream) -> Image {
        var result = image
        for step in 0..<count {
            let draw = random.advanced(by: 4 * step)
            let operation = Operation.allCases[draw.integer(at: 0, below: Operation.allCases.count)]
            let strength = min(max(magnitude + standardDeviation * draw.normal(at: 2), 0), 10) / 10
            result = operation.applied(
                to: result, strength: draw.uniform(at: 1) < 0.5 ? -strength : strength, fill: fill)
        }
        return result
    }
}

extension RandAugment.Operation {
    /// Returns the image after this operation.
    ///
    /// - Parameters:
    ///   - image: The image to change.
    ///   - strength: The strength in -1...1. The sign is the direction, for operations that have two.
    ///   - fill: The value of pixels that the operation takes from outside of the image.
    public func applied(to image: Image, strength: Double, fill: UInt8) -> Image {
        let factor = Float(1 + 0.9 * strength)
        return switch self {
        case .identity: image
        case .autocontrast: image.autocontrasted()
        case .equalize: image.equalized()
        case .solarize: image.solarized(threshold: 256 - Int((256 * abs(strength)).rounded()))
        case .posterize: image.posterized(bits: 8 - Int((4 * abs(strength)).rounded()))
        case .colour: image.saturated(factor)
        case .contrast: image.contrasted(factor)
        case .brightness: image.brightened(factor)
        case .sharpness: image.sharpened(factor)
        case .rotate: image.transformed(.rotation(degrees: 30 * strength), fill: fill)
        case .shearX: image.transformed(.shearX(0.3 * strength), fill: fill)
        case .shearY: image.transformed(.shearY(0.3 * strength), fill: fill)
        case .translateX:
            image.transformed(.translation(x: 0.45 * strength * Double(image.width), y: 0), fill: fill)
        case .translateY:
            image.transformed(.translation(x: 0, y: 0.45 * strength * Double(image.height)), fill: fill)
        }
    }
}
