import Foundation
import SpikeEncoding

/// The lines of samples that arrive as text, for `SampleParser`.
///
/// The first sample decides the separator, the decimal mark and the number of values of all lines. Where columns are
/// chosen, the other ones need not hold numbers.
struct SampleText {
    /// What a line holds.
    enum Line {
        /// Nothing, a comment, names or units; or a first sample that waits for one like it.
        case nothing
        /// The channels of a sample, after those that waited for it.
        case row
        /// Something that is no sample; the text says what is wrong.
        case flaw(String)
    }

    /// A line that waits until the number of values is decided.
    private struct Held {
        let bytes: [UInt8]
        let line: Int
        let count: Int
        let separator: SampleDialect.Separator?
    }

    /// The largest number of lines that wait.
    private static let heldLimit = 16

    private let path: String
    private let columns: ColumnSelection?
    /// The number of channels as it was given; `nil` if the lines decide.
    private let wantedCount: Int?
    /// Whether a first line of which later ones differ is left out.
    private let doubtsFirst: Bool

    private var dialect = SampleDialect()
    /// The number of values in a line, and the line that decided it; `nil` before the first sample.
    private var width: (count: Int, line: Int)?
    /// Which of a line's values are channels; `nil` for all.
    private var chosen: [Int]?
    /// The lines without numbers before the first sample: names and units.
    private var heading: [(bytes: [UInt8], line: Int)] = []
    /// The first samples, all unlike, which wait for one that is like one of them.
    private var held: [Held] = []
    /// The number of values in a line of the text before this one.
    private var earlierWidth: Int?
    /// Whether lines end with CR alone; `nil` until a line has ended.
    private var endsInReturn: Bool?

    /// The number of the line that was read last, from 1.
    private(set) var line = 0
    /// The number of channels; `nil` before the first sample.
    private(set) var channelCount: Int?
    /// The names of the channels, or an empty array.
    private(set) var names: [String] = []
    /// The places, from 1, and names of channels whose names are those of times, unless columns were chosen.
    private(set) var namesOfTimes: [(column: Int, name: String)] = []
    /// The number of lines that were left out because other ones agree on a number of values that is not theirs.
    private(set) var leftOutCount = 0
    /// The number of the first of them.
    private(set) var firstLeftOut: Int?

    /// - Parameters:
    ///   - path: What messages call the source of the lines.
    ///   - columns: The columns that are channels; `nil` for all.
    ///   - channelCount: The number of channels; `nil` if the lines decide.
    ///   - doubtsFirst: Whether the first two lines that agree, or one and the names, decide the number of values, and
    ///     others are left out. The first line from a device that was already sending is often a part of one.
    init(_ path: String, columns: ColumnSelection?, channelCount: Int?, doubtsFirst: Bool) {
        (self.path, self.columns, wantedCount, self.doubtsFirst) = (path, columns, channelCount, doubtsFirst)
    }

    /// Begins with the first line of another text of the same channels.
    ///
    /// - Parameter countingOn: Whether the numbers of lines go on.
    mutating func startAgain(countingOn: Bool) {
        if let width { earlierWidth = width.count }
        if !countingOn { line = 0 }
        (dialect, width, heading, held, endsInReturn) = (SampleDialect(), nil, [], [], nil)
    }

    /// Makes CR a newline if it ends the lines alone.
    ///
    /// - Parameters:
    ///   - start: The first byte that is new.
    ///   - isLast: Whether no more bytes follow, and a newline was added.
    mutating func joinLineEnds(_ bytes: inout [UInt8], from start: Int, isLast: Bool = false) {
        if endsInReturn == nil, let end = bytes.firstIndex(where: { $0 == 10 || $0 == 13 }) {
            // What follows the CR may be in the next part.
            guard let next = bytes[end...].first(where: { $0 != 13 }) else { return }
            let isAlone = bytes[end] == 13 && (next != 10 || isLast && bytes.firstIndex(of: 10) == bytes.count - 1)
            endsInReturn = isAlone
            if isAlone { return Self.replaceReturns(&bytes, from: 0) }
        }
        if endsInReturn == true { Self.replaceReturns(&bytes, from: start) }
    }

    private static func replaceReturns(_ bytes: inout [UInt8], from start: Int) {
        for index in start..<bytes.count where bytes[index] == 13 { bytes[index] = 10 }
    }

