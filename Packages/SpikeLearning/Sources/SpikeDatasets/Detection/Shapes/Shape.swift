import Foundation
import ObjectDetection

/// The kinds of shapes, which are the classes of `DrawnShapes`.
enum ShapeKind: Int, CaseIterable, Sendable {
    case circle, square, triangle, star, ring, cross

    /// The corners about the origin, at most 1 away from it; empty for round shapes.
    var corners: [SIMD2<Double>] {
        switch self {
        case .circle, .ring: []
        case .square: Self.regular(4)
        case .triangle: Self.regular(3)
        case .star:
            (0..<10).map { Self.point(Double($0) / 10) * ($0 % 2 == 0 ? 1 : 0.42) }
        case .cross:
            [
                (0.3, 0.95), (0.3, 0.3), (0.95, 0.3), (0.95, -0.3), (0.3, -0.3), (0.3, -0.95), (-0.3, -0.95),
                (-0.3, -0.3), (-0.95, -0.3), (-0.95, 0.3), (-0.3, 0.3), (-0.3, 0.95),
            ].map { SIMD2($0.0, $0.1) }
        }
    }

    /// The distance from the centre at which a round shape begins.
    var hole: Double { self == .ring ? 0.62 : 0 }

    private static func regular(_ count: Int) -> [SIMD2<Double>] {
        (0..<count).map { point(Double($0) / Double(count)) }
    }

    private static func point(_ turn: Double) -> SIMD2<Double> {
        SIMD2(sin(2 * .pi * turn), -cos(2 * .pi * turn))
    }
}

/// A shape with its place in an image.
struct Shape: Sendable {
    let kind: ShapeKind
    /// The centre in pixels.
    let centre: SIMD2<Double>
    /// The distance of the outermost corners from the centre, in pixels.
    let radius: Double
    /// The corners in pixels; empty for round shapes.
    let corners: [SIMD2<Double>]
    /// Red, green and blue in 0...255.
    let colour: SIMD3<Double>

    /// - Parameter angle: The rotation in radians.
    init(_ kind: ShapeKind, centre: SIMD2<Double>, radius: Double, angle: Double, colour: SIMD3<Double>) {
        self.kind = kind
        self.centre = centre
        self.radius = radius
        self.colour = colour
        let (sine, cosine) = (sin(angle), cos(angle))
        corners = kind.corners.map { corner in
            centre + radius * SIMD2(cosine * corner.x - sine * corner.y, sine * corner.x + cosine * corner.y)
        }
    }

    /// The smallest box around the shape.
    var box: Box {
        let across = corners.isEmpty ? [centre.x - radius, centre.x + radius] : corners.map(\.x)
        let down = corners.isEmpty ? [centre.y - radius, centre.y + radius] : corners.map(\.y)
        return Box(left: across.min()!, top: down.min()!, right: across.max()!, bottom: down.max()!)
    }

    /// Returns whether a point is in the shape.
    func contains(_ point: SIMD2<Double>) -> Bool {
        if corners.isEmpty {
            let offset = (point - centre) / radius
            let square = (offset * offset).sum()
            return square <= 1 && square >= kind.hole * kind.hole
        }
        var isInside = false
        var before = corners[corners.count - 1]
        for corner in corners {
            if (corner.y > point.y) != (before.y > point.y) {
                let x = before.x + (point.y - before.y) / (corner.y - before.y) * (corner.x - before.x)
                if point.x < x { isInside.toggle() }
            }
            before = corner
        }
        return isInside
    }

    /// Returns the part of a pixel that the shape covers, by sixteen points.
    func coverage(row: Int, column: Int) -> Double {
        var hits = 0
        for y in 0..<4 {
            for x in 0..<4 {
                let point = SIMD2(Double(column) + (Double(x) + 0.5) / 4, Double(row) + (Double(y) + 0.5) / 4)
                if contains(point) { hits += 1 }
            }
        }
        return Double(hits) / 16
    }
}
