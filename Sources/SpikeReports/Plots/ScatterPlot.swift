/// One or several points of a `ScatterPlot` that share a name and a colour.
public struct ScatterSeries: Sendable, Hashable {
    /// A pair of values, drawn as one mark.
    public struct Point: Sendable, Hashable {
        /// The value along the horizontal axis.
        public let x: Double

        /// The value along the vertical axis.
        public let y: Double

        /// Creates a point from its two values.
        ///
        /// - Parameters:
        ///   - x: The value along the horizontal axis.
        ///   - y: The value along the vertical axis.
        public init(x: Double, y: Double) {
            self.x = x
            self.y = y
        }
    }

    /// The name of the series, which stands beside its marks or in a legend.
    public let name: String

    /// The points of the series. A thin line joins them in this order.
    public let points: [Point]

    /// Creates a series from its points.
    ///
    /// - Parameters:
    ///   - name: The name of the series.
    ///   - points: The points, in the order in which a thin line joins them.
    public init(name: String, points: [Point]) {
        self.name = name
        self.points = points
    }
}

/// A plot of one quantity against another, with a mark for each point and a name for each series.
///
/// Each axis is logarithmic if all of its values are above 0 and span more than two decades. Names stand beside their
/// marks, and a line joins a name with its mark where another mark is about as near. If a name does not fit anywhere,
/// a legend lists all names instead. Points that are not finite are left out and counted in a note.
public struct ScatterPlot: Plot {
    /// The title of the plot.
    public let title: String

    /// The label of the horizontal axis.
    public let xLabel: AxisLabel

    /// The label of the vertical axis.
    public let yLabel: AxisLabel

    /// The series of points.
    public let series: [ScatterSeries]

    /// Creates a scatter plot.
    ///
    /// - Parameters:
    ///   - title: The title of the plot.
    ///   - xLabel: The label of the horizontal axis.
    ///   - yLabel: The label of the vertical axis.
    ///   - series: The series of points.
    public init(title: String, x xLabel: AxisLabel, y yLabel: AxisLabel, series: [ScatterSeries]) {
        self.title = title
        self.xLabel = xLabel
        self.yLabel = yLabel
        self.series = series
    }

    private struct Name {
        let series: Int
        let place: LabelPlacer.Place
        /// Whether a line joins the name with its mark.
        let hasLeader: Bool
    }

    private static let height = 380.0

    public var svg: String {
        let finite = series.map { $0.points.filter { $0.x.isFinite && $0.y.isFinite } }
        let all = finite.joined()
        let xAxis = Axis(xLabel, extent: Extent(all.map(\.x)), scale: .automatic, padding: 0.12)
        let yAxis = Axis(yLabel, extent: Extent(all.map(\.y)), scale: .automatic, padding: 0.12)
        func plotArea(top: Double) -> PlotArea {
            PlotArea(x: xAxis, y: yAxis, top: top, height: Self.height)
        }
        let leftOut = series.map(\.points.count).reduce(0, +) - all.count
        let note = leftOut == 0 ? nil : "left out for want of a finite value: \(leftOut)"
        var header = Header(title: title, note: note, width: PlotArea.imageWidth)
        var plot = plotArea(top: header.height)
        let names = places(finite, in: plot)
        if names == nil {
            let legend = series.enumerated().map { LegendEntry(symbol: .mark(series: $0), text: $1.name) }
            header = Header(title: title, legend: legend, note: note, width: PlotArea.imageWidth)
            plot = plotArea(top: header.height)
        }
        return plot.document(title: title, description: description, header: header) { writer in
            plot.drawGrid(on: &writer)
            plot.drawFrame(on: &writer)
            plot.drawXLabels(on: &writer)
            plot.drawYLabels(on: &writer)
            for (index, points) in finite.enumerated() {
                let positions = points.map { plot.point($0.x, $0.y) }
                let curve = Polyline.path(count: positions.count < 2 ? 0 : positions.count) { positions[$0] }
                writer.path("curve thin s\(Symbol.colour(ofSeries: index))", curve)
                for position in positions {
                    Symbol.mark(series: index).draw(at: position, size: points.count > 1 ? 7 : 9, on: &writer)
                }
            }
            for name in names ?? [] { draw(name, on: &writer) }
            if all.isEmpty { plot.drawRemark("no finite results", on: &writer) }
        }
    }

    private func draw(_ name: Name, on writer: inout SVGWriter) {
        let colour = Symbol.colour(ofSeries: name.series)
        let box = name.place.rectangle
        if name.hasLeader {
            let end = box.nearest(to: name.place.anchor)
            writer.line("leader s\(colour)", from: name.place.anchor, to: end)
        }
        let place = Point(x: box.x, y: box.bottom - 3)
        writer.halo(series[name.series].name, at: place)
        writer.text(series[name.series].name, at: place, style: "f\(colour)")
    }

    /// A free place for the name of every series that has points; `nil` if a name does not fit anywhere.
    private func places(_ finite: [[ScatterSeries.Point]], in plot: PlotArea) -> [Name]? {
        let positions = finite.map { $0.map { plot.point($0.x, $0.y) } }
        var obstacles = positions.joined().map { Rectangle.square(around: $0, side: 11) }
        for curve in positions {
            for (start, end) in zip(curve, curve.dropFirst()) { obstacles += Self.obstacles(along: start, end) }
        }
        var placer = LabelPlacer(frame: plot.area, obstacles: obstacles)
        var places: [Name] = []
        // A curve has many places for its name, so it leaves the first choice to single points.
        let order = positions.indices.sorted { (positions[$0].count, $0) < (positions[$1].count, $1) }
        for index in order where !positions[index].isEmpty {
            let own = positions[index]
            // The ends of a curve have the most room around them.
            let anchors = [own[own.count - 1], own[0]] + own.dropFirst().dropLast()
            let others = positions.indices.filter { $0 != index }.flatMap { positions[$0] }
            let width = TextMetrics.width(series[index].name)
            let clear = placer.place(width: width, near: anchors, awayFrom: others)
            guard let place = clear ?? placer.place(width: width, near: anchors, awayFrom: []) else { return nil }
            places.append(Name(series: index, place: place, hasLeader: clear == nil))
        }
        return places
    }

    private static func obstacles(along start: Point, _ end: Point) -> [Rectangle] {
        let count = max(1, Int(start.distance(to: end) / 6))
        return (0...count).map { index in
            let share = Double(index) / Double(count)
            let centre = Point(x: start.x + share * (end.x - start.x), y: start.y + share * (end.y - start.y))
            return Rectangle.square(around: centre, side: 6)
        }
    }

    private var description: String {
        "\(yLabel.name) against \(xLabel.name) of " + series.map(\.name).joined(separator: ", ") + "."
    }
}
