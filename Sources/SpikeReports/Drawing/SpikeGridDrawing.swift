/// Draws a grid of spikes as ticks, with one colour for up spikes and another for down spikes.
///
/// Tall rows have up spikes above their middle and down spikes below it; in thinner rows, a cell shows the direction
/// that it has more spikes of. The height of a graded spike in a tall row shows its amplitude; otherwise, cells with
/// more or larger spikes are more opaque. There is one path for each colour and opacity.
struct SpikeGridDrawing: Sendable {
    let grid: SpikeGrid
    let area: Rectangle

    private let rowHeight: Double
    private let pitch: Double
    private let isSigned: Bool

    private static let opacities = ["0.45", "0.62", "0.8", "1"]
    /// The least height, in pixels, of a row that has room for two directions.
    private static let tallRow = 6.0
    /// The largest number of rows in which height shows amplitude. Such ticks take more bytes than runs of equal cells.
    private static let maximumGradedRows = 64

    /// Prepares to draw a grid.
    ///
    /// - Parameters:
    ///   - grid: The spikes.
    ///   - area: The rectangle to draw in.
    ///   - isSigned: Whether rows keep room for down spikes. It is the same for all grids of a plot.
    init(_ grid: SpikeGrid, in area: Rectangle, isSigned: Bool) {
        self.grid = grid
        self.area = area
        self.isSigned = isSigned
        rowHeight = area.height / Double(max(1, grid.rowCount))
        pitch = area.width / Double(max(1, grid.columnCount))
    }

    /// The largest numbers of rows and columns of a grid whose image stays small.
    static func limits(unitCount: Int, area: Rectangle) -> (rows: Int, columns: Int) {
        let rows = max(1, Int(area.height / 2))
        let isDense = min(unitCount, rows) > 240
        return (rows, max(1, Int(isDense ? area.width / 2 : area.width)))
    }

    var showsHeight: Bool { grid.isGraded && isTall && grid.rowCount <= Self.maximumGradedRows }

    /// The meaning of the opacity, for a note in the plot; `nil` if all cells have the same opacity.
    var opacityMeaning: String? {
        if showsHeight { return nil }
        if grid.isGraded { return "stronger colour: larger spikes" }
        return isShaded ? "stronger colour: more spikes in a pixel, up to \(readable(Double(grid.peak)))" : nil
    }

    /// Whether opacity differs between cells. If no cell has more than two spikes, the difference would look like
    /// noise.
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
                // Ticks at the edges are moved inside the area.
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
        // Where columns are wide, a tick is centred on its step. Otherwise a tick fills its column, and neighbours
        // join.
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
                    // A tick at the edge is cut there.
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

    /// The index of a cell's opacity; `nil` for an empty cell. The square root keeps weak cells distinguishable.
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
