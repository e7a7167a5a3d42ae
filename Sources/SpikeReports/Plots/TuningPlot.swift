/// The history of a tuning run: each trial's objective as a dot, the best so far as a line, the best one ringed.
///
/// The axis is logarithmic where the objectives are above 0 and span more than two decades. Trials without a finite
/// objective stand as crosses at the upper edge and are counted in the legend.
public struct TuningPlot: Plot {
    /// Which objective is better.
    public enum Goal: Sendable, Hashable { case minimum, maximum }

    public let title: String

    /// One a trial, in their order; trials are numbered from 1.
    public let objectives: [Double]

    /// Such as `AxisLabel("RMSE", unit: "mV")`.
    public let objective: AxisLabel
    public let goal: Goal

    public init(title: String, objectives: [Double], objective: AxisLabel = "objective", goal: Goal = .minimum) {
        self.title = title
        self.objectives = objectives
        self.objective = objective
        self.goal = goal
    }

    /// The first of the best trials, counted from 0; nil if none is finite.
    var bestIndex: Int? {
        let finite = objectives.indices.filter { objectives[$0].isFinite }
        return switch goal {
        case .minimum: finite.min { objectives[$0] < objectives[$1] }
        case .maximum: finite.first { index in finite.allSatisfy { objectives[$0] <= objectives[index] } }
        }
    }

    /// The best objective up to each trial; NaN before the first finite one.
    var bestSoFar: [Double] {
        var best = Double.nan
        return objectives.map { value in
            if value.isFinite {
                let isBetter = goal == .minimum ? value < best : value > best
                if isBetter || best.isNaN { best = value }
            }
            return best
        }
    }

    public var svg: String {
        let yAxis = Axis(objective, extent: Extent(objectives), scale: .automatic, padding: 0.08, tickCount: 8)
        let lastTrial = Double(max(2, objectives.count))
        let xAxis = Axis("trial", extent: Extent(0.5, lastTrial * 1.01 + 0.5), countsWhole: true)
        let header = Header(title: title, legend: legend, width: PlotArea.imageWidth)
        let plot = PlotArea(x: xAxis, y: yAxis, top: header.height, height: 280)
        return SVGWriter.document(
            title: title, description: description, width: PlotArea.imageWidth,
            height: plot.area.bottom + PlotArea.bottomMargin
        ) { writer in
            header.draw(on: &writer)
            plot.drawGrid(on: &writer)
            drawTrials(in: plot, on: &writer)
            plot.drawFrame(on: &writer)
            plot.drawXLabels(on: &writer)
            plot.drawYLabels(on: &writer)
            if objectives.isEmpty { plot.drawRemark("no trials", on: &writer) }
        }
    }

    private func drawTrials(in plot: PlotArea, on writer: inout SVGWriter) {
        var dots = PathData()
        var seen = Set<Point>()
        for (index, value) in objectives.enumerated() {
            let x = plot.x(Double(index + 1))
            if value.isFinite {
                let point = Point(x: x.rounded(), y: plot.y(value).rounded())
                // Dots upon each other are drawn once.
                if seen.insert(point).inserted { dots.dot(at: Point(x: x, y: plot.y(value))) }
            } else {
                let point = Point(x: x, y: plot.area.y + 6)
                if seen.insert(Point(x: x.rounded(), y: -1)).inserted {
                    Symbol.cross("hollow s1").draw(at: point, on: &writer)
                }
            }
        }
        writer.path("dots original", dots)

        let best = bestSoFar
        let stairs = Polyline.path(count: 2 * best.count - 1) { corner in
            // A step goes right at the old height, then down at the new trial.
            plot.point(Double((corner + 1) / 2 + 1), best[corner / 2])
        }
        writer.path("curve s0", stairs)
        if let bestIndex {
            Symbol.ring("s2").draw(at: plot.point(Double(bestIndex + 1), objectives[bestIndex]), size: 11, on: &writer)
        }
    }

    private var failedCount: Int { objectives.count { !$0.isFinite } }

    private var bestText: String? {
        bestIndex.map { index in
            let unit = objective.unit.map { "\u{A0}\($0)" } ?? ""
            return "best: \(readable(objectives[index]))\(unit) at trial \(index + 1)"
        }
    }

    private var legend: [LegendEntry] {
        var entries = [
            LegendEntry(symbol: .dot("original"), text: "trial"),
            LegendEntry(symbol: .line("curve s0"), text: "best so far"),
        ]
        if let bestText { entries.append(LegendEntry(symbol: .ring("s2"), text: bestText)) }
        if failedCount > 0 {
            entries.append(LegendEntry(symbol: .cross("hollow s1"), text: "without a finite objective: \(failedCount)"))
        }
        return entries
    }

    private var description: String {
        "Objective of \(objectives.count) trials; " + (bestText ?? "none is finite") + "."
    }
}
