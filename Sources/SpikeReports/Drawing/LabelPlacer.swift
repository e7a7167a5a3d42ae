/// Finds places for labels beside points, where they cover neither each other, nor marks, nor the frame.
struct LabelPlacer: Sendable {
    let frame: Rectangle
    private var taken: [Rectangle]

    init(frame: Rectangle, obstacles: [Rectangle]) {
        self.frame = frame
        self.taken = obstacles
    }

    /// The first free place near `anchor`: nearest first and, as near, right before left before above and below.
    mutating func place(width: Double, height: Double = 14, near anchor: Point) -> Rectangle? {
        for distance in [8.0, 14, 22, 32] {
            let diagonal = distance * 0.6
            let right = anchor.x + distance
            let left = anchor.x - distance - width
            let middle = anchor.y - height / 2
            let candidates = [
                (right, middle), (left, middle),
                (anchor.x - width / 2, anchor.y - distance - height), (anchor.x - width / 2, anchor.y + distance),
                (right - 3, middle - diagonal - 4), (right - 3, middle + diagonal + 4),
                (left + 3, middle - diagonal - 4), (left + 3, middle + diagonal + 4),
            ]
            for (x, y) in candidates {
                let place = Rectangle(x: x, y: y, width: width, height: height)
                if frame.contains(place) && !taken.contains(where: place.overlaps) {
                    taken.append(place)
                    return place
                }
            }
        }
        return nil
    }
}
