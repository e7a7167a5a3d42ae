extension Image {
    /// Returns a square view of the image, interpolated between the four nearest pixels.
    ///
    /// A point at x of the image is at `scale`·x + `shiftX` of the square; rows likewise. Points beyond the image have
    /// the value of `Letterbox.fill`.
    ///
    /// - Parameter side: The size of the square in pixels.
    func scaledView(side: Int, scale: Double, shiftX: Double, shiftY: Double) -> Image {
        let columns = Self.sources(side, width, scale, shiftX)
        let rows = Self.sources(side, height, scale, shiftY)
        let fill = Float(Letterbox.fill)
        var view = Image(channels: channels, height: side, width: side, filledWith: Letterbox.fill)
        view.pixels.withUnsafeMutableBufferPointer { view in
            pixels.withUnsafeBufferPointer { old in
                for channel in 0..<channels {
                    for (row, (top, v)) in rows.enumerated() where top >= -1 && top < height {
                        let (hasTop, hasBottom) = (top >= 0, top + 1 < height)
                        let start = (channel * height + top) * width
                        let target = (channel * side + row) * side
                        for (column, (left, u)) in columns.enumerated() where left >= -1 && left < width {
                            let (hasLeft, hasRight) = (left >= 0, left + 1 < width)
                            let a = hasTop && hasLeft ? Float(old[start + left]) : fill
                            let b = hasTop && hasRight ? Float(old[start + left + 1]) : fill
                            let c = hasBottom && hasLeft ? Float(old[start + width + left]) : fill
                            let d = hasBottom && hasRight ? Float(old[start + width + left + 1]) : fill
                            let upper = a + u * (b - a)
                            let lower = c + u * (d - c)
                            view[target + column] = UInt8(upper + v * (lower - upper) + 0.5)
                        }
                    }
                }
            }
        }
        return view
    }

    /// For each pixel of the view along one axis, the pixel of the image whose middle is before its middle, or −1, and
    /// how far its middle is from there to the next one, in 0 ..< 1.
    private static func sources(_ side: Int, _ count: Int, _ scale: Double, _ shift: Double) -> [(Int, Float)] {
        (0..<side).map { place in
            let source = (Double(place) + 0.5 - shift) / scale - 0.5
            let first = min(max(source, -2), Double(count) + 1).rounded(.down)
            return (Int(first), Float(min(max(source - first, 0), 1)))
        }
    }
}
