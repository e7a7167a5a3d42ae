import SpikeEncoding

/// Spikes of many units over time: a row a unit, a tick a spike, up and down spikes in two colours.
///
/// Where several spikes share a pixel, the colour is the stronger the more there are; the image stays below 1.5 MB
/// for any number of units and steps. Graded spikes are as high as they are large or, in thin rows, as opaque.
public struct RasterPlot: Plot {
    public let title: String
    public let spikes: SpikeTrain

    /// Steps a second; nil if unknown, and the axis counts steps.
    public let stepRate: Double?

    /// When step 0 happens, in seconds.
    public let startTime: Double

    /// One a unit, or empty: units are numbered from 0.
    public let unitNames: [String]

    /// The part of the recording to show, in seconds on its own clock (in steps if `stepRate` is nil); nil shows all.
    public let window: ClosedRange<Double>?

    /// Traps unless there is a name for each unit, or none.
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

    /// The spikes of a recording, with its rate, start and its channels' names.
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

        return SVGWriter.document(
            title: title, description: description(time), width: PlotArea.imageWidth,
            height: plot.area.bottom + PlotArea.bottomMargin
        ) { writer in
            header.draw(on: &writer)
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
        "Spike raster: \(spikes.spikeCount) spikes of \(spikes.unitCount) units in \(spikes.stepCount) steps"
            + (window == nil ? "." : ", of which \(time.steps.count) are shown.")
    }
}