    /// Reads a line.
    ///
    /// - Parameters:
    ///   - bytes: The bytes of the line with the newline at their end.
    ///   - row: Becomes the values of the line that are channels, if they are numbers.
    /// - Throws: `FileError` if the columns or names do not go with the values.
    mutating func read(_ bytes: UnsafeBufferPointer<UInt8>, into row: inout [Double]) throws(FileError) -> Line {
        line += 1
        let isFirst = width == nil && heading.isEmpty
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let bytes = isFirst && bytes.starts(with: mark) ? UnsafeBufferPointer(rebasing: bytes[mark.count...]) : bytes
        guard let first = bytes.first(where: { ![32, 9, 13].contains($0) }),
            ![10, UInt8(ascii: "#"), UInt8(ascii: "%")].contains(first)
        else { return .nothing }
        if isFirst, let line = SeparatorLine(bytes), let separator = SampleDialect.Separator(line.delimiter) {
            dialect.separator = separator
            return .nothing
        }
        let before = dialect
        let result = try sample(bytes, into: &row)
        if case .row = result {} else { dialect = before }
        return result
    }

    /// Reads the samples that still wait at the end, of which the first decides.
    mutating func readHeld(into row: inout [Double]) throws(FileError) -> Line {
        row = try takeHeld(&row)
        return row.isEmpty ? .nothing : .row
    }

    private mutating func takeHeld(_ row: inout [Double]) throws(FileError) -> [Double] {
        let waiting = held
        held = []
        var rows: [Double] = []
        for line in waiting {
            let before = dialect
            let isUsed = try line.bytes.withUnsafeBufferPointer { (bytes) throws(FileError) in
                if case .row = try sample(bytes, into: &row, isLast: true) { true } else { false }
            }
            if isUsed {
                rows += row
            } else {
                dialect = before
                leaveOut(line.line)
            }
        }
        return rows
    }

    private mutating func leaveOut(_ line: Int) {
        leftOutCount += 1
        firstLeftOut = min(firstLeftOut ?? line, line)
    }

    private mutating func sample(
        _ bytes: UnsafeBufferPointer<UInt8>, into row: inout [Double], isLast: Bool = false
    ) throws(FileError) -> Line {
        let isScanned = dialect.scan(bytes, into: &row)
        var fields: [[UInt8]]?
        let isTitle = width == nil && heading.isEmpty && Self.beginsAsText(bytes)
        if columns != nil, !isTitle, !isScanned || row.count != expectedCount(row.count) {
            fields = self.fields(bytes)
        }
        guard isScanned || fields != nil else { return passed(bytes) ?? .flaw(problem(bytes)) }
        let count = fields?.count ?? row.count
        if isInDoubt, !isLast, !isSettled(by: count) {
            if held.count == Self.heldLimit { leaveOut(held.removeFirst().line) }
            held.append(Held(bytes: Array(bytes), line: line, count: count, separator: dialect.separator))
            return .nothing
        }
        if let expected = expectedCount(count), count != expected {
            return passed(bytes)
                ?? .flaw("has \(counted(count, "value")) instead of \(expected), the number of \(whatCounts)")
        }
        if width == nil, let given = headingSeparator, let found = dialect.separator, given != found {
            return .flaw("has \(found) between its values, and the line of names has \(given)")
        }
        let indices = try choice(count)
        if let fields {
            guard takeNumbers(fields, indices, into: &row) else { return passed(bytes) ?? .flaw(problem(bytes)) }
        } else if let indices {
            row = indices.map { row[$0] }
        }
        guard width == nil else { return .row }
        try settle(count, indices)
        guard !held.isEmpty else { return .row }
        let own = row
        row = try takeHeld(&row) + own
        return .row
    }

    // MARK: The number of values

    /// The number of values that a line of `count` values must have; `nil` if the first sample decides.
    private func expectedCount(_ count: Int) -> Int? {
        if let width { return width.count }
        if columns == nil, let wantedCount { return wantedCount }
        return heading.first.map { Self.names($0.bytes, count: count).count } ?? earlierWidth
    }

    /// What `expectedCount` is the number of.
    private var whatCounts: String {
        if let width { return "line \(width.line)" }
        if columns == nil, wantedCount != nil { return "channels" }
        return heading.first.map { "names in line \($0.line)" } ?? "the samples before"
    }

    /// Whether the number of values is not decided, and lines differ that are damaged.
    private var isInDoubt: Bool {
        doubtsFirst && width == nil && earlierWidth == nil && (columns != nil || wantedCount == nil)
    }

    /// Whether the names, or a sample that waits, agree with a line. Names that do not are left out.
    private mutating func isSettled(by count: Int) -> Bool {
        if !heading.isEmpty, expectedCount(count) == count, [nil, dialect.separator].contains(headingSeparator) {
            return true
        }
        guard held.contains(where: { $0.count == count && $0.separator == dialect.separator }) else { return false }
        for line in heading { leaveOut(line.line) }
        heading = []
        return true
    }

