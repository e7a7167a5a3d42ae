import Foundation

/// A table of numbers read from text, with commas or other delimiters.
struct NumberTable<Element: BinaryFloatingPoint & BitwiseCopyable> {
    let path: String
    /// The header's fields; `nil` if the first line holds numbers.
    let header: [String]?
    /// The rows of all columns, including the marked ones.
    private(set) var rows: TableBlocks<Element>
    /// The columns that are also kept in double precision, such as the times.
    private(set) var marked: [MarkedColumn]
    private(set) var lines = LineNumbers()
    /// The columns that hold time stamps.
    let stamps: Set<Int>

    var columnCount: Int { rows.columnCount }

    /// The line, counted from 1, that holds a row.
    func line(ofRow row: Int) -> Int { lines[row] }

    /// Reads a table.
    ///
    /// - Parameters:
    ///   - skippedLines: The number of lines to pass over before all else.
    ///   - choosing: A function that decides from the first lines which columns to read.
    /// - Throws: `FileError` for a file that cannot be read, and for the first flaw in it, with its line; also the
    ///   error that `choosing` throws.
    init(
        _ file: InputFile, skippedLines: Int = 0,
        choosing: (_ start: TextStart) throws(FileError) -> TableChoice = { _ in TableChoice() }
    ) throws(FileError) {
        let path = file.path
        let blocks = try TextBlocks(file, skippedLines: skippedLines)
        var line = 1 + skippedLines
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
        if start.endsInQuotes {
            throw .malformed(
                path: path, place: "header", problem: "a quote is not closed in its line; give each name in one line")
        }
        self.path = path
        header = start.header
        stamps = Set(start.areStamps.indices.filter { start.areStamps[$0] })
        rows = TableBlocks(columnCount: start.columnCount)
        let choice = try choosing(start)
        marked = choice.marked.map { [stamps] in MarkedColumn(index: $0, isOfStamps: stamps.contains($0)) }
        marked += choice.rising.map { [stamps] in
            MarkedColumn(index: $0, isOfStamps: stamps.contains($0), endsWithFall: true)
        }
        marked.sort { $0.index < $1.index }
        let needed = choice.needed.map(Set.init)
        var parser = RowParser(
            path: path, start: start, line: line,
            needsNumbers: (0..<start.columnCount).map { needed?.contains($0) ?? true })
        for _ in 0..<start.headerLineCount { lines = parser.skipLine(in: lines) }
        while true {
            try read(lines, &parser)
            guard let next = try blocks.next() else { break }
            lines = next
        }
    }

    private mutating func read(_ lines: UnsafeBufferPointer<UInt8>, _ parser: inout RowParser) throws(FileError) {
        guard var position = lines.baseAddress else { return }
        let end = position + lines.count
        while let row = try parser.next(&position, end) {
            for index in marked.indices {
                let column = marked[index].index
                marked[index].append(row[column], decimals: parser.decimals[column])
            }
            self.lines.append(line: parser.rowLine, row: rows.rowCount)
            rows.append(row: row)
        }
    }
}

/// The columns of a table that are to be read.
struct TableChoice {
    /// The columns whose fields must be numbers; `nil` for all of them.
    var needed: [Int]?
    /// The columns to keep in double precision, with the numbers of their decimals and digits.
    var marked: [Int] = []
    /// The columns to keep in the same way as long as every value is above the one before.
    var rising: [Int] = []
}

/// One column of a table in double precision.
struct MarkedColumn {
    let index: Int
    /// Whether the values are the seconds of time stamps.
    let isOfStamps: Bool
    private(set) var values: [Double] = []
    /// The largest number of decimals that a value is written with.
    private(set) var decimals = -400
    /// The largest number of digits that a value is written with, from its first digit that is not 0.
    private(set) var digits = 0

    private let endsWithFall: Bool
    private var hasEnded = false

    /// - Parameters:
    ///   - isOfStamps: Whether the values are the seconds of time stamps.
    ///   - endsWithFall: Whether the column is given up, and has no values, once a value is not above the one before.
    init(index: Int, isOfStamps: Bool = false, endsWithFall: Bool = false) {
        self.index = index
        self.isOfStamps = isOfStamps
        self.endsWithFall = endsWithFall
    }

    mutating func append(_ value: Double, decimals count: Int) {
        if hasEnded { return }
        if endsWithFall, let last = values.last, !(value > last) {
            values = []
            hasEnded = true
            return
        }
        values.append(value)
        guard value.isFinite else { return }
        decimals = max(decimals, count)
        if value != 0 { digits = max(digits, count + Int(log10(abs(value)).rounded(.down)) + 1) }
    }
}

/// The line that each row of a table stands in.
struct LineNumbers: Sendable, Hashable {
    /// The rows where the difference between line number and row number changes.
    private var offsets: [Offset] = []

    private struct Offset: Hashable {
        let row: Int
        let offset: Int
    }

    @inline(__always)
    mutating func append(line: Int, row: Int) {
        if line &- row != offsets.last?.offset { offsets.append(Offset(row: row, offset: line &- row)) }
    }

    /// The line of a row, counted from 1.
    subscript(row: Int) -> Int { row + (offsets.last { $0.row <= row }?.offset ?? 1) }
}

