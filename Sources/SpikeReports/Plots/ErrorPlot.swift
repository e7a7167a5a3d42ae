/// The results of one codec: one point, or a curve of points if the codec was run with several parameters.
public struct ErrorSeries: Sendable, Hashable {
    /// The spike rate and the error of one run of a codec.
    public struct Point: Sendable, Hashable {
        /// The number of spikes per second, drawn along the horizontal axis.
        public let spikesPerSecond: Double

        /// The reconstruction error, in the unit of the plot's `error` label.
        public let error: Double

        /// Creates a point from a spike rate and an error.
        ///
        /// - Parameters:
        ///   - spikesPerSecond: The number of spikes per second.
        ///   - error: The reconstruction error, in the unit of the plot's `error` label.
        public init(spikesPerSecond: Double, error: Double) {
            self.spikesPerSecond = spikesPerSecond
            self.error = error
        }
    }

    /// The name of the codec.
    public let name: String

    /// The points of the series. A thin line joins them in this order.
    public let points: [Point]

    /// Creates a series of several points.
    ///
    /// - Parameters:
    ///   - name: The name of the codec.
    ///   - points: The points, in the order in which a thin line joins them.
    public init(name: String, points: [Point]) {
        self.name = name
        self.points = points
    }

    /// Creates a series of a single point.
    ///
    /// - Parameters:
    ///   - name: The name of the codec.
    ///   - spikesPerSecond: The number of spikes per second.
    ///   - error: The reconstruction error, in the unit of the plot's `error` label.
    /// Creates a series of a single point.
    ///
    /// - Parameters:
    ///   - name: The name of the codec.
    ///   - spikesPerSecond: The number of spikes per second.
    ///   - error: The reconstruction error, in the unit of the plot's `error` label.
    public init(name: String, spikesPerSecond: Double, error: Double) {
        self.init(name: name, points: [Point(spikesPerSecond: spikesPerSecond, error: error)])
    }
}

/// A `ScatterPlot` of reconstruction error against spikes per second, with a mark for each result and a name for each
/// codec.
public struct ErrorPlot: Plot {
    /// The title of the plot.
    public let title: String

    /// The results, one series per codec.
    public let series: [ErrorSeries]

    /// The label of the vertical axis, such as `AxisLabel("RMSE", unit: "mV")`.
    public let error: AxisLabel

    /// The label of the horizontal axis.
    public let rate: AxisLabel

    /// Creates a plot of errors against spike rates.
    ///
    /// - Parameters:
    ///   - title: The title of the plot.
    ///   - series: The results, one series per codec. Points that are not finite are left out and counted in a note.
    ///   - error: The label of the vertical axis.
    ///   - rate: The label of the horizontal axis.
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
