/// The `d` attribute of an SVG path, in relative commands of whole tenths of a pixel.
///
/// Differences between rounded positions are exact, so that rounding errors do not add up along the path.
struct PathData: Sendable {
    private(set) var bytes: [UInt8] = []
    private var x = 0
    private var y = 0

    var isEmpty: Bool { bytes.isEmpty }

    mutating func move(to point: Point) {
        append("m", FixedDecimal.tenths(point.x), FixedDecimal.tenths(point.y))
    }

    mutating func line(to point: Point) {
        let newX = FixedDecimal.tenths(point.x)
        let newY = FixedDecimal.tenths(point.y)
        if newX == x && newY == y { return }
        if newX == x {
            vertical(toTenths: newY)
        } else if newY == y {
            horizontal(toTenths: newX)
        } else {
            append("l", newX, newY)
        }
    }

    mutating func horizontal(to position: Double) { horizontal(toTenths: FixedDecimal.tenths(position)) }

    mutating func vertical(to position: Double) { vertical(toTenths: FixedDecimal.tenths(position)) }

    /// Adds a stroke without length, which round caps draw as a dot.
    mutating func dot(at point: Point) {
        move(to: point)
        bytes += [UInt8(ascii: "h"), UInt8(ascii: "0")]
    }

    /// Adds a closed outline through the corners.
    mutating func polygon(_ corners: [Point]) {
        guard let first = corners.first else { return }
        let start = (FixedDecimal.tenths(first.x), FixedDecimal.tenths(first.y))
        move(to: first)
        for corner in corners.dropFirst() { line(to: corner) }
        bytes.append(UInt8(ascii: "z"))
        (x, y) = start
    }

    private mutating func horizontal(toTenths newX: Int) {
        bytes.append(UInt8(ascii: "h"))
        FixedDecimal.append(tenths: newX - x, to: &bytes)
        x = newX
    }

    private mutating func vertical(toTenths newY: Int) {
        bytes.append(UInt8(ascii: "v"))
        FixedDecimal.append(tenths: newY - y, to: &bytes)
        y = newY
    }

    private mutating func append(_ command: Unicode.Scalar, _ newX: Int, _ newY: Int) {
        bytes.append(UInt8(ascii: command))
        FixedDecimal.append(tenths: newX - x, to: &bytes)
        if newY >= y { bytes.append(UInt8(ascii: " ")) }
        FixedDecimal.append(tenths: newY - y, to: &bytes)
        x = newX
        y = newY
    }
}
