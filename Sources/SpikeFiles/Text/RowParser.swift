import Foundation
import SpikeEncoding

/// Reads the numbers of each line of a text.
struct RowParser {
    private let path: String
    private let dialect: TextDialect
    private let header: [String]?
    private let columnCount: Int
    private let trailingDelimiters: Int
    private var scanner: NumberScanner
    private let values: RowBuffer<Double>
    /// The number of decimals that each value of the last row was written with.
    let decimals: RowBuffer<Int>
    /// Whether the fields of each column must be numbers. In other columns, fields that are no numbers become NaN.
    private let needsNumbers: [Bool]
    /// Whether each column holds time stamps; empty if none does.
    private let areStamps: [Bool]
    /// The seconds to add to the times of the clock in each column, which start anew at midnight, and the last of them.
    private let midnights: RowBuffer<Double>
    private let lastClocks: RowBuffer<Double>
    /// The end of the lines that were passed to the parser.
    private var end: UnsafePointer<UInt8>?
    /// The line to be read next, counted from 1.
    private var line: Int
    /// The line that gave the last row.
    private(set) var rowLine = 0
    private var firstRowLine: Int?

    init(path: String, start: TextStart, line: Int, needsNumbers: [Bool]) {
        self.path = path
        dialect = start.dialect
        header = start.header
        columnCount = start.columnCount
        trailingDelimiters = start.trailingDelimiters
        scanner = NumberScanner(decimalMark: start.dialect.decimalMark)
        values = RowBuffer(start.columnCount, 0)
        decimals = RowBuffer(start.columnCount, 0)
        self.needsNumbers = needsNumbers
        areStamps = start.areStamps.contains(true) ? start.areStamps : []
        midnights = RowBuffer(start.columnCount, 0)
        lastClocks = RowBuffer(start.columnCount, 0)
        self.line = line
    }

    /// The lines after the first line with content.
    mutating func skipLine(in lines: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        var position = lines.baseAddress!
        let end = position + lines.count
        self.end = end
        while position < end, isEmpty(position) { skip(&position) }
        skip(&position)
        return UnsafeBufferPointer(start: position, count: end - position)
    }

    /// The next row; `nil` at the end of these lines. Its memory is valid until the next call.
    mutating func next(
        _ position: inout UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>
    ) throws(FileError) -> UnsafeBufferPointer<Double>? {
        self.end = end
        while position < end {
            if isEmpty(position) {
                skip(&position)
                continue
            }
            let start = position
            guard parse(&position) else { throw flaw(start) }
            if values.all.contains(where: \.isInfinite), let flaw = excess(start) { throw flaw }
            rowLine = line
            if firstRowLine == nil { firstRowLine = line }
            line &+= 1
            return values.all
        }
        return nil
    }

    private mutating func skip(_ position: inout UnsafePointer<UInt8>) {
        position = lineEnd(position) + 1
        line += 1
    }

    private func lineEnd(_ position: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
        let found = memchr(position, Int32(TextBlocks.newline), end! - position)!
        return UnsafePointer(found.assumingMemoryBound(to: UInt8.self))
    }

    private func isSeparatorLine(_ start: UnsafePointer<UInt8>) -> Bool {
        SeparatorLine(UnsafeBufferPointer(start: start, count: lineEnd(start) - start + 1)) != nil
    }

    /// Whether the line holds nothing, a comment or the name of the delimiter.
    @inline(__always)
    private func isEmpty(_ start: UnsafePointer<UInt8>) -> Bool {
        var position = start
        while position.pointee == 32 || position.pointee == 9 || position.pointee == 13 { position += 1 }
        if position.pointee | 0x20 == UInt8(ascii: "s") { return isSeparatorLine(position) }
        return position.pointee == TextBlocks.newline || dialect.beginsComment(position.pointee)
    }

