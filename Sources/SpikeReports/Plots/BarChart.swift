/// Named values as horizontal bars from 0, each with its number.
public struct BarChart: Plot {
    public struct Bar: Sendable, Hashable {
        public let name: String
        public let value: Double

        /// Drawn in a colour of its own.
        public let isHighlighted: Bool

        public init(_ name: String, _ value: Double, isHighlighted: Bool = false) {
            self.name = name
            self.value = value
            self.isHighlighted = isHighlighted
        }
    }

    public let title: String

    /// What the values are, with their unit.
    public let value: AxisLabel

    /// From top to bottom. One that is not finite has no bar and reads `not finite`.
    public let bars: [Bar]

    public init(title: String, value: AxisLabel, bars: [Bar]) {
        self.title = title
        self.value = value
        self.bars = bars
    }

    private static let rowHeight = 24.0
    private static let barHeight = 14.0
    private static let maximumNameWidth = 220.0

    public var svg: String {
        let header = Header(title: title, width: PlotArea.pictureWidth)
        let names = bars.map { TextMetrics.fitted($0.name, to: Self.maximumNameWidth) }
        let left = max(40, (names.map { TextMetrics.width($0) }.max() ?? 0) + 24)
        let numbers = bars.map { readable($0.value) }
        let plot = plotArea(top: header.height, left: left, numbers: numbers)
        return SVGWriter.document(
            title: title, description: description(numbers), width: PlotArea.pictureWidth,
            height: plot.area.bottom + PlotArea.bottomMargin
        ) { writer in
            header.draw(on: &writer)
            plot.drawGrid(on: &writer, horizontal: false)
            for (index, bar) in bars.enumerated() {
                let middle = plot.area.y + (Double(index) + 0.5) * Self.rowHeight
                draw(bar, number: numbers[index], middle: middle, in: plot, on: &writer)
                writer.text(
                    names[index], at: Point(x: left - 8, y: middle + 4), anchor: .end,
                    tooltip: names[index] == bar.name ? nil : bar.name)
            }
            let zero = plot.x(0)
            writer.line(
                "frame", from: Point(x: zero, y: plot.area.y), to: Point(x: zero, y: plot.area.bottom))
            plot.drawXLabels(on: &writer)
            if bars.isEmpty { plot.drawRemark("no values", on: &writer) }
        }
    }

    /// Numbers stand beyond the ends of their bars, so the axis leaves room for them.
    private func plotArea(top: Double, left: Double, numbers: [String]) -> PlotArea {
        var extent = Extent(bars.map(\.value))
        extent.include(0)
        if extent.lower == extent.upper { extent.include(1) }
        let numberWidth = (numbers.map { TextMetrics.width($0) }.max() ?? 0) + 12
        let width = PlotArea.pictureWidth - left - PlotArea.rightMargin
        let sides = (extent.lower < 0 ? 1.0 : 0) + (extent.upper > 0 ? 1 : 0)
        let share = min(numberWidth / max(width - sides * numberWidth, 80), 1)
        let span = extent.upper - extent.lower
        let room = Extent(
            extent.lower < 0 ? extent.lower - span * share : 0, extent.upper > 0 ? extent.upper + span * share : 0)
        let height = max(Double(bars.count), 2) * Self.rowHeight
        return PlotArea(
            x: Axis(value, extent: room), y: Axis("", extent: Extent(0, 1)), top: top, height: height, leftMargin: left)
    }

    private func draw(_ bar: Bar, number: String, middle: Double, in plot: PlotArea, on writer: inout SVGWriter) {
        let zero = plot.x(0)
        let end = bar.value.isFinite ? plot.x(bar.value) : zero
        if bar.value.isFinite {
            writer.element(
                "rect",
                [
                    .text("class", bar.isHighlighted ? "f1" : "f0"), .number("x", min(zero, end)),
                    .number("y", middle - Self.barHeight / 2), .number("width", max((end - zero).magnitude, 0.5)),
                    .number("height", Self.barHeight),
                ])
        }
        let isNegative = bar.value < 0
        writer.text(
            number, at: Point(x: end + (isNegative ? -6 : 6), y: middle + 4), anchor: isNegative ? .end : .start,
            style: bar.value.isFinite ? nil : "note")
    }

    private func description(_ numbers: [String]) -> String {
        "\(value.text()): " + zip(bars, numbers).map { "\($0.name) \($1)" }.joined(separator: ", ") + "."
    }
}
