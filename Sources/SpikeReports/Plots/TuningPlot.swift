import SpikeEncoding

/// A plot of the history of a tuning run. A dot shows the objective of each trial, a line the best objective so far,
/// and a ring the best trial.
///
/// The vertical axis is logarithmic if all finite objectives are above 0 and span more than two decades. Trials without
/// a finite objective are crosses at the upper edge and are counted in the legend.
public struct TuningPlot: Plot {
    /// Whether a smaller or a larger objective is better.
    public enum Goal: Sendable, Hashable { case minimum, maximum }

    /// The title of the plot.
    public let title: String

    /// The objectives, one per trial in the order of the trials, which are numbered from 1.
    public let objectives: [Double]

    /// The label of the vertical axis, such as `AxisLabel("RMSE", unit: "mV")`.
    public let objective: AxisLabel

    /// Whether a smaller or a larger objective is better.
    public let goal: Goal

    /// Creates a plot of a tuning run.
    ///
    /// - Parameters:
    ///   - title: The title of the plot.
    ///   - objectives: The objectives, one per trial in the order of the trials. They may be NaN or infinite.
    ///   - objective: The label of the vertical axis.
    ///   - goal: Whether a smaller or a larger objective is better.
    public init(title: String, objectives: [Double], objective: AxisLabel = "objective", goal: Goal = .minimum) {
        self.title = title
        self.objectives = objectives
        self.objective = objective
        self.goal = goal
    }

    /// The index of the first of the best trials, from 0; `nil` if no objective is finite.
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
        return plot.document(title: title, description: description, header: header) { writer in
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
                // Of several dots at the same position, only one is drawn.
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
            // A step goes right at the old height, then to the new height at the new trial.
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
        "Objective of \(counted(objectives.count, "trial")); " + (bestText ?? "none is finite") + "."
    }
}
