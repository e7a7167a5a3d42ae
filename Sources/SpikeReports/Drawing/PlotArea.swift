/// The rectangle that values are drawn in, with one axis below it and one to its left.
struct PlotArea: Sendable {
    let area: Rectangle
    let x: Axis
    let y: Axis

    /// The width of every image, in pixels. Pages scale images to their own width.
    static let imageWidth = 760.0
    /// The room for the numbers and the title of the axis below a plot, in pixels.
    static let bottomMargin = 46.0
    static let rightMargin = 24.0

    /// Creates an area with a horizontal and a vertical axis.
    ///
    /// - Parameters:
    ///   - x: The horizontal axis.
    ///   - y: The vertical axis.
    ///   - top: The distance from the top of the image to the area, in pixels.
    ///   - height: The height of the area, in pixels.
    ///   - leftMargin: The room to the left of the area, in pixels; `nil` takes `leftMargin(for: y)`.
    init(x: Axis, y: Axis, top: Double, height: Double, leftMargin: Double? = nil) {
        self.x = x
        self.y = y
        let left = leftMargin ?? Self.leftMargin(for: y)
        area = Rectangle(x: left, y: top, width: Self.imageWidth - left - Self.rightMargin, height: height)
    }

    /// The room for the numbers of a vertical axis and its turned title, in pixels.
    static func leftMargin(for axis: Axis) -> Double {
        (axis.ticks.map { TextMetrics.width($0.text) }.max() ?? 0) + 40
    }

    @inline(__always)
    func x(_ value: Double) -> Double { area.x + x.fraction(value) * area.width }

    @inline(__always)
    func y(_ value: Double) -> Double { area.bottom - y.fraction(value) * area.height }

    func point(_ xValue: Double, _ yValue: Double) -> Point { Point(x: x(xValue), y: y(yValue)) }

    /// An SVG document of this plot alone: its header, and what `draw` adds.
    func document(
        title: String, description: String, header: Header, draw: (inout SVGWriter) -> Void
    ) -> String {
        SVGWriter.document(
            title: title, description: description, width: Self.imageWidth, height: area.bottom + Self.bottomMargin
        ) { writer in
            header.draw(on: &writer)
            draw(&writer)
        }
    }

    /// Draws the grid lines. Call it before the data is drawn.
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

    /// Draws the frame. Call it after the data is drawn.
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

    /// Draws the numbers and the title of the vertical axis.
    ///
    /// - Parameters:
    ///   - writer: The image to draw on.
    ///   - tooltip: The tooltip of the title; `nil` takes the whole title if the title had to be cut.
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

    /// Writes a text in the middle of the area, which says why the plot is empty.
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
