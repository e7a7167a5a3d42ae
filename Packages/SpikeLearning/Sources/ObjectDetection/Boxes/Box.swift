/// A rectangle in an image, with sides parallel to those of the image.
///
/// Coordinates are in pixels from the upper left corner of the image, x to the right and y downwards. They name edges,
/// not pixels: the box of the upper left pixel is `Box(left: 0, top: 0, right: 1, bottom: 1)`.
public struct Box: Hashable, Sendable, Codable {
    /// The x coordinate of the left edge.
    public var left: Double
    /// The y coordinate of the upper edge.
    public var top: Double
    /// The x coordinate of the right edge.
    public var right: Double
    /// The y coordinate of the lower edge.
    public var bottom: Double

    /// Creates a box from its edges.
    public init(left: Double, top: Double, right: Double, bottom: Double) {
        self.left = left
        self.top = top
        self.right = right
        self.bottom = bottom
    }

    /// Creates a box from its upper left corner and its size, as COCO files state it.
    public init(x: Double, y: Double, width: Double, height: Double) {
        self.init(left: x, top: y, right: x + width, bottom: y + height)
    }

    /// Creates a box from its centre and its size, as YOLO files state it.
    public init(centreX: Double, centreY: Double, width: Double, height: Double) {
        self.init(
            left: centreX - width / 2, top: centreY - height / 2, right: centreX + width / 2,
            bottom: centreY + height / 2)
    }

    /// The distance from the left edge to the right one.
    public var width: Double { right - left }
    /// The distance from the upper edge to the lower one.
    public var height: Double { bottom - top }
    /// The area in square pixels; 0 if the edges are exchanged.
    public var area: Double { max(width, 0) * max(height, 0) }
    /// The x coordinate of the centre.
    public var centreX: Double { (left + right) / 2 }
    /// The y coordinate of the centre.
    public var centreY: Double { (top + bottom) / 2 }

    /// True unless width and height are both above 0. A box with a coordinate that is not a number is empty.
    public var isEmpty: Bool { !(width > 0 && height > 0) }

    /// True if all coordinates are finite numbers.
    public var isFinite: Bool { left.isFinite && top.isFinite && right.isFinite && bottom.isFinite }

    /// Returns the area that the box shares with another one, in square pixels.
    public func intersectionArea(_ other: Box) -> Double {
        let width = min(right, other.right) - max(left, other.left)
        let height = min(bottom, other.bottom) - max(top, other.top)
        return width > 0 && height > 0 ? width * height : 0
    }

    /// Returns the part of the box that lies in an image. It is empty if the box lies outside of the image.
    ///
    /// - Parameters:
    ///   - width: The width of the image in pixels.
    ///   - height: The height of the image in pixels.
    public func clipped(width: Double, height: Double) -> Box {
        Box(
            left: min(max(left, 0), width), top: min(max(top, 0), height), right: min(max(right, 0), width),
            bottom: min(max(bottom, 0), height))
    }

    /// Returns the box scaled about the upper left corner of the image, then shifted.
    ///
    /// x becomes `scaleX`·x + `shiftX`, and y becomes `scaleY`·y + `shiftY`.
    public func mapped(scaleX: Double, scaleY: Double, shiftX: Double, shiftY: Double) -> Box {
        Box(
            left: scaleX * left + shiftX, top: scaleY * top + shiftY, right: scaleX * right + shiftX,
            bottom: scaleY * bottom + shiftY)
    }
}
