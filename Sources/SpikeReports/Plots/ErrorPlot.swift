/// What one codec reaches: a point, or a curve of points when it was run with several parameters.
public struct ErrorSeries: Sendable, Hashable {
    public struct Point: Sendable, Hashable {
        public let spikesPerSecond: Double
        public let error: Double

        public init(spikesPerSecond: Double, error: Double) {
            self.spikesPerSecond = spikesPerSecond
            self.error = error
        }
    }

    public let name: String

    /// Joined by a thin line in this order.
    public let points: [Point]

    public init(name: String, points: [Point]) {
        self.name = name
        self.points = points
    }

    public init(name: String, spikesPerSecond: Double, error: Double) {
        self.init(name: name, points: [Point(spikesPerSecond: spikesPerSecond, error: error)])
    }
}

/// Reconstruction error against spikes per second, a mark for each result and a name for each codec: a `ScatterPlot`.
public struct ErrorPlot: Plot {
    public let title: String
    public let series: [ErrorSeries]

    /// Such as `AxisLabel("RMSE", unit: "mV")`.
    public let error: AxisLabel
    public let rate: AxisLabel

    public init(
        title: String, series: [ErrorSeries], error: AxisLabel = "RMSE",
        rate: AxisLabel = AxisLabel("spikes per second", unit: "Hz")
    ) {
        self.title = title
        self.series = series
        self.error = error
        self.rate = rate
    }

    public var svg: String {
        ScatterPlot(
            title: title, x: rate, y: error,
            series: series.map { entry in
                ScatterSeries(
                    name: entry.name,
                    points: entry.points.map { ScatterSeries.Point(x: $0.spikesPerSecond, y: $0.error) })
            }
        ).svg
    }
}
