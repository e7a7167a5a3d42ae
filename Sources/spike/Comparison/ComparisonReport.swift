import Foundation
import SpikeCommandLine
import SpikeEncoding
import SpikeReports
import SpikeTuning

extension Comparison {
    /// The comparison as a report: the table, error against spikes, and the parameters, traces and search of each
    /// codec.
    ///
    /// - Parameters:
    ///   - recording: The options of the recording; `nil` if it is not from a file.
    ///   - command: The command that made the comparison.
    func report(title: String, _ recording: RecordingOptions?, command: ShellCommand) -> Report {
        Report(
            title: title, subtitle: facts, program: ProgramVersion.text,
            date: Date.now.formatted(.iso8601.year().month().day()),
            sections: [overview(command)]
                + entries.enumerated().map { section($0.element, rank: $0.offset + 1, recording) })
    }

    private var facts: String {
        let shape = "\(counted(signal.channelCount, "channel")) × \(counted(signal.sampleCount, "sample"))"
        guard let rate = signal.samplingRate, let duration = signal.duration else { return shape }
        let start = signal.startTime == 0 ? "" : " from \(signal.startTime) s on"
        return "\(shape) at \(readable(rate)) Hz, \(readable(duration)) s\(start)"
    }

    private func overview(_ command: ShellCommand) -> ReportSection {
        var blocks: [ReportBlock] = [.table(table)]
        let tuned = entries.filter { $0.tuning != nil }.count
        var text =
            "\(counted(tuned, "codec")) \(tuned == 1 ? "was" : "were") tuned for each channel; the others have no parameters to search for and ran with "
            + "their defaults. Hover over a column's title for what it means."
        if let graded = entries.first(where: { $0.encoded.spikes.amplitudes != nil }) {
            text +=
                " \(graded.name) is graded: each of its spikes carries a number of 32 bits, so it is exact, and its "
                + "errors are roundings."
        }
        blocks.append(.paragraph(text))
        blocks.append(
            .figure(
                ErrorPlot(
                    title: "Error against spikes", series: curves, error: AxisLabel("RMSE", unit: signal.unit),
                    rate: signal.samplingRate == nil
                        ? AxisLabel("spikes per sample and channel") : AxisLabel("spikes per second and channel")),
                caption:
                    "Codes with plain spikes; lower and further left is better. Lines join the best trials of a codec "
                    + "within a limit on spikes; the parameters with the lowest error lie at their right ends."))
        if let best = entries.first(where: { $0.encoded.spikes.amplitudes == nil && $0.encoded.stepsPerSample == 1 }) {
            blocks.append(
                .figure(
                    RasterPlot(title: "Spikes of \(best.name)", encoded: best.encoded),
                    caption: "The whole recording in the code of \(best.name)."))
        }
        blocks.append(.command("\(command)"))
        return ReportSection("Ranking", blocks)
    }

    private func section(_ entry: ComparisonEntry, rank: Int, _ recording: RecordingOptions?) -> ReportSection {
        let isDense = entry.encoded.stepsPerSample == 1
        var blocks: [ReportBlock] = [
            .figure(
                TracePlot(
                    title: "\(entry.name): recording and reconstruction", signal: signal, reconstruction: entry.decoded,
                    encoded: isDense ? entry.encoded : nil, window: window),
                caption: "\(window == nil ? "The whole recording" : "The first seconds"), RMSE "
                    + "\(readable(entry.rmse, digits: 3))\(signal.unit.map { " \($0)" } ?? "").")
        ]
        if !isDense {
            blocks.append(
                .figure(
                    RasterPlot(title: "\(entry.name): spikes", encoded: entry.encoded, window: rasterWindow),
                    caption:
                        "Each sample takes \(counted(entry.encoded.stepsPerSample, "step")) and "
                        + "\(counted(entry.encoded.unitsPerChannel, "unit")); the first samples are shown."))
        }
        if let tuning = entry.tuning {
            blocks.append(
                .figure(
                    TuningHistory(tuning, of: signal).plot,
                    caption: "The search for parameters; "
                        + "\(counted(tuning.channels.reduce(0) { $0 + $1.trials.count }, "trial")) in all."))
        }
        if let command = entry.command(recording) { blocks.append(.command(command)) }
        return ReportSection("\(rank). \(entry.name)", blocks)
    }

    /// The time that traces show: the first 4 s, or 1500 samples without a sampling rate; `nil` for all of it.
    private var window: ClosedRange<Double>? {
        guard let rate = signal.samplingRate, let duration = signal.duration else {
            return signal.sampleCount > 1500 ? 0...1500 : nil
        }
        let length = max(min(4, duration), 50 / rate)
        return duration > length ? signal.startTime...signal.startTime + length : nil
    }

    /// The time that rasters show: 40 samples, or 640 steps without a sampling rate; `nil` for all of it.
    private var rasterWindow: ClosedRange<Double>? {
        guard signal.sampleCount > 40 else { return nil }
        return signal.times.map { $0.start...$0.time(ofStep: 40) } ?? 0...640
    }

    /// The lowest error of each codec within growing limits on spikes, and its result in this comparison.
    private var curves: [ErrorSeries] {
        entries.filter { $0.encoded.spikes.amplitudes == nil }.map { entry in
            let perSample = signal.samplingRate ?? 1
            let end = ErrorSeries.Point(
                spikesPerSecond: entry.spikesPerSample * perSample, error: entry.rmse)
            let points = (entry.tuning?.tradeOff(sampleCount: signal.sampleCount) ?? []).map { point in
                ErrorSeries.Point(
                    spikesPerSecond: point.spikesPerSample * perSample, error: point.meanSquaredError.squareRoot())
            }
            let better = points.filter { $0.spikesPerSecond < end.spikesPerSecond && $0.error > end.error }
            return ErrorSeries(name: entry.name, points: better + [end])
        }
    }
}

extension TuningResult {
    /// The lowest error over all channels within twelve limits on spikes, from the fewest of any trial to the most.
    func tradeOff(sampleCount: Int) -> [(spikesPerSample: Double, meanSquaredError: Double)] {
        let usable = channels.map { $0.trials.filter { $0.spikeCount > 0 && $0.meanSquaredError.isFinite } }
        guard let fewest = usable.compactMap({ $0.map(\.spikeCount).min() }).max(),
            let most = usable.joined().map(\.spikeCount).max(), usable.allSatisfy({ !$0.isEmpty }), fewest < most
        else { return [] }
        let limits = (0..<12).map { Double(fewest) * pow(Double(most) / Double(fewest), Double($0) / 11) }
        var last = Double.infinity
        return limits.compactMap { limit in
            let best = usable.map { trials in
                trials.filter { Double($0.spikeCount) <= limit * (1 + 1e-9) }
                    .min { $0.meanSquaredError < $1.meanSquaredError }
            }
            guard !best.contains(where: { $0 == nil }) else { return nil }
            let count = Double(best.count)
            let error = best.reduce(0) { $0 + $1!.meanSquaredError } / count
            guard error < last else { return nil }
            last = error
            return (best.reduce(0) { $0 + Double($1!.spikeCount) } / count / Double(sampleCount), error)
        }
    }
}
