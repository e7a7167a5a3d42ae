/// A line through many points that keeps only the points that are visible.
///
/// Where several points share a column of pixels, only the first, the least, the largest and the last are drawn, in
/// their order, so that no peak is lost. Points that are not finite leave a gap.
struct Polyline: Sendable {
    private var data = PathData()
    private var isDrawing = false

    private var column = Int.min
    private var first = Point(x: 0, y: 0)
    private var last = Point(x: 0, y: 0)
    private var least = Point(x: 0, y: 0)
    private var largest = Point(x: 0, y: 0)
    private var leastIsEarlier = true

    /// The path of a line through `count` points, whose positions in pixels `point` returns by their index.
    static func path(count: Int, point: (Int) -> Point) -> PathData {
        var line = Polyline()
        for index in 0..<max(0, count) { line.append(point(index)) }
        line.flush()
        return line.data
    }

    @inline(__always)
    private mutating func append(_ point: Point) {
        guard point.x.isFinite && point.y.isFinite else {
            flush()
            isDrawing = false
            return
        }
        let newColumn = Int(min(max(point.x, -1e6), 1e6).rounded(.down))
        if newColumn == column {
            last = point
            if point.y < least.y {
                least = point
                leastIsEarlier = false
            }
            if point.y > largest.y {
                largest = point
                leastIsEarlier = true
            }
        } else {
            flush()
            column = newColumn
            first = point
            last = point
            least = point
            largest = point
        }
    }

    private mutating func flush() {
        guard column != .min else { return }
        // A line begins with a dot, so that a single point between gaps is visible.
        if isDrawing { data.line(to: first) } else { data.dot(at: first) }
        let inner = leastIsEarlier ? (least, largest) : (largest, least)
        data.line(to: inner.0)
        data.line(to: inner.1)
        data.line(to: last)
        isDrawing = true
        column = .min
    }
}
