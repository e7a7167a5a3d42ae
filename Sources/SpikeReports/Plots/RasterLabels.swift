/// The names of units beside the rows of a raster. Where not all of them fit, only every n-th name is shown.
struct RasterLabels: Sendable {
    private struct Label {
        let unit: Int
        let text: String
        let full: String
    }

    /// The width of the longest label, in pixels.
    let width: Double

    private let labels: [Label]
    private let unitCount: Int

    private static let spacing = 15.0
    private static let maximumWidth = 150.0

    init(names: [String], unitCount: Int, height: Double) {
        let rowHeight = height / Double(max(1, unitCount))
        let isThinned = rowHeight < Self.spacing
        let stride = isThinned ? Self.roundStride(atLeast: Self.spacing / rowHeight) : 1
        labels = Swift.stride(from: 0, to: unitCount, by: stride).map { unit in
            let full = names.isEmpty ? DecimalNumber(coefficient: unit, exponent: 0).plainText : names[unit]
            return Label(unit: unit, text: TextMetrics.fitted(full, to: Self.maximumWidth), full: full)
        }
        width = labels.map { TextMetrics.width($0.text) }.max() ?? 0
        self.unitCount = unitCount
    }

    func draw(beside area: Rectangle, on writer: inout SVGWriter) {
        for label in labels {
            let y = area.y + (Double(label.unit) + 0.5) * area.height / Double(unitCount) + 4
            writer.text(
                label.text, at: Point(x: area.x - 7, y: y), anchor: .end, style: "tick",
                tooltip: label.text == label.full ? nil : label.full)
        }
        writer.text(
            "unit", at: Point(x: 20, y: area.y + area.height / 2), anchor: .middle, turned: true)
    }

    /// Draws faint lines between the rows if the rows are at least 10 pixels high.
    func drawRules(in area: Rectangle, on writer: inout SVGWriter) {
        let rowHeight = area.height / Double(max(1, unitCount))
        guard rowHeight >= 10 && unitCount > 1 else { return }
        var data = PathData()
        for unit in 1..<unitCount {
            data.move(to: Point(x: area.x, y: area.y + Double(unit) * rowHeight))
            data.horizontal(to: area.right)
        }
        writer.path("faint", data)
    }

    private static func roundStride(atLeast minimum: Double) -> Int {
        let step = TickPlacement.Step(atLeast: minimum)
        return max(1, Int(step.value.rounded()))
    }
}
