/// A position in an image, in pixels from its upper left corner.
struct Point: Sendable, Hashable {
    var x: Double
    var y: Double

    func distance(to other: Point) -> Double {
        ((other.x - x) * (other.x - x) + (other.y - y) * (other.y - y)).squareRoot()
    }
}

/// A rectangle in an image with horizontal and vertical sides, in pixels.
struct Rectangle: Sendable, Hashable {
    var x: Double
    var y: Double
    var width: Double
    var height: Double

    var right: Double { x + width }
    var bottom: Double { y + height }

    func contains(_ other: Rectangle) -> Bool {
        other.x >= x && other.right <= right && other.y >= y && other.bottom <= bottom
    }

    func overlaps(_ other: Rectangle) -> Bool {
        x < other.right && other.x < right && y < other.bottom && other.y < bottom
    }

    /// The position in the rectangle that is nearest to `point`.
    func nearest(to point: Point) -> Point {
        Point(x: min(max(point.x, x), right), y: min(max(point.y, y), bottom))
    }

    /// The distance from the rectangle to `point`; 0 for a point inside of it.
    func distance(to point: Point) -> Double { nearest(to: point).distance(to: point) }

    static func square(around centre: Point, side: Double) -> Rectangle {
        Rectangle(x: centre.x - side / 2, y: centre.y - side / 2, width: side, height: side)
    }
}
