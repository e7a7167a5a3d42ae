import SpikeEncoding

/// A raster plot: the spikes of many units over time, with one row per unit and one tick per spike. Up and down spikes
/// have two colours.
///
/// Where more than two spikes share a pixel, a stronger colour stands for more spikes; the image stays below 1.5 MB for
/// any number of units and steps. The height of a graded spike shows its amplitude; in thin or very many rows, its
/// opacity does.
public struct RasterPlot: Plot {
    /// The title of the plot.
    public let title: String

    /// The spikes to draw, of shape `units × steps`.
    public let spikes: SpikeTrain

    /// The number of steps per second; `nil` if it is unknown, in which case the axis counts steps.
    public let stepRate: Double?

    /// The time of step 0, in seconds.
    public let startTime: Double

    /// The names of the units, one per unit. If empty, units are numbered from 0.
    public let unitNames: [String]

    /// The part of the recording to show, in seconds on its own clock, or in steps if `stepRate` is `nil`. `nil` shows
    /// all of it.
    public let window: ClosedRange<Double>?

    /// Creates a plot of a spike train.
    ///
    /// - Parameters:
    ///   - title: The title of the plot.
    ///   - spikes: The spikes, of shape `units × steps`.
    ///   - stepRate: The number of steps per second; `nil` if it is unknown, in which case the axis counts steps.
    ///   - unitNames: The names of the units. Traps unless there is one per unit, or none.
    ///   - window: The part of the recording to show, in seconds on its own clock, or in steps if `stepRate` is `nil`;
    ///     `nil` shows all of it.
    ///   - startTime: The time of step 0, in seconds.
    public init(
        title: String, spikes: SpikeTrain, stepRate: Double? = nil, unitNames: [String] = [],
        window: ClosedRange<Double>? = nil, startTime: Double = 0
    ) {
        precondition(
            unitNames.isEmpty || unitNames.count == spikes.unitCount,
            "RasterPlot: \(unitNames.count) unitNames for \(spikes.unitCount) units")
        self.title = title
        self.spikes = spikes
        self.stepRate = stepRate
        self.startTime = startTime
        self.unitNames = unitNames
        self.window = window
    }

    /// Creates a plot of the spikes of a recording, with the recording's step rate, start time and channel names.
    ///
    /// - Parameters:
    ///   - title: The title of the plot.
    ///   - encoded: The encoded recording.
    ///   - window: The part of the recording to show, in seconds on its own clock, or in steps if it has no sampling
    ///     rate; `nil` shows all of it.
    public init(title: String, encoded: EncodedSignal, window: ClosedRange<Double>? = nil) {
        self.init(
            title: title, spikes: encoded.spikes, stepRate: encoded.stepRate,
            unitNames: (0..<encoded.spikes.unitCount).map(encoded.name(ofUnit:)), window: window,
            startTime: encoded.startTime)
    }

    public var svg: String {
        let time = TimeScale(
            stepCount: spikes.stepCount, rate: stepRate, start: startTime, window: window, countName: "step")
        let units = spikes.unitCount
        let height = min(max(Double(units) * 18, 60), 560)
        let labels = RasterLabels(names: unitNames, unitCount: units, height: height)
        let xAxis = time.axis
        let yAxis = Axis(AxisLabel("unit"), extent: Extent(0, Double(max(1, units))))

        func plotArea(top: Double) -> PlotArea {
            PlotArea(x: xAxis, y: yAxis, top: top, height: height, leftMargin: labels.width + 40)
        }
        let blank = plotArea(top: 0).area
        let limits = SpikeGridDrawing.limits(unitCount: units, area: blank)
        let grid = SpikeGrid(
            spikes, units: 0..<units, steps: time.steps, maximumRows: limits.rows, maximumColumns: limits.columns)
        let isSigned = grid.hasDown
        let note = SpikeGridDrawing(grid, in: blank, isSigned: isSigned).opacityMeaning
        let header = Header(
            title: title, legend: Self.legend(isSigned: isSigned), note: note, width: PlotArea.imageWidth)
        let plot = plotArea(top: header.height)

        return plot.document(title: title, description: description(time), header: header) { writer in
            plot.drawGrid(on: &writer, horizontal: false)
            labels.drawRules(in: plot.area, on: &writer)
            SpikeGridDrawing(grid, in: plot.area, isSigned: isSigned).draw(on: &writer)
            plot.drawFrame(on: &writer)
            plot.drawXLabels(on: &writer)
            labels.draw(beside: plot.area, on: &writer)
            if grid.up.allSatisfy({ $0 == 0 }) && !isSigned { plot.drawRemark("no spikes", on: &writer) }
        }
    }

    static func legend(isSigned: Bool) -> [LegendEntry] {
        isSigned
            ? [LegendEntry(symbol: .tick("up"), text: "up"), LegendEntry(symbol: .tick("down"), text: "down")]
            : [LegendEntry(symbol: .tick("up"), text: "spike")]
    }

    private func description(_ time: TimeScale) -> String {
        "Spike raster: \(counted(spikes.spikeCount, "spike")) of \(counted(spikes.unitCount, "unit")) in "
            + counted(spikes.stepCount, "step")
            + (window == nil ? "." : ", of which \(time.steps.count) are shown.")
    }
}