/// The properties of a table as far as its first lines with content tell.
struct TextStart {
    let dialect: TextDialect
    let header: [String]?
    /// The number of lines of names, and of units below them: 0 to 2.
    let headerLineCount: Int
    let columnCount: Int
    /// The number of delimiters that may follow the last field.
    let trailingDelimiters: Int
    /// Whether each column holds time stamps.
    let areStamps: [Bool]
    /// Whether a name of the header continues in the next line.
    let endsInQuotes: Bool

    /// Reads the properties; `nil` if there are only comments and blank lines.
    init?(_ lines: UnsafeBufferPointer<UInt8>) {
        let semicolon = TextDialect(delimiter: UInt8(ascii: ";"))
        guard let start = Self(lines, comments: .comma) ?? Self(lines, comments: semicolon) else { return nil }
        // Only then does a line that begins with a semicolon hold fields, the first of them empty.
        self = start.dialect.delimiter == semicolon.delimiter ? Self(lines, comments: semicolon) ?? start : start
    }

    /// - Parameter comments: A dialect that tells which lines are comments.
    private init?(_ lines: UnsafeBufferPointer<UInt8>, comments: TextDialect) {
        var found: [[UInt8]] = []
        var separator: UInt8?
        for line in lines.split(separator: TextBlocks.newline) {
            guard let first = line.first(where: { $0 != 32 && $0 != 9 && $0 != 13 }), !comments.beginsComment(first)
            else {
                continue
            }
            if let named = SeparatorLine(Array(line) + [TextBlocks.newline]) {
                separator = separator ?? named.delimiter
                continue
            }
            found.append(Array(line) + [TextBlocks.newline])
            if found.count == 3 { break }
        }
        if found.count > 1 { found[0] = Self.withoutComment(found[0], over: found[found.count - 1]) }
        let units = UnitRow(of: found, delimiter: separator)
        // The names, and the first line of numbers.
        if found.count == 3 { found.remove(at: units == nil ? 2 : 1) }
        guard let first = found.first, let last = found.last else { return nil }
        let dialect = separator.map { TextDialect(delimiter: $0) } ?? TextDialect(lines: found)
        let isHeader = Self.isHeader(
            dialect.fields(of: first), over: found.count == 2 ? dialect.fields(of: last) : [],
            isNumber: { dialect.number($0) != nil || dialect.resemblesNumber($0) })
        let fields = [first, last].map { (all: dialect.fields(of: $0), filled: dialect.filledFields(of: $0)) }
        // Delimiters behind the last number of a line have no names, and a table without names has them in every line.
        let count = max(1, max(fields[0].filled.count, fields[1].filled.count))
        let areAlike = fields[0].all.count == fields[1].all.count
        let hasTrailing =
            fields.contains { $0.all.count > count } && fields[1].filled.count == count
            && (areAlike || isHeader && fields[0].filled.count == count)
        columnCount = hasTrailing ? count : max(1, fields[0].all.count)
        trailingDelimiters = hasTrailing ? max(fields[0].all.count, fields[1].all.count) - count : 0
        let names = isHeader ? Self.names(first, dialect, count: columnCount) : nil
        header = names.map { units?.joined(to: $0) ?? $0 }
        headerLineCount = isHeader ? (units == nil ? 1 : 2) : 0
        endsInQuotes = isHeader && dialect.endsInQuotes(first)
        let stamps = fields[1].all.map(dialect.isStamp)
        areStamps = (0..<columnCount).map { $0 < stamps.count && stamps[$0] && (!isHeader || found.count == 2) }
        self.dialect = dialect
    }

    /// The names without the last one, if it is `Comment` and the rows have no field for it, as LabVIEW writes them.
    private static func withoutComment(_ names: [UInt8], over row: [UInt8]) -> [UInt8] {
        for delimiter in "\t;,".utf8 {
            let dialect = TextDialect(delimiter: delimiter)
            let fields = dialect.fields(of: names)
            guard let last = fields.last, String(decoding: last, as: UTF8.self).lowercased() == "comment",
                dialect.filledFields(of: row).count == fields.count - 1, let end = names.lastIndex(of: delimiter)
            else { continue }
            return Array(names[..<end]) + [TextBlocks.newline]
        }
        return names
    }

    /// Whether the first line holds names: its first field is empty, or no number although the column holds numbers.
    private static func isHeader(
        _ names: [[UInt8]], over fields: [[UInt8]], isNumber: ([UInt8]) -> Bool
    ) -> Bool {
        guard let first = names.first, !isNumber(first) else { return names.isEmpty }
        return first.isEmpty || !fields.contains(where: isNumber)
            || zip(names, fields).contains { name, field in !isNumber(name) && isNumber(field) }
    }

    /// The names in a line.
    private static func names(_ line: [UInt8], _ dialect: TextDialect, count: Int) -> [String] {
        let isUTF8 = String(validating: line, as: UTF8.self) != nil
        let names = dialect.fields(of: line).prefix(count).map { field in
            unquoted(isUTF8 ? String(decoding: field, as: UTF8.self) : decoded(field))
        }
        return names + Array(repeating: "", count: count - names.count)
    }
}
