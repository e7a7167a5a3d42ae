/// A position in a picture, in pixels, y downwards.
struct Point: Sendable, Hashable {
    var x: Double
    var y: Double
}

/// An upright rectangle in a picture.
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

    /// From the nearest part of the rectangle; 0 within it.
    func distance(to point: Point) -> Double {
        let dx = max(x - point.x, point.x - right, 0)
        let dy = max(y - point.y, point.y - bottom, 0)
        return (dx * dx + dy * dy).squareRoot()
    }

    static func square(around centre: Point, side: Double) -> Rectangle {
        Rectangle(x: centre.x - side / 2, y: centre.y - side / 2, width: side, height: side)
    }
}
