/// A table of numbers read from text: comma- and otherwise separated values.
struct TextTable<Element: BinaryFloatingPoint & BitwiseCopyable> {
    let path: String
    /// The header's fields; nil if the first line holds numbers.
    let header: [String]?
    /// All columns, the marked one too.
    private(set) var rows: TableBlocks<Element>
    /// One column in double precision, such as the time.
    private(set) var marked: [Double] = []
    /// The most decimals that a value of the marked column is written with.
    private(set) var markedDecimals = Int.min
    /// Where the line number's distance from the row's changes.
    private var lineOffsets: [(row: Int, offset: Int)] = []

    var columnCount: Int { rows.columnCount }

    /// The line, counted from 1, that holds a row.
    func line(ofRow row: Int) -> Int {
        row + (lineOffsets.last { $0.row <= row }?.offset ?? 1)
    }

    /// - Parameter marking: The column, by the header or without one, to be kept in double precision as well.
    /// - Throws: `FileError` for a file that cannot be read, and with its line for the first flaw in it.
    init(_ path: String, marking: (_ header: [String]?) -> Int?) throws(FileError) {
        let blocks = try TextBlocks(path)
        var line = 1
        var block = try blocks.next()
        var start: TextStart?
        while let lines = block {
            start = TextStart(lines)
            if start != nil { break }
            line += lines.count { $0 == TextBlocks.newline }
            block = try blocks.next()
        }
        guard let start, var lines = block else {
            throw .malformed(path: path, place: nil, problem: "holds no numbers; a table of numbers is needed")
        }
        self.path = path
        header = start.header
        rows = TableBlocks(columnCount: start.columnCount)
        let marked = marking(start.header)
        var parser = RowParser(
            path: path, start: start, line: line, markedColumn: marked, holdsSingles: Element.self == Float.self)
        if start.header != nil { lines = parser.skipLine(in: lines) }
        while true {
            try read(lines, &parser, marked)
            guard let next = try blocks.next() else { break }
            lines = next
        }
    }

    private mutating func read(
        _ lines: UnsafeBufferPointer<UInt8>, _ parser: inout RowParser, _ markedColumn: Int?
    ) throws(FileError) {
        guard var position = lines.baseAddress else { return }
        let end = position + lines.count
        while let row = try parser.next(&position, end) {
            if let markedColumn {
                marked.append(row[markedColumn])
                markedDecimals = max(markedDecimals, parser.markedDecimals)
            }
            let offset = parser.rowLine &- rows.rowCount
            if offset != lineOffsets.last?.offset { lineOffsets.append((rows.rowCount, offset)) }
            rows.append(row: row)
        }
    }
}

/// What the first lines with content say of a table.
struct TextStart {
    let dialect: TextDialect
    let header: [String]?
    let columnCount: Int

    /// Nil if there are only comments and blank lines.
    init?(_ lines: UnsafeBufferPointer<UInt8>) {
        var found: [[UInt8]] = []
        for line in lines.split(separator: TextBlocks.newline) {
            guard let first = line.first(where: { $0 != 32 && $0 != 9 && $0 != 13 }), first != UInt8(ascii: "#") else {
                continue
            }
            found.append(Array(line) + [TextBlocks.newline])
            if found.count == 2 { break }
        }
        guard let first = found.first else { return nil }
        dialect = TextDialect(lines: found)
        let fields = dialect.fields(of: first)
        columnCount = max(1, fields.count)
        let isHeader = fields.isEmpty || dialect.number(fields[0]) == nil
        header = isHeader ? fields.map { String(decoding: $0, as: UTF8.self) } : nil
    }
}
