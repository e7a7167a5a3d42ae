import Foundation

/// Goes through lines of text and gives the numbers of each.
struct RowParser {
    private let path: String
    private let dialect: TextDialect
    private let header: [String]?
    private let columnCount: Int
    private var scanner: NumberScanner
    private let values: RowBuffer
    private let markedColumn: Int
    /// What a value may be at most.
    private let largest: Double
    /// How many decimals the last row's value in the marked column was written with.
    private(set) var markedDecimals = 0
    /// Where the lines handed in end.
    private var end: UnsafePointer<UInt8>?
    /// The line to be read next, counted from 1.
    private var line: Int
    /// The line that gave the last row.
    private(set) var rowLine = 0
    private var firstRowLine: Int?

    /// - Parameter holdsSingles: Whether the rows become Float32, so that larger numbers are a flaw.
    init(path: String, start: TextStart, line: Int, markedColumn: Int?, holdsSingles: Bool) {
        self.path = path
        dialect = start.dialect
        header = start.header
        columnCount = start.columnCount
        scanner = NumberScanner(decimalMark: start.dialect.decimalMark)
        values = RowBuffer(start.columnCount)
        self.markedColumn = markedColumn ?? -1
        largest = holdsSingles ? Double(Float.greatestFiniteMagnitude) : .infinity
        self.line = line
    }

    /// What follows the first line with content.
    mutating func skipLine(in lines: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        var position = lines.baseAddress!
        let end = position + lines.count
        self.end = end
        while position < end, isEmpty(position) { skip(&position) }
        skip(&position)
        return UnsafeBufferPointer(start: position, count: end - position)
    }

    /// The next row; nil at the end of these lines. Valid until the next call.
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
            if values.all.contains(where: { $0.magnitude > largest }), let flaw = excess(start) { throw flaw }
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

    /// Whether the line holds nothing or a comment.
    @inline(__always)
    private func isEmpty(_ start: UnsafePointer<UInt8>) -> Bool {
        var position = start
        while position.pointee == 32 || position.pointee == 9 || position.pointee == 13 { position += 1 }
        return position.pointee == TextBlocks.newline || position.pointee == UInt8(ascii: "#")
    }

    @inline(__always)
    private mutating func parse(_ position: inout UnsafePointer<UInt8>) -> Bool {
        let quote = UInt8(ascii: "\"")
        for column in 0..<columnCount {
            if column > 0, case .character(let delimiter) = dialect.delimiter {
                guard position.pointee == delimiter else { return false }
                position += 1
            }
            skipBlanks(&position)
            let isQuoted = position.pointee == quote
            if isQuoted {
                position += 1
                skipBlanks(&position)
            }
            guard let value = scanner.scan(&position) else { return false }
            if isQuoted {
                skipBlanks(&position)
                guard position.pointee == quote else { return false }
                position += 1
            }
            let afterNumber = position
            skipBlanks(&position)
            if dialect.delimiter == .blanks, position == afterNumber, position.pointee > 32 { return false }
            values[column] = value
            if column == markedColumn { markedDecimals = scanner.decimals }
        }
        if position.pointee == UInt8(ascii: "\r") { position += 1 }
        guard position.pointee == TextBlocks.newline else { return false }
        position += 1
        return true
    }

    @inline(__always)
    private func skipBlanks(_ position: inout UnsafePointer<UInt8>) {
        let tabIsBlank = dialect.delimiter != .character(9)
        while position.pointee == 32 || tabIsBlank && position.pointee == 9 { position += 1 }
    }

    /// What is wrong with a line that holds a number beyond Float32; nil if those are infinities by name.
    private func excess(_ start: UnsafePointer<UInt8>) -> FileError? {
        let text = UnsafeBufferPointer(start: start, count: lineEnd(start) - start)
        for (column, field) in dialect.fields(of: text).enumerated() {
            // Some numbers above the largest are rounded to it.
            guard Float(values[column]).isInfinite, field.contains(where: { $0 &- 48 < 10 }) else { continue }
            let name = header.map { " (\(excerpt($0[column].utf8)))" } ?? ""
            let number = String(decoding: field.prefix(40), as: UTF8.self) + (field.count > 40 ? "…" : "")
            return .malformed(
                path: path, place: "line \(line)", problem: "field \(column + 1)\(name): " + beyondFloat32(number))
        }
        return nil
    }

    /// What is wrong with the line.
    private func flaw(_ start: UnsafePointer<UInt8>) -> FileError {
        let text = UnsafeBufferPointer(start: start, count: lineEnd(start) - start)
        let fields = dialect.fields(of: text)
        func malformed(_ problem: String) -> FileError {
            .malformed(path: path, place: "line \(line)", problem: problem)
        }
        if fields.count != columnCount {
            let expectation =
                header != nil ? "the header has \(columnCount)" : "line \(firstRowLine ?? line) has \(columnCount)"
            return malformed(
                "\(fields.count) field\(fields.count == 1 ? "" : "s") where \(expectation): \(excerpt(text))")
        }
        for (column, field) in fields.enumerated() {
            let name = header.map { " (\(excerpt($0[column].utf8)))" } ?? ""
            if field.isEmpty { return malformed("field \(column + 1)\(name) is empty; fill it or remove the line") }
            if dialect.number(field) == nil {
                return malformed("field \(column + 1)\(name) is \(excerpt(field)), not a number")
            }
        }
        let marks = [UInt8(ascii: "."), UInt8(ascii: ",")].allSatisfy { $0 == scanner.decimalMark || text.contains($0) }
        return malformed(
            marks
                ? "decimal point and decimal comma in one file: \(excerpt(text))"
                : "not a row of numbers: \(excerpt(text))")
    }
}

/// One row of numbers in memory that stays where it is.
final class RowBuffer {
    private let start: UnsafeMutablePointer<Double>
    private let count: Int

    init(_ count: Int) {
        self.count = count
        start = .allocate(capacity: count)
        start.initialize(repeating: 0, count: count)
    }

    deinit { start.deallocate() }

    var all: UnsafeBufferPointer<Double> { UnsafeBufferPointer(start: start, count: count) }

    subscript(index: Int) -> Double {
        get { start[index] }
        set { start[index] = newValue }
    }
}
