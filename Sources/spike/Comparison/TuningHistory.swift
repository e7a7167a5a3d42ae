import SpikeEncoding
import SpikeReports
import SpikeTuning

/// A plot of the trials of a tuning run: the RMSE of every trial for one channel, or the lowest so far for several.
struct TuningHistory {
    private let result: TuningResult
    private let title: String
    private let names: [String]
    private let unit: String?

    init(_ result: TuningResult, of signal: Signal) {
        self.result = result
        title = "Tuning \(result.codec.name)"
        names = (0..<signal.channelCount).map { signal.name(ofChannel: $0) }
        unit = signal.unit
    }

    /// Creates a plot without the recording; channels are numbered.
    init(_ result: TuningResult, title: String?) {
        self.result = result
        self.title = title ?? "Tuning \(result.codec.name)"
        names = result.channels.indices.map { "channel \($0)" }
        unit = nil
    }

    var plot: any Plot {
        let label = AxisLabel("RMSE", unit: unit)
        if result.channels.count == 1 {
            return TuningPlot(title: title, objectives: errors(result.channels[0]), objective: label)
        }
        let series = result.channels.enumerated().map { channel, tuning in
            var best = Double.infinity
            let errors = errors(tuning).map { error in
                best = min(best, error)
                return best
            }
            let shown = errors.indices.filter { errors[$0].isFinite }
            return LineSeries(
                name: names[channel], x: shown.map { Double($0 + 1) }, y: shown.map { errors[$0] })
        }
        let isPositive = series.allSatisfy { $0.y.allSatisfy { $0 > 0 } }
        return LinePlot(
            title: title, x: "trial", y: AxisLabel("best RMSE so far", unit: unit),
            yScale: isPositive ? .logarithmic : .linear, series: series)
    }

    /// The RMSE of each trial; infinite for trials that the objective ruled out.
    private func errors(_ tuning: ChannelTuning) -> [Double] {
        tuning.trials.map { $0.objective.isFinite ? $0.meanSquaredError.squareRoot() : .infinity }
    }
}