    @inline(__always)
    private mutating func parse(_ position: inout UnsafePointer<UInt8>) -> Bool {
        for column in 0..<columnCount {
            if column > 0, case .character(let delimiter) = dialect.delimiter {
                guard position.pointee == delimiter else { return false }
                position += 1
            }
            let start = position
            if !areStamps.isEmpty, areStamps[column] {
                if !parseStamp(&position, column) {
                    if needsNumbers[column] { return false }
                    values[column] = .nan
                }
            } else if let value = parseNumber(&position) {
                values[column] = value
                decimals[column] = scanner.decimals
            } else {
                if needsNumbers[column] { return false }
                position = start
                skipField(&position)
                values[column] = .nan
            }
        }
        if case .character(let delimiter) = dialect.delimiter {
            for _ in 0..<trailingDelimiters where position.pointee == delimiter {
                position += 1
                skipBlanks(&position)
            }
        }
        while position.pointee == UInt8(ascii: "\r") { position += 1 }
        guard position.pointee == TextBlocks.newline else { return false }
        position += 1
        return true
    }

    /// The number that fills a field, and the blanks around it.
    @inline(__always)
    private mutating func parseNumber(_ position: inout UnsafePointer<UInt8>) -> Double? {
        let quote = UInt8(ascii: "\"")
        skipBlanks(&position)
        let isQuoted = position.pointee == quote
        if isQuoted {
            position += 1
            skipBlanks(&position)
        }
        guard let value = scanner.scan(&position) else { return nil }
        if isQuoted {
            skipBlanks(&position)
            guard position.pointee == quote else { return nil }
            position += 1
        }
        let afterNumber = position
        skipBlanks(&position)
        let isAtEnd =
            switch dialect.delimiter {
            case .character(let delimiter): position.pointee == delimiter || position.pointee < 32
            case .blanks: position > afterNumber || position.pointee < 32
            }
        return isAtEnd ? value : nil
    }

    /// Reads a time stamp into a column. Returns whether there was one; the position moves behind the field anyway.
    private mutating func parseStamp(_ position: inout UnsafePointer<UInt8>, _ column: Int) -> Bool {
        let start = position
        skipField(&position)
        let fields = dialect.fields(of: UnsafeBufferPointer(start: start, count: position - start))
        guard fields.count == 1, let stamp = ClockStamp(fields[0]) else { return false }
        var seconds = stamp.seconds
        if stamp.kind == .clock {
            if seconds < lastClocks[column] - 43_200 { midnights[column] += 86_400 }
            lastClocks[column] = seconds
            seconds += midnights[column]
        }
        values[column] = seconds
        decimals[column] = stamp.decimals
        return true
    }

    private func skipField(_ position: inout UnsafePointer<UInt8>) {
        skipBlanks(&position)
        var isQuoted = false
        while position.pointee != TextBlocks.newline {
            let byte = position.pointee
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if !isQuoted, byte == 13 || dialect.separates(byte) { break }
            position += 1
        }
        if dialect.delimiter == .blanks { skipBlanks(&position) }
    }

    @inline(__always)
    private func skipBlanks(_ position: inout UnsafePointer<UInt8>) {
        let tabIsBlank = dialect.delimiter != .character(9)
        while position.pointee == 32 || tabIsBlank && position.pointee == 9 { position += 1 }
    }

    private func isStamp(_ column: Int) -> Bool { !areStamps.isEmpty && areStamps[column] }

    /// The error about a line that holds a number beyond Float64; `nil` if its infinities are written as such.
    private func excess(_ start: UnsafePointer<UInt8>) -> FileError? {
        let text = UnsafeBufferPointer(start: start, count: lineEnd(start) - start)
        for (column, field) in dialect.fields(of: text).enumerated()
        where column < columnCount && needsNumbers[column] && values[column].isInfinite
            && field.contains(where: { $0 &- 48 < 10 })
        {
            let name = header.map { " (\(excerpt($0[column].utf8)))" } ?? ""
            let number = String(decoding: field.prefix(40), as: UTF8.self) + (field.count > 40 ? "…" : "")
            return .malformed(
                path: path, place: "line \(line)",
                problem: "field \(column + 1)\(name): \(number) is beyond what Float64 holds, ±1.8e308")
        }
        return nil
    }

