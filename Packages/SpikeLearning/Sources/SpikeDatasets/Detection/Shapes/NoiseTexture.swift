import Foundation
import TorchTensors

/// A background: two colours, mixed by smooth noise of several scales, with fine grain.
struct NoiseTexture: Sendable {
    private let colours: [SIMD3<Double>]
    /// The strength of the grain, in 0...255.
    private let grain: Double
    private let random: RandomStream

    /// The distances in pixels between the random values of each scale, with the share of the scale.
    private static let scales = [(distance: 61, share: 0.5), (distance: 17, share: 0.3), (distance: 5, share: 0.2)]

    init(_ random: RandomStream) {
        var draws = Draws(random.split("colours"))
        let base = Self.colour(&draws)
        let other = Self.colour(&draws)
        // The second colour is nearer to the first than two random ones, so that shapes can stand out from both.
        colours = [base, base + 0.5 * (other - base)]
        grain = 30 * draws.next()
        self.random = random
    }

    private static func colour(_ draws: inout Draws) -> SIMD3<Double> {
        SIMD3(255 * draws.next(), 255 * draws.next(), 255 * draws.next())
    }

    /// Returns a colour that differs from those of the background: the first random one that is far enough from both,
    /// or the farthest of several.
    func contrasting(_ draws: inout Draws) -> SIMD3<Double> {
        var best = (distance: -1.0, colour: SIMD3<Double>())
        for _ in 0..<12 where best.distance < 110 {
            let colour = Self.colour(&draws)
            let distance = colours.map { other in
                let difference = colour - other
                return (difference * difference).sum().squareRoot()
            }.min()!
            if distance > best.distance { best = (distance, colour) }
        }
        return best.colour
    }

    /// Draws the background.
    func image(width: Int, height: Int) -> Image {
        var mixture = [Double](repeating: 0, count: width * height)
        for (number, scale) in Self.scales.enumerated() {
            let values = random.split("scale").split(number)
            let (distance, across) = (scale.distance, width / scale.distance + 2)
            let lattice = (0..<across * (height / distance + 2)).map { values.uniform(at: $0) }
            for row in 0..<height {
                let v = Self.smooth(Double(row % distance) / Double(distance))
                for column in 0..<width {
                    let u = Self.smooth(Double(column % distance) / Double(distance))
                    let corner = row / distance * across + column / distance
                    let upper = lattice[corner] + u * (lattice[corner + 1] - lattice[corner])
                    let lower =
                        lattice[corner + across] + u * (lattice[corner + across + 1] - lattice[corner + across])
                    mixture[row * width + column] += scale.share * (upper + v * (lower - upper))
                }
            }
        }
        var image = Image(channels: 3, height: height, width: width, filledWith: 0)
        let noise = random.split("grain")
        for index in 0..<width * height {
            let difference = colours[1] - colours[0]
            let shift = grain * (noise.uniform(at: index) - 0.5)
            // Noise is rarely near 0 or 1.
            let share = min(max(2 * mixture[index] - 0.5, 0), 1)
            for channel in 0..<3 {
                let value = colours[0][channel] + share * difference[channel] + shift
                image.pixels[channel * image.area + index] = UInt8(min(max(value, 0), 255).rounded())
            }
        }
        return image
    }

    private static func smooth(_ value: Double) -> Double { value * value * (3 - 2 * value) }
}
