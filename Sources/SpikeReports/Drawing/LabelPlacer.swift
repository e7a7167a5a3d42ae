/// Finds places for labels beside points, where they overlap neither each other nor marks and stay within the frame.
struct LabelPlacer: Sendable {
    struct Place: Sendable, Hashable {
        let rectangle: Rectangle
        /// The point that the label belongs to.
        let anchor: Point
    }

    let frame: Rectangle
    private var taken: [Rectangle]

    init(frame: Rectangle, obstacles: [Rectangle]) {
        self.frame = frame
        self.taken = obstacles
    }

    /// The first free place near one of `anchors`, which is then taken; `nil` if there is none.
    ///
    /// Nearer places are tried first. At the same distance, the order is right, left, above, below and the diagonals.
    ///
    /// - Parameters:
    ///   - width: The width of the label, in pixels.
    ///   - height: The height of the label, in pixels.
    ///   - anchors: The points that the label may stand beside.
    ///   - strangers: The points of other labels. The label stays clearly nearer to its own point than to these.
    mutating func place(
        width: Double, height: Double = 14, near anchors: [Point], awayFrom strangers: [Point]
    ) -> Place? {
        for distance in [8.0, 14, 22, 32] {
            for anchor in anchors {
                for label in Self.candidates(width: width, height: height, anchor: anchor, distance: distance)
                where frame.contains(label) && !taken.contains(where: label.overlaps) {
                    let reach = label.distance(to: anchor) + 3
                    if strangers.contains(where: { label.distance(to: $0) < reach }) { continue }
                    taken.append(label)
                    return Place(rectangle: label, anchor: anchor)
                }
            }
        }
        return nil
    }

    private static func candidates(width: Double, height: Double, anchor: Point, distance: Double) -> [Rectangle] {
        let right = anchor.x + distance
        let left = anchor.x - distance - width
        let centre = anchor.x - width / 2
        let middle = anchor.y - height / 2
        let shift = distance * 0.6 + 4
        return [
            (right, middle), (left, middle), (centre, anchor.y - distance - height), (centre, anchor.y + distance),
            (right - 3, middle - shift), (right - 3, middle + shift), (left + 3, middle - shift),
            (left + 3, middle + shift),
        ].map { Rectangle(x: $0, y: $1, width: width, height: height) }
    }
}
