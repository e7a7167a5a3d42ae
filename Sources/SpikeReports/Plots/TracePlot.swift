import SpikeEncoding

/// A recording over time, a panel a channel, with its reconstruction and the spikes that made it.
///
/// Long recordings are drawn by the least and largest value in each column of pixels, so that no peak is lost.
public struct TracePlot: Plot {
    public let title: String
    public let signal: Signal

    /// Drawn over the signal; nil leaves it out.
    public let reconstruction: Signal?

    /// Its spikes are drawn beneath each channel; nil leaves them out.
    public let encoded: EncodedSignal?

    /// Which channels to show, in this order.
    public let channels: [Int]

    /// The part to show, in seconds on the signal's own clock (in samples if the signal has no rate); nil shows all.
    public let window: ClosedRange<Double>?

    /// Traps unless reconstruction and spikes have the signal's channels, the spikes its samples, and `channels` exist.
    ///
    /// - Parameter channels: Nil shows the first twelve at most, and says so.
    public init(
        title: String, signal: Signal, reconstruction: Signal? = nil, encoded: EncodedSignal? = nil,
        channels: [Int]? = nil, window: ClosedRange<Double>? = nil
    ) {
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
        var entries = [LegendEntry(symbol: .line("original"), text: "original")]
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
        let what = ["original", reconstruction.map { _ in "reconstruction" }, encoded.map { _ in "spikes" }]
        return "Traces of \(channels.count) channel\(channels.count == 1 ? "" : "s"), \(time.steps.count) samples: "
            + what.compactMap { $0 }.joined(separator: ", ") + "."
    }
}
