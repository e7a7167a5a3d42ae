import Foundation

/// An affine map from the pixels of a new image to those of the old image: a linear map followed by a shift.
///
/// A pixel at (x, y) of the new image comes from (`xx`·x + `xy`·y + `x`, `yx`·x + `yy`·y + `y`) of the old image.
/// Positions are in pixels from the image's centre, x to the right and y downwards.
public struct AffineMap: Sendable, Hashable {
    /// The coefficients of the map.
    public let xx, xy, x, yx, yy, y: Double

    /// Returns the map that turns the image counter-clockwise.
    public static func rotation(degrees: Double) -> AffineMap {
        let angle = degrees * .pi / 180
        return AffineMap(xx: cos(angle), xy: -sin(angle), x: 0, yx: sin(angle), yy: cos(angle), y: 0)
    }

    /// Returns the map that slants vertical lines: a pixel comes from `factor` · y pixels further to the right.
    public static func shearX(_ factor: Double) -> AffineMap { AffineMap(xx: 1, xy: factor, x: 0, yx: 0, yy: 1, y: 0) }

    /// Returns the map that slants horizontal lines: a pixel comes from `factor` · x pixels further down.
    public static func shearY(_ factor: Double) -> AffineMap { AffineMap(xx: 1, xy: 0, x: 0, yx: factor, yy: 1, y: 0) }

    /// Returns the map that shifts the image: a pixel comes from `x` pixels further to the right and `y` pixels further
    /// down.
    public static func translation(x: Double, y: Double) -> AffineMap {
        AffineMap(xx: 1, xy: 0, x: x, yx: 0, yy: 1, y: y)
    }
}

extension Image {
    /// Returns an image of the same shape whose pixels come from the positions that the map gives, interpolated between
    /// the four nearest pixels.
    ///
    /// - Parameters:
    ///   - map: The map from the new image to this one.
    ///   - fill: The value outside of this image.
    public func transformed(_ map: AffineMap, fill: UInt8) -> Image {
        let (middleX, middleY) = (Double(width - 1) / 2, Double(height - 1) / 2)
        let (fill, area) = (Float(fill), area)
        let result = [UInt8](unsafeUninitializedCapacity: pixels.count) { result, count in
            pixels.withUnsafeBufferPointer { old in
                for row in 0..<height {
                    for column in 0..<width {
                        let (dx, dy) = (Double(column) - middleX, Double(row) - middleY)
                        let x = map.xx * dx + map.xy * dy + map.x + middleX
                        let y = map.yx * dx + map.yy * dy + map.y + middleY
                        let place = row * width + column
                        guard x > -1, y > -1, x < Double(width), y < Double(height) else {
                            for channel in 0..<channels { result[channel * area + place] = UInt8(fill) }
                            continue
                        }
                        let (left, top) = (Int(x.rounded(.down)), Int(y.rounded(.down)))
                        let (u, v) = (Float(x - Double(left)), Float(y - Double(top)))
                        let (hasLeft, hasRight) = (left >= 0, left + 1 < width)
                        let (hasTop, hasBottom) = (top >= 0, top + 1 < height)
                        for channel in 0..<channels {
                            let start = channel * area + top * width + left
                            let a = hasTop && hasLeft ? Float(old[start]) : fill
                            let b = hasTop && hasRight ? Float(old[start + 1]) : fill
                            let c = hasBottom && hasLeft ? Float(old[start + width]) : fill
                            let d = hasBottom && hasRight ? Float(old[start + width + 1]) : fill
                            let upper = a + u * (b - a)
                            let lower = c + u * (d - c)
                            result[channel * area + place] = UInt8(upper + v * (lower - upper) + 0.5)
                        }
                    }
                }
            }
            count = pixels.count
        }
        return with(result)
    }
}
