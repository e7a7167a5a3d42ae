/// Where values are drawn: a rectangle with an axis below and one to the left.
struct PlotArea: Sendable {
    let area: Rectangle
    let x: Axis
    let y: Axis

    /// Of every image, in pixels; pages scale it.
    static let imageWidth = 760.0
    /// For tick numbers and title below a plot.
    static let bottomMargin = 46.0
    static let rightMargin = 24.0

    /// - Parameter leftMargin: For what stands left of the area; at least `leftMargin(for: y)`.
    init(x: Axis, y: Axis, top: Double, height: Double, leftMargin: Double? = nil) {
        self.x = x
        self.y = y
        let left = leftMargin ?? Self.leftMargin(for: y)
        area = Rectangle(x: left, y: top, width: Self.imageWidth - left - Self.rightMargin, height: height)
    }

    /// Room for the numbers of a vertical axis and its turned title.
    static func leftMargin(for axis: Axis) -> Double {
        (axis.ticks.map { TextMetrics.width($0.text) }.max() ?? 0) + 40
    }

    @inline(__always)
    func x(_ value: Double) -> Double { area.x + x.fraction(value) * area.width }

    @inline(__always)
    func y(_ value: Double) -> Double { area.bottom - y.fraction(value) * area.height }

    func point(_ xValue: Double, _ yValue: Double) -> Point { Point(x: x(xValue), y: y(yValue)) }

    /// Grid lines, to be drawn before the data.
    func drawGrid(on writer: inout SVGWriter, vertical: Bool = true, horizontal: Bool = true) {
        var minor = PathData()
        var major = PathData()
        if vertical {
            for value in x.minorTicks { addVertical(x(value), to: &minor) }
            for tick in x.ticks { addVertical(x(tick.value), to: &major) }
        }
        if horizontal {
            for value in y.minorTicks { addHorizontal(y(value), to: &minor) }
            for tick in y.ticks { addHorizontal(y(tick.value), to: &major) }
        }
        writer.path("faint", minor)
        writer.path("grid", major)
    }

    /// The frame, to be drawn after the data.
    func drawFrame(on writer: inout SVGWriter) {
        var data = PathData()
        data.move(to: Point(x: area.x, y: area.y))
        data.vertical(to: area.bottom)
        data.horizontal(to: area.right)
        writer.path("frame", data)
    }

    func drawXLabels(on writer: inout SVGWriter) {
        var occupied = -Double.infinity
        for tick in x.ticks {
            let half = TextMetrics.width(tick.text) / 2
            let centre = min(x(tick.value), Self.imageWidth - half - 2)
            if centre - half < occupied { continue }
            occupied = centre + half + 8
            writer.text(tick.text, at: Point(x: centre, y: area.bottom + 17), anchor: .middle, style: "tick")
        }
        let title = TextMetrics.fitted(x.title, to: Self.imageWidth - 20)
        let half = TextMetrics.width(title) / 2
        let centre = min(area.x + area.width / 2, Self.imageWidth - half - 4)
        writer.text(title, at: Point(x: centre, y: area.bottom + 36), anchor: .middle)
    }

    /// - Parameter tooltip: Of the title; by default the whole title, if it had to be cut.
    func drawYLabels(on writer: inout SVGWriter, tooltip: String? = nil) {
        var occupied = Double.infinity
        for tick in y.ticks {
            let centre = y(tick.value)
            if centre + 7 > occupied { continue }
            occupied = centre - 7
            writer.text(tick.text, at: Point(x: area.x - 7, y: centre + 4), anchor: .end, style: "tick")
        }
        let title = TextMetrics.fitted(y.title, to: area.height + 16)
        writer.text(
            title, at: Point(x: 20, y: area.y + area.height / 2), anchor: .middle, turned: true,
            tooltip: tooltip ?? (title == y.title ? nil : y.title))
    }

    /// Says in the middle of an empty plot why it is empty.
    func drawRemark(_ text: String, on writer: inout SVGWriter) {
        writer.text(
            text, at: Point(x: area.x + area.width / 2, y: area.y + area.height / 2 + 4), anchor: .middle, style: "note"
        )
    }

    private func addVertical(_ position: Double, to data: inout PathData) {
        data.move(to: Point(x: position, y: area.y))
        data.vertical(to: area.bottom)
    }

    private func addHorizontal(_ position: Double, to data: inout PathData) {
        data.move(to: Point(x: area.x, y: position))
        data.horizontal(to: area.right)
    }
}
