import SpikeEncoding

/// One channel of a `TracePlot`: its values and, below them, its spikes.
struct TracePanel: Sendable {
    let axis: Axis

    private let plot: TracePlot
    private let channel: Int
    private let time: TimeScale

    static let gap = 14.0
    private static let traceHeight = 136.0
    private static let stripGap = 5.0

    init(_ plot: TracePlot, channel: Int, time: TimeScale) {
        self.plot = plot
        self.channel = channel
        self.time = time
        var extent = Self.extent(of: plot.signal, channel, time.steps)
        if let reconstruction = plot.reconstruction {
            let other = Self.extent(of: reconstruction, channel, time.steps)
            extent.include(other.lower)
            extent.include(other.upper)
        }
        let unit = plot.signal.unit
        // The unit stays readable however long the name is.
        let room = Self.traceHeight + 10 - (unit.map { TextMetrics.width(" / \($0)") } ?? 0)
        let name = TextMetrics.fitted(quantity(plot.signal.name(ofChannel: channel), unit: unit), to: max(room, 40))
        axis = Axis(AxisLabel(name, unit: unit), extent: extent, padding: 0.06, tickCount: 4)
    }

    var height: Double { Self.traceHeight + (stripHeight == 0 ? 0 : Self.stripGap + stripHeight) }

    private var stripHeight: Double {
        guard let encoded = plot.encoded else { return 0 }
        return min(max(Double(encoded.unitsPerChannel) * 6, 22), 72)
    }

    /// The spikes of the channel in the part of the recording that is shown; `nil` if the plot has no spikes.
    func spikeGrid(width: Double) -> SpikeGrid? {
        guard let encoded = plot.encoded else { return nil }
        let units = encoded.unitsPerChannel
        let perSample = encoded.stepsPerSample
        let steps = time.steps.lowerBound * perSample..<time.steps.upperBound * perSample
        return SpikeGrid(
            encoded.spikes, units: channel * units..<(channel + 1) * units,
            steps: steps.clamped(to: 0..<encoded.spikes.stepCount),
            maximumRows: max(1, Int(stripHeight / 2)), maximumColumns: max(1, Int(width)))
    }

    func draw(
        xAxis: Axis, top: Double, leftMargin: Double, spikes: SpikeGrid?, isSigned: Bool, isLast: Bool,
        on writer: inout SVGWriter
    ) {
        let area = PlotArea(x: xAxis, y: axis, top: top, height: Self.traceHeight, leftMargin: leftMargin)
        area.drawGrid(on: &writer)
        writer.path(plot.subject.rawValue, line(plot.signal, in: area))
        if let reconstruction = plot.reconstruction {
            writer.path("reconstruction", line(reconstruction, in: area))
        }
        area.drawFrame(on: &writer)
        let fullName = plot.signal.name(ofChannel: channel)
        area.drawYLabels(on: &writer, tooltip: axis.label.name == fullName ? nil : fullName)
        if time.steps.isEmpty { area.drawRemark("no samples", on: &writer) }

        var lowest = area
        if let spikes {
            let strip = PlotArea(
                x: xAxis, y: axis, top: top + Self.traceHeight + Self.stripGap, height: stripHeight,
                leftMargin: leftMargin)
            strip.drawGrid(on: &writer, horizontal: false)
            SpikeGridDrawing(spikes, in: strip.area, isSigned: isSigned).draw(on: &writer)
            strip.drawFrame(on: &writer)
            lowest = strip
        }
        if isLast { lowest.drawXLabels(on: &writer) }
    }

    private func line(_ signal: Signal, in area: PlotArea) -> PathData {
        let steps = time.steps.clamped(to: 0..<signal.sampleCount)
        let offset = signal.offset(ofChannel: channel)
        return signal.values.withUnsafeBufferPointer { values in
            let start = channel * signal.sampleCount + steps.lowerBound
            return Polyline.path(count: steps.count) { index in
                area.point(time.value(steps.lowerBound + index), offset + Double(values[start + index]))
            }
        }
    }

    private static func extent(of signal: Signal, _ channel: Int, _ steps: Range<Int>) -> Extent {
        let shown = steps.clamped(to: 0..<signal.sampleCount)
        return signal.values.withUnsafeBufferPointer { values in
            var least = Float.infinity
            var largest = -Float.infinity
            let start = channel * signal.sampleCount
            for index in start + shown.lowerBound..<start + shown.upperBound {
                let value = values[index]
                if value.isFinite {
                    least = min(least, value)
                    largest = max(largest, value)
                }
            }
            let offset = signal.offset(ofChannel: channel)
            return Extent(offset + Double(least), offset + Double(largest))
        }
    }
}

/// The name of a channel without its unit, because axes state the unit themselves: `ECG` for `ECG_mV`, `ECG (mV)` or
/// `ECG [mV]`.
func quantity(_ name: String, unit: String?) -> String {
    guard let unit else { return name }
    for suffix in ["_\(unit)", " (\(unit))", "(\(unit))", " [\(unit)]", "[\(unit)]"] where name.hasSuffix(suffix) {
        let rest = name.dropLast(suffix.count)
        return rest.isEmpty ? name : String(rest)
    }
    return name
}
