/// One line of a `LinePlot`.
public struct LineSeries: Sendable, Hashable {
    /// The way in which the values of a series are drawn.
    public enum Style: Sendable, Hashable {
        /// Straight lines join the values.
        case line
        /// Straight lines join the values, and a dot marks each of them.
        case markedLine
        /// A staircase, in which each value holds until the next one.
        case steps
        /// Dots without a line.
        case points
    }

    /// How much a line stands out.
    public enum Weight: Sendable, Hashable {
        /// A line of the usual width.
        case usual
        /// A thin, pale line behind the others, such as a single seed behind a mean.
        case thin
    }

    /// The name in the legend, which lists series of the same name once. An empty name is not listed.
    public let name: String

    /// The horizontal positions of the values.
    public let x: [Double]

    /// The values, one for each element of `x`.
    public let y: [Double]

    /// The way in which the values are drawn.
    public let style: Style

    /// The index of the colour, from 0; colours repeat after six. `nil` takes the index of the series in the plot.
    public let colour: Int?

    /// How much the line stands out.
    public let weight: Weight

    /// Whether the line is dashed. `nil` dashes it only in every second round of the six colours.
    public let isDashed: Bool?

    /// Creates a series from its values.
    ///
    /// - Parameters:
    ///   - name: The name in the legend; an empty name is not listed.
    ///   - x: The horizontal positions of the values.
    ///   - y: The values. Traps unless there are as many as in `x`.
    ///   - style: The way in which the values are drawn.
    ///   - colour: The index of the colour. Traps if it is below 0. `nil` takes the index of the series in the plot.
    ///   - weight: How much the line stands out.
    ///   - isDashed: Whether the line is dashed; `nil` dashes it only in every second round of the six colours.
    public init(
        name: String, x: [Double], y: [Double], style: Style = .line, colour: Int? = nil, weight: Weight = .usual,
        isDashed: Bool? = nil
    ) {
        precondition(x.count == y.count, "LineSeries: \(x.count) x values for \(y.count) y values")
        precondition(colour ?? 0 >= 0, "LineSeries: colour must be >= 0, got \(colour ?? 0)")
        self.name = name
        self.x = x
        self.y = y
        self.style = style
        self.colour = colour
        self.weight = weight
        self.isDashed = isDashed
    }
}

/// A plot of several named lines with common axes. Values that are not finite leave gaps.
public struct LinePlot: Plot {
    /// The title of the plot.
    public let title: String

    /// The label of the horizontal axis.
    public let xLabel: AxisLabel

    /// The label of the vertical axis.
    public let yLabel: AxisLabel

    /// The scale of the horizontal axis.
    public let xScale: AxisScale

    /// The scale of the vertical axis.
    public let yScale: AxisScale

    /// Whether the horizontal axis has ticks at whole numbers only.
    public let xCountsWhole: Bool

    /// A line of text below the legend.
    public let note: String?

    /// The lines. Colours repeat after six series; the lines of the next six are dashed.
    public let series: [LineSeries]

    /// Creates a plot of lines.
    ///
    /// - Parameters:
    ///   - title: The title of the plot.
    ///   - xLabel: The label of the horizontal axis.
    ///   - yLabel: The label of the vertical axis.
    ///   - xScale: The scale of the horizontal axis.
    ///   - yScale: The scale of the vertical axis.
    ///   - xCountsWhole: Whether the horizontal axis has ticks at whole numbers only.
    ///   - note: A line of text below the legend; `nil` for none.
    ///   - series: The lines.
    public init(
        title: String, x xLabel: AxisLabel, y yLabel: AxisLabel, xScale: AxisScale = .linear,
        yScale: AxisScale = .linear, xCountsWhole: Bool = false, note: String? = nil, series: [LineSeries]
    ) {
        self.title = title
        self.xLabel = xLabel
        self.yLabel = yLabel
        self.xScale = xScale
        self.yScale = yScale
        self.xCountsWhole = xCountsWhole
        self.note = note
        self.series = series
    }

    public var svg: String {
        let xAxis = Axis(
            xLabel, extent: Extent(series.map(\.x).joined()), scale: xScale, countsWhole: xCountsWhole)
        let yAxis = Axis(yLabel, extent: Extent(series.map(\.y).joined()), scale: yScale, padding: 0.06)
        let header = Header(title: title, legend: legend, note: note, width: PlotArea.imageWidth)
        let plot = PlotArea(x: xAxis, y: yAxis, top: header.height, height: 260)
        return plot.document(title: title, description: description, header: header) { writer in
            plot.drawGrid(on: &writer)
            plot.drawFrame(on: &writer)
            // Thin lines are drawn first, so that they lie behind the others.
            for weight in [LineSeries.Weight.thin, .usual] {
                for index in series.indices where series[index].weight == weight {
                    draw(index, in: plot, on: &writer)
                }
            }
            plot.drawXLabels(on: &writer)
            plot.drawYLabels(on: &writer)
            if series.allSatisfy({ $0.x.isEmpty }) { plot.drawRemark("no values", on: &writer) }
        }
    }

    private func draw(_ index: Int, in plot: PlotArea, on writer: inout SVGWriter) {
        let line = series[index]
        func position(_ xIndex: Int, _ yIndex: Int) -> Point {
            let (x, y) = (line.x[xIndex], line.y[yIndex])
            // A logarithmic axis has no place for 0.
            let isPlaced = (!plot.x.isLogarithmic || x > 0) && (!plot.y.isLogarithmic || y > 0)
            return isPlaced ? plot.point(x, y) : Point(x: .nan, y: .nan)
        }
        switch line.style {
        case .line, .markedLine:
            writer.path(style(index), Polyline.path(count: line.x.count) { position($0, $0) })
            if line.style == .markedLine { drawDots(index, position, on: &writer) }
        case .steps:
            let corners = Polyline.path(count: 2 * line.x.count - 1) { position(($0 + 1) / 2, $0 / 2) }
            writer.path(style(index), corners)
        case .points: drawDots(index, position, on: &writer)
        }
    }

    private func drawDots(_ index: Int, _ position: (Int, Int) -> Point, on writer: inout SVGWriter) {
        var dots = PathData()
        for point in series[index].x.indices.map({ position($0, $0) }) where point.x.isFinite && point.y.isFinite {
            dots.dot(at: point)
        }
        writer.path("dots \(look(index))", dots)
    }

    /// The style classes of the weight and the colour of a series.
    private func look(_ index: Int) -> String {
        (series[index].weight == .thin ? "pale " : "") + "s\(Symbol.colour(ofSeries: series[index].colour ?? index))"
    }

    private func style(_ index: Int) -> String {
        let beyondColours = (series[index].colour ?? index) / Theme.series.count % 2 == 1
        return "curve \(look(index))" + (series[index].isDashed ?? beyondColours ? " dashed" : "")
    }

    /// The legend; empty for a single line, which the title explains.
    private var legend: [LegendEntry] {
        guard series.count > 1 else { return [] }
        var seen = Set([""])
        return series.indices.filter { seen.insert(series[$0].name).inserted }.map { index in
            let symbol: Symbol = series[index].style == .points ? .dot(look(index)) : .line(style(index))
            return LegendEntry(symbol: symbol, text: series[index].name)
        }
    }

    private var description: String {
        let names = legend.isEmpty ? series.map(\.name) : legend.map(\.text)
        return "\(yLabel.name) over \(xLabel.name): \(names.joined(separator: ", "))."
    }
}
