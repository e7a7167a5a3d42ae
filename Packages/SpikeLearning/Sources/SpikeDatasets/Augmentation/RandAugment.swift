import TorchTensors

/// Changes an image by a few operations, drawn from a fixed set, all about equally strong.
///
/// Our reading of the set's strengths at magnitude 10: rotation by 30°, shears by 0.3, translations by 0.45 of the
/// side, each to either side; colour, contrast, brightness and sharpness times 0.1 or 1.9; all values solarized; four
/// bits posterized. Below, in proportion.
///
/// Source: Cubuk et al., "RandAugment: practical automated data augmentation with a reduced search space", 2020,
/// arXiv 1909.13719.
public struct RandAugment: ImageTransform {
    public enum Operation: String, Sendable, Hashable, CaseIterable {
        case identity, autocontrast, equalize, rotate, solarize, colour, posterize, contrast, brightness, sharpness
        case shearX, shearY, translateX, translateY
    }

    /// How many operations an image goes through, one after the other.
    public let count: Int

    /// In 0...10.
    public let magnitude: Double

    /// Of each operation's magnitude, around `magnitude`; the result is kept within 0...10.
    public let standardDeviation: Double

    /// What is seen where there is no image.
    public let fill: UInt8

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
    /// - Parameter strength: In -1...1; the sign is the direction, where there are two.
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
