/// A table of values that are drawn as colours, with named rows and columns. Cells can also show their values as text.
///
/// The strength of the colour grows with the square root of the value, so that small values are visible beside large
/// ones; 0 is drawn empty.
public struct HeatMap: Plot {
    /// The title and the names of all rows, or of all columns.
    public struct Labels: Sendable, Hashable {
        /// The title, which says what the names stand for.
        public let title: String

        /// The names, one per row or column.
        public let names: [String]

        /// Creates labels from a title and names.
        ///
        /// - Parameters:
        ///   - title: What the names stand for.
        ///   - names: The names, one per row or column.
        public init(_ title: String, names: [String]) {
            self.title = title
            self.names = names
        }
    }

    /// The text that cells show.
    public enum Texts: Sendable, Hashable {
        /// Cells show no text.
        case none
        /// Each cell shows its value, unless the value is 0 or its text does not fit.
        case values
    }

    /// The title of the plot.
    public let title: String

    /// The labels of the rows, from top to bottom.
    public let rows: Labels

    /// The labels of the columns, from left to right.
    public let columns: Labels

    /// The values, indexed by row and then by column. Values below 0 are drawn empty.
    public let values: [[Double]]

    /// The value that is drawn in the full colour; `nil` takes the largest value.
    public let fullValue: Double?

    /// The text that cells show.
    public let texts: Texts

    /// The texts to the right of the rows, one per row; empty for none.
    public let rowNotes: [String]

    /// Whether the cells on the diagonal, where row and column have the same index, have a colour of their own.
    public let marksDiagonal: Bool

    /// A line of text below the title, such as what the colours mean.
    public let note: String?

    /// Creates a heat map.
    ///
    /// - Parameters:
    ///   - title: The title of the plot.
    ///   - rows: The labels of the rows, from top to bottom.
    ///   - columns: The labels of the columns, from left to right.
    ///   - values: The values, indexed by row and then by column. Traps unless there is one for each row and column.
    ///   - fullValue: The value that is drawn in the full colour; `nil` takes the largest value.
    ///   - texts: The text that cells show.
    ///   - rowNotes: The texts to the right of the rows. Traps unless there is one per row, or none.
    ///   - marksDiagonal: Whether the cells on the diagonal have a colour of their own.
    ///   - note: A line of text below the title; `nil` for none.
    public init(
        title: String, rows: Labels, columns: Labels, values: [[Double]], fullValue: Double? = nil,
        texts: Texts = .none, rowNotes: [String] = [], marksDiagonal: Bool = false, note: String? = nil
    ) {
        precondition(
            values.count == rows.names.count && values.allSatisfy { $0.count == columns.names.count },
            "HeatMap: values must be \(rows.names.count) rows of \(columns.names.count), got "
                + "\(values.count) of \(Set(values.map(\.count)).sorted())")
        precondition(
            rowNotes.isEmpty || rowNotes.count == values.count,
            "HeatMap: \(rowNotes.count) notes for \(values.count) rows")
        self.title = title
        self.rows = rows
        self.columns = columns
        self.values = values
        self.fullValue = fullValue
        self.texts = texts
        self.rowNotes = rowNotes
        self.marksDiagonal = marksDiagonal
        self.note = note
    }

    private static let maximumLabel = 150.0
    private static let rowHeights = 13.0...30.0

    public var svg: String {
        let header = Header(title: title, note: note, width: PlotArea.imageWidth)
        let rowNames = rows.names.map { TextMetrics.fitted($0, to: Self.maximumLabel) }
        let notesWidth = rowNotes.map { TextMetrics.width($0) }.max().map { $0 + 10 } ?? 0
        let left = (rowNames.map { TextMetrics.width($0) }.max() ?? 0) + 40
        let width = PlotArea.imageWidth - left - max(PlotArea.rightMargin, notesWidth + 8)
        let rowHeight = min(
            max(340 / Double(max(1, values.count)), Self.rowHeights.lowerBound), Self.rowHeights.upperBound)
        let area = Rectangle(
            x: left, y: header.height, width: width, height: rowHeight * Double(max(1, values.count)))
        let cellWidth = width / Double(max(1, columns.names.count))
        let widestColumn = columns.names.map { TextMetrics.width($0) }.max() ?? 0
        let isTurned = widestColumn > cellWidth - 6
        let columnNames = columns.names.map { TextMetrics.fitted($0, to: Self.maximumLabel) }
        let namesHeight = isTurned ? (columnNames.map { TextMetrics.width($0) }.max() ?? 0) + 8 : 18

        return SVGWriter.document(
            title: title, description: description, width: PlotArea.imageWidth, height: area.bottom + namesHeight + 30
        ) { writer in
            header.draw(on: &writer)
            drawCells(in: area, cellWidth, rowHeight, on: &writer)
            writer.element(
                "rect", style: "frame",
                [
                    .number("x", area.x), .number("y", area.y), .number("width", area.width),
                    .number("height", area.height),
                ])
            for (index, name) in rowNames.enumerated() {
                let y = area.y + (Double(index) + 0.5) * rowHeight + 4
                writer.text(
                    name, at: Point(x: area.x - 7, y: y), anchor: .end, style: "tick",
                    tooltip: name == rows.names[index] ? nil : rows.names[index])
            }
            for (index, text) in rowNotes.enumerated() {
                let y = area.y + (Double(index) + 0.5) * rowHeight + 4
                writer.text(text, at: Point(x: area.right + 10, y: y), style: "tick")
            }
            for (index, name) in columnNames.enumerated() {
                let x = area.x + (Double(index) + 0.5) * cellWidth
                let place = isTurned ? Point(x: x + 4, y: area.bottom + 7) : Point(x: x, y: area.bottom + 16)
                writer.text(
                    name, at: place, anchor: isTurned ? .end : .middle, style: "tick", turned: isTurned,
                    tooltip: name == columns.names[index] ? nil : columns.names[index])
            }
            writer.text(
                rows.title, at: Point(x: 20, y: area.y + area.height / 2), anchor: .middle, turned: true)
            writer.text(
                columns.title, at: Point(x: area.x + area.width / 2, y: area.bottom + namesHeight + 18),
                anchor: .middle)
        }
    }

    private func drawCells(
        in area: Rectangle, _ width: Double, _ height: Double, on writer: inout SVGWriter
    ) {
        let full = fullValue ?? values.joined().max() ?? 0
        func share(_ value: Double) -> Double { value > 0 && full > 0 ? min(value / full, 1).squareRoot() : 0 }
        func cell(_ row: Int, _ column: Int) -> Rectangle {
            Rectangle(
                x: area.x + Double(column) * width, y: area.y + Double(row) * height, width: width, height: height)
        }
        var cells = ShadedCells()
        for (row, line) in values.enumerated() {
            for (column, value) in line.enumerated() {
                cells.add(
                    cell(row, column), share: share(value), colour: marksDiagonal && row != column ? 1 : 0)
            }
        }
        cells.draw(on: &writer)
        guard texts == .values else { return }
        for (row, line) in values.enumerated() {
            for (column, value) in line.enumerated() where value != 0 {
                let text = readable(value, digits: 4)
                let place = cell(row, column)
                guard TextMetrics.width(text) <= width, height >= 12 else { continue }
                writer.text(
                    text, at: Point(x: place.x + width / 2, y: place.y + height / 2 + 4), anchor: .middle,
                    style: share(value) > 0.72 ? "small inverse" : "small")
            }
        }
    }

    private var description: String {
        "A table of \(rows.names.count) × \(columns.names.count) values as colours: \(rows.title) against "
            + "\(columns.title)."
    }
}
