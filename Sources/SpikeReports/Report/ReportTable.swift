/// A table of text and numbers in a report.
public struct ReportTable: Sendable, Hashable {
    /// The title of a column and the kind of its cells.
    public struct Column: Sendable, Hashable {
        /// The kind of a column's cells.
        public enum Kind: Sendable, Hashable {
            /// Text, aligned to the left.
            case text
            /// Numbers, aligned to the right with digits of equal width.
            case number
        }

        /// The title of the column.
        public let title: String

        /// The kind of the column's cells.
        public let kind: Kind

        /// An explanation that browsers show when the pointer rests on the title; `nil` for none.
        public let help: String?

        /// Creates a column.
        ///
        /// - Parameters:
        ///   - title: The title of the column.
        ///   - kind: The kind of the column's cells.
        ///   - help: An explanation that browsers show when the pointer rests on the title; `nil` for none.
        public init(_ title: String, _ kind: Kind = .text, help: String? = nil) {
            self.title = title
            self.kind = kind
            self.help = help
        }
    }

    /// The columns, from left to right.
    public let columns: [Column]

    /// The texts of the cells, indexed by row and then by column.
    public let rows: [[String]]

    /// The index of the row that is highlighted, from 0; `nil` for none.
    public let highlightedRow: Int?

    /// Creates a table from its columns and rows.
    ///
    /// - Parameters:
    ///   - columns: The columns, from left to right.
    ///   - rows: The texts of the cells, indexed by row and then by column. Traps unless every row has a cell per
    ///     column.
    ///   - highlightedRow: The index of the row to highlight, from 0. Traps for a row that does not exist. `nil`
    ///     highlights none.
    public init(columns: [Column], rows: [[String]], highlightedRow: Int? = nil) {
        for (index, row) in rows.enumerated() {
            precondition(
                row.count == columns.count,
                "ReportTable: row \(index) has \(row.count) cells for \(columns.count) columns")
        }
        if let highlightedRow {
            precondition(
                rows.indices ~= highlightedRow, "ReportTable: highlightedRow \(highlightedRow) outside \(rows.indices)")
        }
        self.columns = columns
        self.rows = rows
        self.highlightedRow = highlightedRow
    }

    var html: String {
        // An element that can have the focus can be scrolled with the keyboard.
        var html = "<div class=\"scroll\" tabindex=\"0\">\n<table>\n<thead><tr>"
        for column in columns {
            let help = column.help.map { " title=\"\(Markup.escape($0))\"" } ?? ""
            html += "<th scope=\"col\"\(Self.style(column))\(help)>\(Markup.escape(column.title))</th>"
        }
        html += "</tr></thead>\n<tbody>\n"
        for (index, row) in rows.enumerated() {
            html += index == highlightedRow ? "<tr class=\"highlight\">" : "<tr>"
            for (column, cell) in zip(columns, row) { html += "<td\(Self.style(column))>\(Markup.escape(cell))</td>" }
            html += "</tr>\n"
        }
        return html + "</tbody>\n</table>\n</div>\n"
    }

    private static func style(_ column: Column) -> String { column.kind == .number ? " class=\"number\"" : "" }
}
