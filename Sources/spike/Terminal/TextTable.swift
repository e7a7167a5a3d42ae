/// A table for a terminal: the first columns to the left, numbers to the right.
struct TextTable {
    let header: [String]
    let rows: [[String]]
    /// Columns set to the left; the others are numbers.
    let textColumns: Int

    var text: String {
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
