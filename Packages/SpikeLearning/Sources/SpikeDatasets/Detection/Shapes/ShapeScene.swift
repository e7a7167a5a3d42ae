import Foundation
import ObjectDetection
import TorchTensors

/// The description of a drawn image: its size, its background and its shapes.
struct ShapeScene: Sendable {
    let width: Int
    let height: Int
    private let shapes: [Shape]
    private let background: NoiseTexture
    private let random: RandomStream

    /// The part of the smaller of two boxes that they may share.
    private static let overlapLimit = 0.1

    /// Places shapes as a random stream decides.
    ///
    /// - Parameter side: The width of the image.
    init(side: Int, _ random: RandomStream) {
        var draws = Draws(random.split("shapes"))
        self.random = random
        width = side
        height = Int((Double(side) * (0.75 + 0.25 * draws.next())).rounded())
        let background = NoiseTexture(random.split("background"))
        self.background = background
        var shapes: [Shape] = []
        let count = 1 + draws.integer(below: 7)
        // A crowded image gets fewer shapes.
        for _ in 0..<4 * count where shapes.count < count {
            let kind = ShapeKind.allCases[draws.integer(below: ShapeKind.allCases.count)]
            // Small and large shapes are equally frequent by their logarithms.
            let radius = Double(side) * 0.05 * pow(4.5, draws.next())
            let centre = SIMD2(
                radius + draws.next() * (Double(width) - 2 * radius),
                radius + draws.next() * (Double(height) - 2 * radius))
            let angle = 2 * Double.pi * draws.next()
            let colour = background.contrasting(&draws)
            let shape = Shape(kind, centre: centre, radius: radius, angle: angle, colour: colour)
            let box = shape.box
            let isFree = shapes.allSatisfy { other in
                box.intersectionArea(other.box) <= Self.overlapLimit * min(box.area, other.box.area)
            }
            if isFree { shapes.append(shape) }
        }
        self.shapes = shapes
    }

    /// The boxes around the shapes.
    var boxes: [LabelledBox] { shapes.map { LabelledBox(box: $0.box, label: $0.kind.rawValue) } }

    /// Draws the image.
    func drawn() -> Image {
        var image = background.image(width: width, height: height)
        for (number, shape) in shapes.enumerated() {
            let box = shape.box
            let grain = random.split("grain").split(number)
            let (rows, columns) = (
                max(Int(box.top), 0)..<min(Int(box.bottom) + 1, height),
                max(Int(box.left), 0)..<min(Int(box.right) + 1, width)
            )
            for row in rows {
                for column in columns {
                    let coverage = shape.coverage(row: row, column: column)
                    guard coverage > 0 else { continue }
                    // Shapes are darker at the bottom, and grainy.
                    let depth = (Double(row) - box.top) / box.height
                    let shade = 1.1 - 0.2 * depth + 0.1 * (grain.uniform(at: row * width + column) - 0.5)
                    for channel in 0..<3 {
                        let colour = min(shape.colour[channel] * shade, 255)
                        let old = Double(image[channel, row, column])
                        image[channel, row, column] = UInt8((old + coverage * (colour - old)).rounded())
                    }
                }
            }
        }
        return image
    }
}

/// Takes the numbers of a random stream one after the other.
struct Draws {
    private let stream: RandomStream
    private var place = 0

    init(_ stream: RandomStream) { self.stream = stream }

    /// Returns the next number in 0 ..< 1.
    mutating func next() -> Double {
        defer { place += 1 }
        return stream.uniform(at: place)
    }

    /// Returns the next whole number in 0 ..< `count`.
    mutating func integer(below count: Int) -> Int {
        defer { place += 1 }
        return stream.integer(at: place, below: count)
    }
}
