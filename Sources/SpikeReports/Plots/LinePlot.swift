/// One line of a `LinePlot`.
public struct LineSeries: Sendable, Hashable {
    public enum Style: Sendable, Hashable {
        case line
        /// A line with a mark at each value, which shows how few there are.
        case markedLine
        /// Each value holds until the next.
        case steps
        /// Marks without a line.
        case points
    }

    /// How much a line stands out.
    public enum Weight: Sendable, Hashable {
        case usual
        /// One of many, such as a single seed behind a mean.
        case thin
    }

    /// In the legend, once for all series of the same name; empty for none.
    public let name: String
    public let x: [Double]
    public let y: [Double]
    public let style: Style

    /// From 0; nil for that of the series' place in the plot.
    public let colour: Int?
    public let weight: Weight

    /// Nil: only where a plot has more series than colours.
    public let isDashed: Bool?

    /// Traps unless there are as many `x` as `y`.
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

/// Several named lines over a common axis. Values that are not finite leave gaps.
public struct LinePlot: Plot {
    public let title: String
    public let xLabel: AxisLabel
    public let yLabel: AxisLabel
    public let xScale: AxisScale
    public let yScale: AxisScale

    /// Whether ticks along x are at whole numbers only.
    public let xCountsWhole: Bool

    /// A line of text below the legend.
    public let note: String?

    /// Colours repeat after six series; the lines of the next six are dashed.
    public let series: [LineSeries]

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
        return SVGWriter.document(
            title: title, description: description, width: PlotArea.imageWidth,
            height: plot.area.bottom + PlotArea.bottomMargin
        ) { writer in
            header.draw(on: &writer)
            plot.drawGrid(on: &writer)
            plot.drawFrame(on: &writer)
            // Thin lines lie behind.
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

    /// Weight and colour, as a part of a style.
    private func look(_ index: Int) -> String {
        (series[index].weight == .thin ? "pale " : "") + "s\(Symbol.colour(ofSeries: series[index].colour ?? index))"
    }

    private func style(_ index: Int) -> String {
        let beyondColours = (series[index].colour ?? index) / Theme.series.count % 2 == 1
        return "curve \(look(index))" + (series[index].isDashed ?? beyondColours ? " dashed" : "")
    }

    /// The title says what a single line is.
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
