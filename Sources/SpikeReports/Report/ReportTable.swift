/// Rows of text and numbers.
public struct ReportTable: Sendable, Hashable {
    public struct Column: Sendable, Hashable {
        public enum Kind: Sendable, Hashable {
            case text
            /// Aligned to the right, with digits of one width.
            case number
        }

        public let title: String
        public let kind: Kind

        /// Explains the column when the pointer rests on its title.
        public let help: String?

        public init(_ title: String, _ kind: Kind = .text, help: String? = nil) {
            self.title = title
            self.kind = kind
            self.help = help
        }
    }

    public let columns: [Column]
    public let rows: [[String]]

    /// The row to stand out, from 0.
    public let highlightedRow: Int?

    /// Traps unless every row has a cell for each column, and `highlightedRow` exists.
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
        // Focus lets the keyboard scroll a wide table.
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
