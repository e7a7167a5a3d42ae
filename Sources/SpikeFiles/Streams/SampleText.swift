import Foundation

/// The lines of samples that arrive as text, for `SampleParser`.
struct SampleText {
    /// What a line holds.
    enum Line {
        /// Nothing, a comment, names or units.
        case nothing
        /// The values of a sample.
        case row
        /// Something that is no sample; the text says what is wrong.
        case flaw(String)
    }

    private let columns: ColumnSelection?
    /// Which of a line's values are channels; `nil` for all.
    private var chosen: [Int]?
    private var scanner = NumberScanner(decimalMark: UInt8(ascii: "."))
    /// The number of values in a line; `nil` before the first.
    private var width: Int?
    /// The lines without numbers before the first sample: names and units.
    private var heading: [[UInt8]] = []
    private var isBeforeSamples = true
    /// Whether lines end with CR alone; `nil` until a line has ended.
    private var endsInReturn: Bool?

    /// The number of the line that was read last, from 1.
    private(set) var line = 0
    /// The names of the channels, or an empty array.
    private(set) var names: [String] = []
    /// The places, from 1, and names of channels whose names are those of times, unless columns were chosen.
    private(set) var namesOfTimes: [(column: Int, name: String)] = []

    init(columns: ColumnSelection?) { self.columns = columns }

    /// Begins with the first line of another text of the same columns.
    mutating func startAgain() {
        (line, heading, isBeforeSamples, endsInReturn) = (0, [], true, nil)
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
    ///   - row: Becomes the values of the line, if they are numbers.
    mutating func read(_ bytes: UnsafeBufferPointer<UInt8>, into row: inout [Double]) -> Line {
        line += 1
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let bytes = line == 1 && bytes.starts(with: mark) ? UnsafeBufferPointer(rebasing: bytes[mark.count...]) : bytes
        guard let first = bytes.first(where: { ![32, 9, 13].contains($0) }),
            ![10, UInt8(ascii: "#"), UInt8(ascii: "%")].contains(first)
        else { return .nothing }
        guard scan(bytes, into: &row) else {
            if isHeading(bytes) {
                if SeparatorLine(bytes) == nil { heading.append(Array(bytes.dropLast())) }
                return .nothing
            }
            return .flaw("\(excerpt(bytes.dropLast())) is not made of numbers")
        }
        let expected = width ?? heading.first.map { Self.names($0, count: row.count).count } ?? row.count
        guard row.count == expected else { return .flaw("has \(row.count) values instead of \(expected)") }
        isBeforeSamples = false
        return .row
    }

    /// Whether a line without numbers may hold names, or units below names: it does not begin as numbers do.
    private func isHeading(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let first = bytes.first { ![32, 9, 13, UInt8(ascii: "\"")].contains($0) }
        guard isBeforeSamples, let first, !"+-.0123456789\n".utf8.contains(first) else { return false }
        guard let names = heading.first else { return true }
        return heading.count == 1 && Self.names(names).count == Self.names(bytes.dropLast()).count
    }

    /// Reads the numbers of a line into `row`; false if there is something else.
    private mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>, into row: inout [Double]) -> Bool {
        row.removeAll(keepingCapacity: true)
        let hasDecimalComma = Self.hasDecimalComma(bytes)
        scanner.decimalMark = hasDecimalComma ? UInt8(ascii: ",") : UInt8(ascii: ".")
        var position = bytes.baseAddress!
        let quote = UInt8(ascii: "\"")
        func skipBlanks() { while [32, 9, 13].contains(position.pointee) { position += 1 } }
        func skipSeparator() -> Bool {
            let byte = position.pointee
            guard byte == UInt8(ascii: ";") || byte == UInt8(ascii: ",") && !hasDecimalComma else { return false }
            position += 1
            skipBlanks()
            return true
        }
        skipBlanks()
        while true {
            let isQuoted = position.pointee == quote
            if isQuoted {
                position += 1
                skipBlanks()
            }
            guard let value = scanner.scan(&position) else { return false }
            row.append(value)
            if isQuoted {
                skipBlanks()
                guard position.pointee == quote else { return false }
                position += 1
            }
            let end = position
            skipBlanks()
            if skipSeparator() {
                // Separators may follow the last value.
                if position.pointee == 10 { return true }
                var isTrailing = false
                while skipSeparator() { isTrailing = true }
                if isTrailing { return position.pointee == 10 }
            } else if position.pointee == 10 {
                return true
            } else if position == end {
                return false
            }
        }
    }

    /// Whether commas in a line are decimal marks: there is no point, and semicolons or blanks separate the values.
    private static func hasDecimalComma(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        func has(_ letter: Unicode.Scalar) -> Bool { bytes.contains(UInt8(ascii: letter)) }
        guard has(","), !has(".") else { return false }
        if has(";") { return true }
        // Blanks beside commas do not separate values.
        var (last, isBlank) = (UInt8(10), false)
        for byte in bytes {
            if byte == 32 || byte == 9 {
                isBlank = true
                continue
            }
            if isBlank, ![last, byte].contains(where: { [10, 13, UInt8(ascii: ",")].contains($0) }) { return true }
            (last, isBlank) = (byte, false)
        }
        return false
    }

    /// Checks the number of a line's values, of which the first line decides.
    ///
    /// - Parameter wanted: The number of channels, if it is known.
    /// - Returns: The number of channels.
    /// - Throws: `FileError.malformed` if columns or names do not go with the values.
    mutating func checkedCount(_ count: Int, wanted: Int?, _ path: String) throws(FileError) -> Int {
        func malformed(_ problem: String) -> FileError {
            .malformed(path: path, place: "line \(line)", problem: problem)
        }
        if let line = heading.first {
            let found = Self.names(line, count: count)
            heading = []
            if width == nil {
                names = found
            } else if !names.isEmpty, found != names,
                try choice(found, count, path).map({ $0.map { found[$0] } }) != names
            {
                throw malformed("its names are not those of the samples before: \(excerpt(line))")
            }
        }
        guard width == nil else { return wanted ?? count }
        width = count
        chosen = try choice(names, count, path)
        if let chosen {
            names = names.isEmpty ? [] : chosen.map { names[$0] }
        } else {
            for (index, name) in names.enumerated() {
                if case .time = ColumnMeaning(name: name) { namesOfTimes.append((index + 1, name)) }
            }
        }
        let channelCount = chosen?.count ?? count
        if let wanted, wanted != channelCount {
            throw malformed("has \(channelCount) values for \(wanted) channels")
        }
        return channelCount
    }

    private func choice(_ names: [String], _ count: Int, _ path: String) throws(FileError) -> [Int]? {
        try columns?.indices(names: names.isEmpty ? nil : names, count: count, path: path)
    }

    /// Keeps the values of a line that are channels.
    func choose(_ row: inout [Double]) {
        if let chosen { row = chosen.map { row[$0] } }
    }

    /// The names in a line.
    ///
    /// - Parameter count: The number of values of a sample. Only if there are as many names, blanks separate them.
    private static func names(_ line: some Collection<UInt8>, count: Int? = nil) -> [String] {
        let delimiter = "\t;,".utf8.first { line.contains($0) } ?? UInt8(ascii: ",")
        let fields = TextDialect(delimiter: delimiter).filledFields(of: line)
        let names = fields.map { unquoted(String(decoding: $0, as: UTF8.self)) }
        let words = names.count == 1 ? names[0].split(separator: " ").map(String.init) : []
        return words.count == count ? words : names
    }
}
