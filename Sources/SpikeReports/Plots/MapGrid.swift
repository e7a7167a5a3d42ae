/// A grid of small images in rows and columns. Each cell shows an image, or a map of values such as spike counts.
public struct MapGrid: Plot {
    /// A two-dimensional map of values that are drawn as colours.
    public struct Map: Sendable, Hashable {
        /// The number of rows, H.
        public let height: Int

        /// The number of columns, W.
        public let width: Int

        /// The values, `[H, W]` in C order. 0 is drawn empty and 1 in the full colour; values outside of 0…1 are
        /// clamped.
        public let values: [Float]

        /// Creates a map from its values.
        ///
        /// - Parameters:
        ///   - height: The number of rows, H. Traps unless it is above 0.
        ///   - width: The number of columns, W. Traps unless it is above 0.
        ///   - values: The values, `[H, W]` in C order, from 0 (empty) to 1 (full colour). Traps unless there are H ·
        ///     W.
        public init(height: Int, width: Int, values: [Float]) {
            precondition(
                height > 0 && width > 0 && values.count == height * width,
                "Map: \(values.count) values do not fill [\(height), \(width)]")
            self.height = height
            self.width = width
            self.values = values
        }
    }

    /// The content of one cell of the grid.
    public enum Cell: Sendable, Hashable {
        /// An image in grey or colour.
        case image(PixelImage)
        /// A map of values that are drawn as colours.
        case map(Map)
        /// A cell without content.
        case empty
    }

    /// The title of the plot.
    public let title: String

    /// The names of the rows, from top to bottom.
    public let rowNames: [String]

    /// The names of the columns, from left to right.
    public let columnNames: [String]

    /// The cells, indexed by row and then by column.
    public let cells: [[Cell]]

    /// A line of text below the title, such as what the colour means.
    public let note: String?

    /// Creates a grid from its cells.
    ///
    /// - Parameters:
    ///   - title: The title of the plot.
    ///   - rowNames: The names of the rows, from top to bottom.
    ///   - columnNames: The names of the columns, from left to right.
    ///   - cells: The cells, indexed by row and then by column. Traps unless there is one for each row and column.
    ///   - note: A line of text below the title; `nil` for none.
    public init(title: String, rowNames: [String], columnNames: [String], cells: [[Cell]], note: String? = nil) {
        precondition(
            cells.count == rowNames.count && cells.allSatisfy { $0.count == columnNames.count },
            "MapGrid: cells must be \(rowNames.count) rows of \(columnNames.count), got "
                + "\(cells.count) of \(Set(cells.map(\.count)).sorted())")
        self.title = title
        self.rowNames = rowNames
        self.columnNames = columnNames
        self.cells = cells
        self.note = note
    }

    private static let maximumSide = 120.0
    private static let gap = 8.0

    public var svg: String {
        let header = Header(title: title, note: note, width: PlotArea.imageWidth)
        let names = rowNames.map { TextMetrics.fitted($0, to: 170) }
        let left = 14 + (names.map { TextMetrics.width($0) }.max() ?? 0) + 10
        let room = PlotArea.imageWidth - left - PlotArea.rightMargin
        let pitch = min(room / Double(max(1, columnNames.count)), Self.maximumSide + Self.gap)
        let side = pitch - Self.gap
        let top = header.height + 18
        func place(_ row: Int, _ column: Int) -> Rectangle {
            Rectangle(
                x: left + Double(column) * pitch, y: top + Double(row) * pitch, width: side, height: side)
        }
        return SVGWriter.document(
            title: title, description: description, width: PlotArea.imageWidth,
            height: top + Double(max(1, rowNames.count)) * pitch + 6
        ) { writer in
            header.draw(on: &writer)
            for (column, name) in columnNames.enumerated() {
                let text = TextMetrics.fitted(name, to: pitch - 2)
                writer.text(
                    text, at: Point(x: place(0, column).x + side / 2, y: top - 7), anchor: .middle, style: "tick",
                    tooltip: text == name ? nil : name)
            }
            for (row, name) in names.enumerated() {
                writer.text(
                    name, at: Point(x: left - 10, y: place(row, 0).y + side / 2 + 4), anchor: .end,
                    tooltip: name == rowNames[row] ? nil : rowNames[row])
                for (column, cell) in cells[row].enumerated() { draw(cell, in: place(row, column), on: &writer) }
            }
            if cells.joined().isEmpty {
                writer.text("no images", at: Point(x: 14, y: top + 20), style: "note")
            }
        }
    }

    private func draw(_ cell: Cell, in place: Rectangle, on writer: inout SVGWriter) {
        switch cell {
        case .empty: return
        case .image(let image):
            let area = Self.fitted(height: image.height, width: image.width, in: place)
            writer.element(
                "image",
                [
                    // Inkscape understands only this older name of the attribute.
                    .text("xmlns:xlink", "http://www.w3.org/1999/xlink"), .text("xlink:href", image.dataAddress),
                    .number("x", area.x), .number("y", area.y), .number("width", area.width),
                    .number("height", area.height),
                ])
        case .map(let map):
            let area = Self.fitted(height: map.height, width: map.width, in: place)
            draw(map, in: area, on: &writer)
            writer.element(
                "rect", style: "frame",
                [
                    .number("x", area.x), .number("y", area.y), .number("width", area.width),
                    .number("height", area.height),
                ])
        }
    }

    /// Draws equal neighbours of a row as one shape, so that no seams show between them.
    private func draw(_ map: Map, in area: Rectangle, on writer: inout SVGWriter) {
        let (width, height) = (area.width / Double(map.width), area.height / Double(map.height))
        var cells = ShadedCells()
        for row in 0..<map.height {
            var column = 0
            while column < map.width {
                let value = map.values[row * map.width + column]
                var end = column + 1
                while end < map.width, map.values[row * map.width + end] == value { end += 1 }
                let run = Rectangle(
                    x: area.x + Double(column) * width, y: area.y + Double(row) * height,
                    width: Double(end - column) * width, height: height)
                cells.add(run, share: Double(value))
                column = end
            }
        }
        cells.draw(on: &writer)
    }

    /// The largest rectangle with these proportions that fits into `place`, centred there.
    private static func fitted(height: Int, width: Int, in place: Rectangle) -> Rectangle {
        let scale = min(place.width / Double(width), place.height / Double(height))
        let (newWidth, newHeight) = (Double(width) * scale, Double(height) * scale)
        return Rectangle(
            x: place.x + (place.width - newWidth) / 2, y: place.y + (place.height - newHeight) / 2, width: newWidth,
            height: newHeight)
    }

    private var description: String {
        "\(rowNames.count) × \(columnNames.count) small images: " + rowNames.joined(separator: ", ") + "."
    }
}