    /// Takes the names and the number of values of the first sample.
    ///
    /// - Throws: `FileError.malformed` for other names or another number of channels than before.
    private mutating func settle(_ count: Int, _ indices: [Int]?) throws(FileError) {
        let all = heading.first.map { Self.names($0.bytes, count: count) } ?? []
        let found = all.isEmpty ? [] : indices.map { $0.map { all[$0] } } ?? all
        let channels = indices?.count ?? count
        (width, chosen) = ((count, line), indices)
        guard channelCount == nil else {
            guard let first = heading.first, found != names else { return }
            throw malformed("its names are not those of the samples before: \(excerpt(first.bytes))")
        }
        if let wantedCount, wantedCount != channels {
            throw malformed("has \(counted(channels, "value")) for \(counted(wantedCount, "channel"))")
        }
        (names, channelCount) = (found, channels)
        guard indices == nil else { return }
        for (index, name) in names.enumerated() {
            if case .time = ColumnMeaning(name: name) { namesOfTimes.append((index + 1, name)) }
        }
    }

    private func malformed(_ problem: String) -> FileError {
        .malformed(path: path, place: "line \(line)", problem: problem)
    }

    // MARK: Names

    /// Passes over a line of names or units, also if it is there again; `nil` for any other line.
    private mutating func passed(_ bytes: UnsafeBufferPointer<UInt8>) -> Line? {
        let text = Array(bytes.prefix { $0 != 10 && $0 != 13 })
        if width != nil || !held.isEmpty { return heading.contains { $0.bytes == text } ? .nothing : nil }
        guard Self.beginsAsText(bytes), !resemblesNumbers(bytes) else { return nil }
        if let first = heading.first {
            guard heading.count == 1, Self.names(first.bytes).count == Self.names(text).count else { return nil }
        }
        heading.append((text, line))
        return .nothing
    }

    /// Whether a line does not begin as numbers do.
    private static func beginsAsText(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let start = bytes.drop { [32, 9, 13, UInt8(ascii: "\"")].contains($0) }
        return start.first.map { !"+-.0123456789\n".utf8.contains($0) && !start.starts(with: "\u{2212}".utf8) } ?? false
    }

    /// Whether the first field of a line is a number in characters that are not read.
    private func resemblesNumbers(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var copy = dialect
        return copy.fields(bytes).first.map(TextDialect.blanks.resemblesNumber) ?? false
    }

    /// Semicolons or tabs between names also separate the values; commas may be a part of names.
    private var headingSeparator: SampleDialect.Separator? {
        guard let line = heading.first?.bytes else { return nil }
        let separator = SampleDialect.Separator(Self.delimiter(of: line))
        return separator == .commas ? nil : separator
    }

    private static func delimiter(of names: some Collection<UInt8>) -> UInt8 {
        let bytes = SampleDialect.outsideOfQuotes(names)
        return "\t;,".utf8.first { bytes.contains($0) } ?? UInt8(ascii: ",")
    }

    /// The names in a line.
    ///
    /// - Parameter count: The number of values of a sample. Only if there are as many names, blanks separate them.
    private static func names(_ line: some Collection<UInt8>, count: Int? = nil) -> [String] {
        let fields = TextDialect(delimiter: delimiter(of: line)).filledFields(of: line)
        let names = fields.map { unquoted(decoded($0)) }
        let words = names.count == 1 ? names[0].split(separator: " ").map(String.init) : []
        return words.count == count ? words : names
    }

    // MARK: Chosen columns

    /// Which values of a line are channels; `nil` for all.
    private func choice(_ count: Int) throws(FileError) -> [Int]? {
        // A text without names has the columns of the text before.
        guard let columns, width == nil, earlierWidth == nil || !heading.isEmpty else { return chosen }
        let names = heading.first.map { Self.names($0.bytes, count: count) }
        return try columns.indices(names: names, count: count, path: path)
    }

    /// The fields of a line; empty ones at its end count up to the number that is expected.
    private mutating func fields(_ bytes: UnsafeBufferPointer<UInt8>) -> [[UInt8]] {
        if dialect.separator == nil { dialect.separator = headingSeparator }
        var fields = dialect.fields(bytes)
        while fields.count > max(1, expectedCount(fields.count) ?? 1), fields.last == [] { fields.removeLast() }
        return fields
    }

    /// Reads the fields that are channels; false if one of them is no number.
    private mutating func takeNumbers(_ fields: [[UInt8]], _ indices: [Int]?, into row: inout [Double]) -> Bool {
        row.removeAll(keepingCapacity: true)
        for index in indices ?? Array(fields.indices) {
            guard let value = dialect.number(fields[index]) else { return false }
            row.append(value)
        }
        return true
    }

    private func problem(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        if let difference = dialect.difference(bytes) { return difference }
        let hasNumbersOnly = bytes.allSatisfy { "0123456789+-.,; \t\r\n".utf8.contains($0) }
        return "\(excerpt(bytes.dropLast())) is not made of numbers"
            + (hasNumbersOnly
                ? " with one separator and one decimal mark"
                : resemblesNumbers(bytes)
                    ? " as they are read, of the digits 0 to 9, at most one decimal mark, and - for the sign" : "")
    }
}
