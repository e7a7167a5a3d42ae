import SpikeEncoding

/// A plot of a recording over time, with one panel per channel. It can also show the spikes of each channel and their
/// reconstruction.
///
/// Where several samples share a column of pixels, the least and the largest of them are drawn, so that no peak is
/// lost.
public struct TracePlot: Plot {
    /// The title of the plot.
    public let title: String

    /// The recording to draw, of shape `channels × samples`.
    public let signal: Signal

    /// Whether the signal is an original recording or a reconstruction. It decides the signal's colour and legend
    /// entry.
    public let subject: Subject

    /// The kinds of signal that a plot can show.
    public enum Subject: String, Sendable {
        /// The signal is a recording.
        case original
        /// The signal was decoded from spikes.
        case reconstruction
    }

    /// The decoded recording, drawn over the signal; `nil` draws none.
    public let reconstruction: Signal?

    /// The encoded recording, whose spikes are drawn below each channel; `nil` draws none.
    public let encoded: EncodedSignal?

    /// The indices of the channels to show, from 0, in the order of their panels.
    public let channels: [Int]

    /// The part of the recording to show, in seconds on the signal's own clock, or in samples if the signal has no
    /// sampling rate. `nil` shows all of it.
    public let window: ClosedRange<Double>?

    /// Creates a plot of a recording.
    ///
    /// - Parameters:
    ///   - title: The title of the plot.
    ///   - signal: The recording, of shape `channels × samples`.
    ///   - subject: Whether the signal is an original recording or a reconstruction.
    ///   - reconstruction: A decoded recording, drawn over the signal. Traps unless it has as many channels as the
    ///     signal, and if `subject` is `.reconstruction`.
    ///   - encoded: The spikes, drawn below each channel. Traps unless they have as many channels and samples as the
    ///     signal.
    ///   - channels: The indices of the channels to show, from 0. Traps for an index that the signal does not have.
    ///     `nil` shows the first twelve; a note in the plot says how many of them are shown.
    ///   - window: The part of the recording to show, in seconds on the signal's own clock, or in samples if the signal
    ///     has no sampling rate; `nil` shows all of it.
    public init(
        title: String, signal: Signal, subject: Subject = .original, reconstruction: Signal? = nil,
        encoded: EncodedSignal? = nil,
        channels: [Int]? = nil, window: ClosedRange<Double>? = nil
    ) {
        precondition(subject == .original || reconstruction == nil, "TracePlot: a reconstruction has no reconstruction")
        for (name, count) in [
            ("reconstruction", reconstruction?.channelCount), ("encoded", encoded?.channels.count),
        ] {
            precondition(
                count == nil || count == signal.channelCount,
                "TracePlot: \(name) has \(count ?? 0) channels, signal \(signal.channelCount)")
        }
        precondition(
            encoded == nil || encoded?.sampleCount == signal.sampleCount,
            "TracePlot: encoded has \(encoded?.sampleCount ?? 0) samples, signal \(signal.sampleCount)")
        self.title = title
        self.signal = signal
        self.subject = subject
        self.reconstruction = reconstruction
        self.encoded = encoded
        self.channels = channels ?? Array(0..<min(signal.channelCount, Self.usualChannelLimit))
        self.window = window
        precondition(
            self.channels.allSatisfy { 0..<signal.channelCount ~= $0 },
            "TracePlot: channels \(self.channels) outside 0..<\(signal.channelCount)")
    }

    static let usualChannelLimit = 12

    public var svg: String {
        let time = TimeScale(
            stepCount: signal.sampleCount, rate: signal.samplingRate, start: signal.startTime, window: window,
            countName: "sample")
        let xAxis = time.axis
        let panels = channels.map { TracePanel(self, channel: $0, time: time) }
        let leftMargin = panels.map { PlotArea.leftMargin(for: $0.axis) }.max() ?? 60
        let strips = panels.map { $0.spikeGrid(width: PlotArea.imageWidth - leftMargin - PlotArea.rightMargin) }
        let isSigned = strips.contains { $0?.hasDown ?? false }
        let header = Header(
            title: title, legend: legend(isSigned: isSigned), note: note(strips.compactMap { $0 }),
            width: PlotArea.imageWidth)

        var tops: [Double] = []
        var bottom = header.height
        for panel in panels {
            tops.append(bottom)
            bottom += panel.height + TracePanel.gap
        }
        bottom = panels.isEmpty ? header.height + 60 : bottom - TracePanel.gap

        return SVGWriter.document(
            title: title, description: description(time), width: PlotArea.imageWidth,
            height: bottom + PlotArea.bottomMargin
        ) { writer in
            header.draw(on: &writer)
            for (index, panel) in panels.enumerated() {
                panel.draw(
                    xAxis: xAxis, top: tops[index], leftMargin: leftMargin, spikes: strips[index], isSigned: isSigned,
                    isLast: index == panels.count - 1, on: &writer)
            }
            if panels.isEmpty {
                let plot = PlotArea(
                    x: xAxis, y: Axis("", extent: Extent()), top: header.height, height: 60, leftMargin: leftMargin)
                plot.drawFrame(on: &writer)
                plot.drawXLabels(on: &writer)
                plot.drawRemark("no channels", on: &writer)
            }
        }
    }

    private func legend(isSigned: Bool) -> [LegendEntry] {
        var entries = [LegendEntry(symbol: .line(subject.rawValue), text: subject.rawValue)]
        if reconstruction != nil {
            entries.append(LegendEntry(symbol: .line("reconstruction"), text: "reconstruction"))
        }
        if encoded != nil { entries += RasterPlot.legend(isSigned: isSigned) }
        return entries
    }

    private func note(_ grids: [SpikeGrid]) -> String? {
        var parts: [String] = []
        if channels.count < signal.channelCount {
            parts.append("\(channels.count) of \(signal.channelCount) channels")
        }
        if let peak = grids.filter({ !$0.isGraded }).map(\.peak).max(), peak > 2 {
            parts.append("stronger colour: more spikes in a pixel")
        }
        return parts.isEmpty ? nil : parts.joined(separator: " · ")
    }

    private func description(_ time: TimeScale) -> String {
        let what = [subject.rawValue, reconstruction.map { _ in "reconstruction" }, encoded.map { _ in "spikes" }]
        return "Traces of \(counted(channels.count, "channel")), \(counted(time.steps.count, "sample")): "
            + what.compactMap { $0 }.joined(separator: ", ") + "."
    }
}
