import ArrayFiles

/// A table for a terminal, with text columns aligned to the left and columns of numbers to the right.
public struct TextTable {
    private let header: [String]
    private let rows: [[String]]
    private let textColumns: Int

    /// Creates a table.
    ///
    /// - Parameters:
    ///   - header: The titles of the columns.
    ///   - rows: The rows, each with one text per column. Control characters in them are replaced.
    ///   - textColumns: The number of columns, from the first, that are aligned to the left; the others hold numbers.
    public init(header: [String], rows: [[String]], textColumns: Int) {
        self.header = header.map(printable)
        self.rows = rows.map { $0.map(printable) }
        self.textColumns = textColumns
    }

    /// The table as lines of text: the header, a rule and the rows.
    public var text: String {
        let widths = header.indices.map { column in
            ([header] + rows).map { $0[column].count }.max() ?? 0
        }
        func line(_ cells: [String]) -> String {
            let padded = cells.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return column < textColumns ? cell + space : space + cell
            }
            return padded.joined(separator: "  ").replacing(#/ +$/#, with: "")
        }
        let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
        return ([line(header), rule] + rows.map(line)).joined(separator: "\n")
    }
}
