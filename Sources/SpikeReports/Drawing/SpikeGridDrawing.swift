/// Draws a grid of spikes as ticks, up ones in one colour and, where there are any, down ones in another.
///
/// Rows that are tall enough have up spikes above their middle and down spikes below it; in thinner rows, a cell shows
/// whichever it has more of. Graded spikes in tall rows are as high as they are large; otherwise stronger cells are
/// more opaque. There is one path for each colour and opacity.
struct SpikeGridDrawing: Sendable {
    let grid: SpikeGrid
    let area: Rectangle

    private let rowHeight: Double
    private let pitch: Double
    private let isSigned: Bool

    private static let opacities = ["0.45", "0.62", "0.8", "1"]
    /// Below this, a row has no room for two directions.
    private static let tallRow = 6.0
    /// Ticks of their own height are longer to write than runs, so only so many rows have them.
    private static let maximumGradedRows = 64

    /// - Parameter isSigned: Rows keep room for down spikes; a whole raster decides this for all of its rows.
    init(_ grid: SpikeGrid, in area: Rectangle, isSigned: Bool) {
        self.grid = grid
        self.area = area
        self.isSigned = isSigned
        rowHeight = area.height / Double(max(1, grid.rowCount))
        pitch = area.width / Double(max(1, grid.columnCount))
    }

    /// How coarse a grid has to be so that its image stays small.
    static func limits(unitCount: Int, area: Rectangle) -> (rows: Int, columns: Int) {
        let rows = max(1, Int(area.height / 2))
        let isDense = min(unitCount, rows) > 240
        return (rows, max(1, Int(isDense ? area.width / 2 : area.width)))
    }

    var showsHeight: Bool { grid.isGraded && isTall && grid.rowCount <= Self.maximumGradedRows }

    /// What opacity stands for, if it differs between cells.
    var opacityMeaning: String? {
        if showsHeight { return nil }
        if grid.isGraded { return "stronger colour: larger spikes" }
        return isShaded ? "stronger colour: more spikes in a pixel, up to \(readable(Double(grid.peak)))" : nil
    }

    /// Cells of one or two spikes are all drawn alike: the difference would only look like noise.
    private var isShaded: Bool { grid.isGraded || grid.peak > 2 }

    private var isTall: Bool { rowHeight >= Self.tallRow }

    func draw(on writer: inout SVGWriter) {
        if showsHeight {
            draw("up", heights: grid.up, direction: isSigned ? -0.45 : -0.9, on: &writer)
            draw("down", heights: grid.down, direction: 0.45, on: &writer)
        } else {
            drawRuns("up", grid.up, against: grid.down, winsTies: true, offset: -0.23, on: &writer)
            drawRuns("down", grid.down, against: grid.up, winsTies: false, offset: 0.23, on: &writer)
        }
    }

    private var tickWidth: Double { min(max(pitch * 0.7, 1), 2.4) }

    private func draw(_ style: String, heights: [Float], direction: Double, on writer: inout SVGWriter) {
        var data = PathData()
        for row in 0..<grid.rowCount {
            let base = area.y + (Double(row) + (isSigned ? 0.5 : 0.95)) * rowHeight
            for column in 0..<grid.columnCount {
                let height = heights[row * grid.columnCount + column]
                guard height > 0 else { continue }
                let share = max(Double(height / grid.peak), 0.12)
                // Within the area, also at its edges.
                let x = min(max(area.x + Double(column) * pitch, area.x + tickWidth / 2), area.right - tickWidth / 2)
                data.move(to: Point(x: x, y: base))
                data.vertical(to: base + direction * share * rowHeight)
            }
        }
        writePath(style, data, width: tickWidth, opacity: "1", on: &writer)
    }

    private func drawRuns(
        _ style: String, _ cells: [Float], against others: [Float], winsTies: Bool, offset: Double,
        on writer: inout SVGWriter
    ) {
        let isSplit = isTall && isSigned
        let strokeWidth = rowHeight * (isSplit ? 0.42 : rowHeight > 3 ? 0.82 : 1)
        // Ticks narrower than their step stand on it; wider ones cover their columns, so neighbours join.
        let isSparse = pitch >= 1.5
        var paths = [PathData](repeating: PathData(), count: Self.opacities.count)
        for row in 0..<grid.rowCount {
            let y = area.y + (Double(row) + 0.5 + (isSplit ? offset : 0)) * rowHeight
            let levels = (row * grid.columnCount..<(row + 1) * grid.columnCount).map { index in
                let isShown = isSplit || cells[index] > others[index] || (winsTies && cells[index] == others[index])
                return isShown ? level(cells[index]) : nil
            }
            var column = 0
            while column < grid.columnCount {
                var end = column + 1
                if let level = levels[column] {
                    while !isSparse && end < grid.columnCount && levels[end] == level { end += 1 }
                    let start = area.x + Double(column) * pitch
                    let (left, right) =
                        isSparse
                        ? (start - tickWidth / 2, start + tickWidth / 2) : (start, area.x + Double(end) * pitch)
                    // A tick at the edge is cut, not drawn beyond it.
                    paths[level].move(to: Point(x: max(left, area.x), y: y))
                    paths[level].horizontal(to: min(right, area.right))
                }
                column = end
            }
        }
        for (path, opacity) in zip(paths, Self.opacities) {
            writePath(style, path, width: strokeWidth, opacity: opacity, on: &writer)
        }
    }

    /// Which opacity a cell has; nil if it is empty. The root keeps weak cells apart.
    private func level(_ value: Float) -> Int? {
        guard value > 0 else { return nil }
        guard isShaded else { return Self.opacities.count - 1 }
        return min(Self.opacities.count - 1, Int((value / grid.peak).squareRoot() * Float(Self.opacities.count)))
    }

    private func writePath(
        _ style: String, _ data: PathData, width: Double, opacity: String, on writer: inout SVGWriter
    ) {
        guard !data.isEmpty else { return }
        writer.element(
            "path", style: style,
            [.number("stroke-width", width), .text("stroke-opacity", opacity), .path(data)])
    }
}
