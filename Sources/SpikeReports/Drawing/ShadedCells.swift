/// Filled cells whose opacity grows with their values, with one path for each colour and opacity.
struct ShadedCells: Sendable {
    /// The number of opacities. Values of less than half a level are left empty.
    private static let levels = 16

    private struct Shade: Hashable {
        let colour: Int
        let level: Int
    }

    private var paths: [Shade: PathData] = [:]

    /// Adds a cell.
    ///
    /// - Parameters:
    ///   - cell: The rectangle to fill.
    ///   - share: The opacity, from 0 (empty) to 1 (full colour). Values outside are clamped, and NaN counts as 0.
    ///   - colour: The index of a series colour, from 0.
    mutating func add(_ cell: Rectangle, share: Double, colour: Int = 0) {
        let level = share.isNaN ? 0 : Int((min(max(share, 0), 1) * Double(Self.levels)).rounded())
        guard level > 0 else { return }
        let corners = [(cell.x, cell.y), (cell.right, cell.y), (cell.right, cell.bottom), (cell.x, cell.bottom)]
        paths[Shade(colour: colour, level: level), default: PathData()].polygon(corners.map { Point(x: $0, y: $1) })
    }

    func draw(on writer: inout SVGWriter) {
        for (shade, path) in paths.sorted(by: { ($0.key.colour, $0.key.level) < ($1.key.colour, $1.key.level) }) {
            // The opacity in whole hundredths, without floating-point arithmetic.
            let hundredths = (shade.level * 100 + Self.levels / 2) / Self.levels
            let opacity = hundredths == 100 ? "1" : "0." + (hundredths < 10 ? "0" : "") + "\(hundredths)"
            writer.element(
                "path", style: "f\(Symbol.colour(ofSeries: shade.colour))",
                [.text("fill-opacity", opacity), .path(path)])
        }
    }
}
