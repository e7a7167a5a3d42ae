/// One entry of a legend.
struct LegendEntry: Sendable, Hashable {
    let symbol: Symbol
    let text: String
}

/// The title, the legend and the note above a plot. Each has its own lines, so that they cannot overlap.
struct Header: Sendable {
    private struct Placed {
        let entry: LegendEntry
        let text: String
        let position: Point
    }

    /// The distance from the top of the image to where the plot may begin, in pixels.
    let height: Double

    private let titleLines: [String]
    private let legend: [Placed]
    private let noteLines: [String]

    private static let left = 14.0
    private static let titleLeading = 20.0
    private static let lineHeight = 19.0

    init(title: String, legend entries: [LegendEntry] = [], note: String? = nil, width: Double) {
        let room = width - 2 * Self.left
        titleLines = TextMetrics.wrapped(title, to: room, size: TextMetrics.titleSize, lineLimit: 2)
        var bottom = 8 + Double(titleLines.count) * Self.titleLeading

        var placed: [Placed] = []
        var x = Self.left
        if !entries.isEmpty { bottom += Self.lineHeight }
        for entry in entries {
            let text = TextMetrics.fitted(entry.text, to: room - 26)
            let entryWidth = 26 + TextMetrics.width(text)
            if x > Self.left && x + entryWidth > width - Self.left {
                x = Self.left
                bottom += Self.lineHeight
            }
            placed.append(Placed(entry: entry, text: text, position: Point(x: x, y: bottom)))
            x += entryWidth + 16
        }
        legend = placed

        noteLines = note.map { TextMetrics.wrapped($0, to: room, size: TextMetrics.labelSize, lineLimit: 3) } ?? []
        height = bottom + Double(noteLines.count) * Self.lineHeight + 12
    }

    func draw(on writer: inout SVGWriter) {
        for (index, line) in titleLines.enumerated() {
            let y = 4 + Double(index + 1) * Self.titleLeading
            writer.text(line, at: Point(x: Self.left, y: y), style: "heading")
        }
        for item in legend {
            item.entry.symbol.draw(at: Point(x: item.position.x + 9, y: item.position.y - 4), on: &writer)
            writer.text(
                item.text, at: Point(x: item.position.x + 24, y: item.position.y),
                tooltip: item.text == item.entry.text ? nil : item.entry.text)
        }
        for (index, line) in noteLines.enumerated() {
            let y = height - 12 - Double(noteLines.count - 1 - index) * Self.lineHeight
            writer.text(line, at: Point(x: Self.left, y: y), style: "note")
        }
    }
}