    /// The error about a line that cannot be read.
    private func flaw(_ start: UnsafePointer<UInt8>) -> FileError {
        let text = UnsafeBufferPointer(start: start, count: lineEnd(start) - start)
        var fields = dialect.fields(of: text)
        while fields.count > columnCount, fields.count <= columnCount + trailingDelimiters, fields.last == [] {
            fields.removeLast()
        }
        func malformed(_ problem: String) -> FileError {
            .malformed(path: path, place: "line \(line)", problem: problem)
        }
        if fields.count != columnCount {
            let expectation =
                header != nil ? "the header has \(columnCount)" : "line \(firstRowLine ?? line) has \(columnCount)"
            // If the first row does not fit, the line that was taken for the header may not be one.
            let isFirst = firstRowLine == nil && header != nil
            return malformed(
                "\(counted(fields.count, "field")) where \(expectation): \(excerpt(text))"
                    + (isFirst
                        ? "; if lines stand above the names of the columns, remove them, begin them with #, or pass "
                            + "over them by --skip-rows" : ""))
        }
        let hasOthers = needsNumbers.count { $0 } > 1
        if header != nil, firstRowLine == nil, !fields.contains(where: ClockStamp.isForeign),
            zip(needsNumbers, fields).allSatisfy({ !$0 || dialect.number($1) == nil }),
            hasOthers, fields.contains(where: { !$0.isEmpty }), !fields.contains(where: dialect.resemblesNumber)
        {
            return malformed("there are no numbers in this line; remove it, or begin it with #: \(excerpt(text))")
        }
        for (column, field) in fields.enumerated() where needsNumbers[column] {
            let name = header.map { " (\(excerpt($0[column].utf8)))" } ?? ""
            if field.isEmpty {
                return malformed(
                    "field \(column + 1)\(name) is empty; fill it, such as with the mean of the values before and after "
                        + "it, or remove the line and give --sampling-rate if there are times"
                        + (hasOthers ? ", or leave the column out by --columns" : ""))
            }
            if ClockStamp.isForeign(field), dialect.number(field) == nil {
                return malformed(
                    "field \(column + 1)\(name) is \(excerpt(field)), a time that is not read; those of ISO 8601 are, such as "
                        + "2024-05-06 07:08:09.5, and of the clock, 07:08:09.5"
                        + (hasOthers ? "; or leave the column out by --columns, and give --sampling-rate" : ""))
            }
            if isStamp(column) ? ClockStamp(field) == nil : dialect.number(field) == nil || dialect.isStamp(field) {
                // A first row that does not fit may stand above the table, as the line that was taken for the header.
                let isAbove = firstRowLine == nil && header != nil
                if dialect.resemblesNumber(field) {
                    return malformed(
                        "field \(column + 1)\(name) is \(excerpt(field)), which is not read as a number; write it with the "
                            + "digits 0 to 9, at most one decimal mark, and - for the sign")
                }
                return malformed(
                    "field \(column + 1)\(name) is \(excerpt(field)), not a \(isStamp(column) ? "time" : "number")"
                        + (hasOthers ? "; correct it, or leave the column out by --columns" : "; correct it")
                        + (isAbove ? "; if lines stand above the table, pass over them by --skip-rows" : ""))
            }
        }
        let marks = [UInt8(ascii: "."), UInt8(ascii: ",")].allSatisfy { $0 == scanner.decimalMark || text.contains($0) }
        return malformed(
            marks
                ? "decimal point and decimal comma in one file: \(excerpt(text))"
                : "not a row of numbers: \(excerpt(text))")
    }
}

/// One value for each column, in memory that stays where it is.
final class RowBuffer<Value: BitwiseCopyable> {
    private let start: UnsafeMutablePointer<Value>
    private let count: Int

    init(_ count: Int, _ value: Value) {
        self.count = count
        start = .allocate(capacity: count)
        start.initialize(repeating: value, count: count)
    }

    deinit { start.deallocate() }

    var all: UnsafeBufferPointer<Value> { UnsafeBufferPointer(start: start, count: count) }

    subscript(index: Int) -> Value {
        get { start[index] }
        set { start[index] = newValue }
    }
}
