import Foundation

extension Image {
    /// Returns the image scaled to another height and width, by bilinear interpolation with antialiasing.
    ///
    /// The weight of each source pixel falls linearly with its distance, to 0 at a distance of one source pixel when
    /// the image is enlarged, and of one target pixel when it is reduced.
    ///
    /// Traps unless `newHeight` and `newWidth` are above 0.
    public func resized(height newHeight: Int, width newWidth: Int) -> Image {
        precondition(
            newHeight > 0 && newWidth > 0, "Image: height and width must be > 0, got \(newHeight) and \(newWidth)")
        if newHeight == height && newWidth == width { return self }
        let (across, down) = (Resampling(from: width, to: newWidth), Resampling(from: height, to: newHeight))
        var rows = [Float](repeating: 0, count: height * newWidth)
        var result = Image(channels: channels, height: newHeight, width: newWidth, filledWith: 0)
        for channel in 0..<channels {
            for row in 0..<height {
                let start = (channel * height + row) * width
                for column in 0..<newWidth {
                    let weights = across.weights[column]
                    var sum: Float = 0
                    for (index, weight) in weights.values.enumerated() {
                        sum += weight * Float(pixels[start + weights.first + index])
                    }
                    rows[row * newWidth + column] = sum
                }
            }
            var sums = [Float](repeating: 0, count: newWidth)
            for row in 0..<newHeight {
                let weights = down.weights[row]
                for column in 0..<newWidth { sums[column] = 0 }
                for (index, weight) in weights.values.enumerated() {
                    let start = (weights.first + index) * newWidth
                    for column in 0..<newWidth { sums[column] += weight * rows[start + column] }
                }
                let start = (channel * newHeight + row) * newWidth
                for column in 0..<newWidth {
                    result.pixels[start + column] = UInt8(min(max(sums[column], 0), 255) + 0.5)
                }
            }
        }
        return result
    }

    /// Returns the largest centred square of the image, scaled to `size` × `size` pixels.
    public func squared(_ size: Int) -> Image {
        let side = min(height, width)
        return cropped(top: (height - side) / 2, left: (width - side) / 2, height: side, width: side)
            .resized(height: size, width: size)
    }

    /// Returns a rectangular part of the image.
    ///
    /// Traps unless the rectangle is not empty and lies within the image.
    ///
    /// - Parameters:
    ///   - top: The number of rows above the rectangle.
    ///   - left: The number of columns to the left of the rectangle.
    ///   - newHeight: The height of the rectangle in pixels.
    ///   - newWidth: The width of the rectangle in pixels.
    public func cropped(top: Int, left: Int, height newHeight: Int, width newWidth: Int) -> Image {
        precondition(
            top >= 0 && left >= 0 && newHeight > 0 && newWidth > 0 && top + newHeight <= height
                && left + newWidth <= width,
            "Image: \(newHeight)×\(newWidth) at (\(top), \(left)) is not within \(height)×\(width)")
        if newHeight == height && newWidth == width { return self }
        var part: [UInt8] = []
        part.reserveCapacity(channels * newHeight * newWidth)
        for channel in 0..<channels {
            for row in top..<top + newHeight {
                let start = (channel * height + row) * width + left
                part.append(contentsOf: pixels[start..<start + newWidth])
            }
        }
        return Image(channels: channels, height: newHeight, width: newWidth, pixels: part)
    }
}

/// The source pixels of each target pixel along one axis, and their weights.
private struct Resampling {
    let weights: [(first: Int, values: [Float])]

    init(from count: Int, to newCount: Int) {
        let scale = Double(count) / Double(newCount)
        let radius = max(scale, 1)
        weights = (0..<newCount).map { place in
            let centre = (Double(place) + 0.5) * scale
            let first = max(Int(centre - radius + 0.5), 0)
            let end = min(Int(centre + radius + 0.5), count)
            let values = (first..<end).map { max(0, 1 - abs((Double($0) + 0.5 - centre) / radius)) }
            let sum = values.reduce(0, +)
            return (first, values.map { Float($0 / sum) })
        }
    }
}
