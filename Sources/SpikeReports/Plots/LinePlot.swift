/// One line of a `LinePlot`.
public struct LineSeries: Sendable, Hashable {
    public enum Style: Sendable, Hashable {
        case line
        /// Each value holds until the next.
        case steps
        /// Marks without a line.
        case points
    }

    public let name: String
    public let x: [Double]
    public let y: [Double]
    public let style: Style

    /// Traps unless there are as many `x` as `y`.
    public init(name: String, x: [Double], y: [Double], style: Style = .line) {
        precondition(x.count == y.count, "LineSeries: \(x.count) x values for \(y.count) y values")
        self.name = name
        self.x = x
        self.y = y
        self.style = style
    }
}

/// Several named lines over a common axis. Values that are not finite leave gaps.
public struct LinePlot: Plot {
    public let title: String
    public let xLabel: AxisLabel
    public let yLabel: AxisLabel
    public let xScale: AxisScale
    public let yScale: AxisScale

    /// Colours repeat after six series; the lines of the next six are dashed.
    public let series: [LineSeries]

    public init(
        title: String, x xLabel: AxisLabel, y yLabel: AxisLabel, xScale: AxisScale = .linear,
        yScale: AxisScale = .linear, series: [LineSeries]
    ) {
        self.title = title
        self.xLabel = xLabel
        self.yLabel = yLabel
        self.xScale = xScale
        self.yScale = yScale
        self.series = series
    }

    public var svg: String {
        let xAxis = Axis(xLabel, extent: Extent(series.map(\.x).joined()), scale: xScale)
        let yAxis = Axis(yLabel, extent: Extent(series.map(\.y).joined()), scale: yScale, padding: 0.06)
        // The title says what a single line is.
        let legend = series.count < 2 ? [] : series.indices.map(legendEntry)
        let header = Header(title: title, legend: legend, width: PlotArea.pictureWidth)
        let plot = PlotArea(x: xAxis, y: yAxis, top: header.height, height: 260)
        return SVGWriter.document(
            title: title, description: description, width: PlotArea.pictureWidth,
            height: plot.area.bottom + PlotArea.bottomMargin
        ) { writer in
            header.draw(on: &writer)
            plot.drawGrid(on: &writer)
            plot.drawFrame(on: &writer)
            for index in series.indices { draw(index, in: plot, on: &writer) }
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
        case .line:
            writer.path(style(index), Polyline.path(count: line.x.count) { position($0, $0) })
        case .steps:
            let corners = Polyline.path(count: 2 * line.x.count - 1) { position(($0 + 1) / 2, $0 / 2) }
            writer.path(style(index), corners)
        case .points:
            var dots = PathData()
            for point in line.x.indices.map({ position($0, $0) }) where point.x.isFinite && point.y.isFinite {
                dots.dot(at: point)
            }
            writer.path("dots s\(Symbol.colour(ofSeries: index))", dots)
        }
    }

    private func style(_ index: Int) -> String {
        let isDashed = index / Theme.series.count % 2 == 1
        return "curve s\(Symbol.colour(ofSeries: index))" + (isDashed ? " dashed" : "")
    }

    private func legendEntry(_ index: Int) -> LegendEntry {
        let symbol: Symbol =
            series[index].style == .points ? .dot("s\(Symbol.colour(ofSeries: index))") : .line(style(index))
        return LegendEntry(symbol: symbol, text: series[index].name)
    }

    private var description: String {
        "\(yLabel.name) over \(xLabel.name): " + series.map(\.name).joined(separator: ", ") + "."
    }
}
