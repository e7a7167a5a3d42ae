/// A mark in a plot or its legend.
enum Symbol: Sendable, Hashable {
    case line(String)
    case tick(String)
    case cross(String)
    case ring(String)
    /// The filled mark of a series: colours repeat after six series, shapes after four.
    case mark(series: Int)
    case dot(String)

    /// The index of a series' colour in `Theme.series`.
    static func colour(ofSeries series: Int) -> Int { series % Theme.series.count }

    func draw(at centre: Point, size: Double = 8, on writer: inout SVGWriter) {
        let half = size / 2
        var data = PathData()
        func corner(_ x: Double, _ y: Double) -> Point { Point(x: centre.x + x * half, y: centre.y + y * half) }
        switch self {
        case .line(let style):
            writer.line(style, from: corner(-2.2, 0), to: corner(2.2, 0))
        case .tick(let style):
            data.move(to: corner(0, -1.2))
            data.vertical(to: centre.y + half * 1.2)
            writer.element("path", style: style, [.text("stroke-width", "2"), .path(data)])
        case .cross(let style):
            data.move(to: corner(-0.8, -0.8))
            data.line(to: corner(0.8, 0.8))
            data.move(to: corner(-0.8, 0.8))
            data.line(to: corner(0.8, -0.8))
            writer.path(style, data)
        case .ring(let style):
            Self.circle("hollow \(style)", centre, radius: half * 1.15, on: &writer)
        case .dot(let style):
            data.dot(at: centre)
            writer.path("dots \(style)", data)
        case .mark(let series):
            let style = "outlined f\(Self.colour(ofSeries: series))"
            switch (series + series / Theme.series.count) % 4 {
            case 0: Self.circle(style, centre, radius: half, on: &writer)
            case 1: data.polygon([corner(-0.9, -0.9), corner(0.9, -0.9), corner(0.9, 0.9), corner(-0.9, 0.9)])
            case 2: data.polygon([corner(0, -1.15), corner(1.1, 0.85), corner(-1.1, 0.85)])
            default: data.polygon([corner(0, -1.25), corner(1.25, 0), corner(0, 1.25), corner(-1.25, 0)])
            }
            writer.path(style, data)
        }
    }

    private static func circle(_ style: String, _ centre: Point, radius: Double, on writer: inout SVGWriter) {
        writer.element(
            "circle", style: style, [.number("cx", centre.x), .number("cy", centre.y), .number("r", radius)])
    }
}
