/// Filled cells whose colour is the stronger the larger their values are: one path for each colour and opacity.
struct ShadedCells: Sendable {
    /// Cells of less than half a level are left empty.
    private static let levels = 16

    private struct Shade: Hashable {
        let colour: Int
        let level: Int
    }

    private var paths: [Shade: PathData] = [:]

    /// - Parameters:
    ///   - share: 0 for nothing, 1 for the full colour; what is outside, or NaN, is brought to the nearer end, or 0.
    ///   - colour: Of a series, from 0.
    mutating func add(_ cell: Rectangle, share: Double, colour: Int = 0) {
        let level = share.isNaN ? 0 : Int((min(max(share, 0), 1) * Double(Self.levels)).rounded())
        guard level > 0 else { return }
        let corners = [(cell.x, cell.y), (cell.right, cell.y), (cell.right, cell.bottom), (cell.x, cell.bottom)]
        paths[Shade(colour: colour, level: level), default: PathData()].polygon(corners.map { Point(x: $0, y: $1) })
    }

    func draw(on writer: inout SVGWriter) {
        for (shade, path) in paths.sorted(by: { ($0.key.colour, $0.key.level) < ($1.key.colour, $1.key.level) }) {
            // Hundredths, exact: a sixteenth is 6.25 of them.
            let hundredths = (shade.level * 100 + Self.levels / 2) / Self.levels
            let opacity = hundredths == 100 ? "1" : "0." + (hundredths < 10 ? "0" : "") + "\(hundredths)"
            writer.element(
                "path", style: "f\(Symbol.colour(ofSeries: shade.colour))",
                [.text("fill-opacity", opacity), .path(path)])
        }
    }
}
