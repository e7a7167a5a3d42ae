import Foundation

/// The delimiter and the decimal mark of a table of numbers.
struct TextDialect: Hashable, Sendable {
    enum Delimiter: Hashable, Sendable {
        case character(UInt8)
        /// Any run of spaces and tabs.
        case blanks
    }

    let delimiter: Delimiter
    /// The decimal mark; 0 if it may be a point or a comma.
    let decimalMark: UInt8

    static let comma = TextDialect(delimiter: .character(UInt8(ascii: ",")), decimalMark: UInt8(ascii: "."))
    static let blanks = TextDialect(delimiter: .blanks, decimalMark: 0)

    /// All dialects, in the order of preference.
    private static let all =
        ["\t", ";", "|"].map { TextDialect(delimiter: .character($0.utf8.first!), decimalMark: 0) }
        + [comma, blanks]

    /// The dialect by which both lines have the same fields, and all of the second's, or of a single line, are numbers.
    ///
    /// - Parameter lines: The first one or two lines with content, each ended by a newline.
    init(lines: [[UInt8]]) {
        let (first, data) = (lines[0], lines[lines.count - 1])
        func haveSameFields(_ dialect: TextDialect) -> Bool {
            dialect.filledFields(of: first).count == dialect.filledFields(of: data).count
        }
        func fits(_ dialect: TextDialect) -> Bool {
            haveSameFields(dialect) && dialect.filledFields(of: data).allSatisfy { dialect.number($0) != nil }
        }
        let separating = Self.all.filter { $0.fields(of: first).count > 1 }
        let isOneField = separating.allSatisfy { dialect in
            dialect.delimiter == .blanks && dialect.fields(of: first).contains { dialect.number($0) == nil }
        }
        self =
            separating.first(where: fits) ?? (isOneField ? Self.all.first(where: fits) : nil)
            ?? separating.first(where: haveSameFields) ?? separating.first ?? .comma
    }

    /// A dialect whose delimiter is known.
    init(delimiter: UInt8) {
        self.init(
            delimiter: .character(delimiter),
            decimalMark: delimiter == UInt8(ascii: ",") ? UInt8(ascii: ".") : 0)
    }

    private init(delimiter: Delimiter, decimalMark: UInt8) {
        self.delimiter = delimiter
        self.decimalMark = decimalMark
    }

    /// The fields of a line, without the blanks around them and without quotes; two quotes in quotes stand for one.
    func fields(of line: some Collection<UInt8>) -> [[UInt8]] { split(line).fields }

    /// Whether the line ends within quotes, as where a name goes over several lines.
    func endsInQuotes(_ line: some Collection<UInt8>) -> Bool { split(line).endsInQuotes }

    private func split(_ line: some Collection<UInt8>) -> (fields: [[UInt8]], endsInQuotes: Bool) {
        let quote = UInt8(ascii: "\"")
        var fields: [[UInt8]] = []
        var field: [UInt8] = []
        var (isOpen, isQuoted) = (false, false)
        func endField() {
            if delimiter != .blanks || isQuoted || !field.isEmpty {
                fields.append(isQuoted ? field : Self.trimmed(field, Self.isBlank))
            }
            (field, isQuoted) = ([], false)
        }
        for byte in Self.trimmed(Array(line), Self.isLineSpace) {
            if isOpen, byte != quote {
                field.append(byte)
            } else if isOpen {
                isOpen = false
            } else if byte == quote, isQuoted {
                field.append(byte)
                isOpen = true
            } else if byte == quote, field.allSatisfy(Self.isBlank) {
                // A quote after other characters is an ordinary character, such as the sign for inches.
                (field, isOpen, isQuoted) = ([], true, true)
            } else if separates(byte) {
                endField()
            } else if !isQuoted || !Self.isBlank(byte) {
                field.append(byte)
            }
        }
        endField()
        return (fields, isOpen)
    }

    /// The fields of a line up to the last that is not empty, at least one.
    func filledFields(of line: some Collection<UInt8>) -> [[UInt8]] {
        var fields = fields(of: line)
        while fields.count > 1, fields.last == [] { fields.removeLast() }
        return fields
    }

    /// The number that a field consists of, or the seconds of a time stamp; `nil` if it is neither.
    func number(_ field: [UInt8]) -> Double? { plainNumber(field) ?? ClockStamp(field)?.seconds }

    /// Whether a field is a time stamp.
    func isStamp(_ field: [UInt8]) -> Bool { plainNumber(field) == nil && ClockStamp(field) != nil }

    /// Whether a field is a number to people, but in characters that are not read, such as `–1.5` with an en dash,
    /// `1’000`, or digits of another script.
    func resemblesNumber(_ field: [UInt8]) -> Bool {
        guard field.contains(where: { $0 &- 48 < 10 || $0 >= 0x80 }), number(field) == nil else { return false }
        let plain = decoded(field).unicodeScalars.map { scalar in
            switch scalar.properties.generalCategory {
            case .dashPunctuation: "-"
            case .decimalNumber: "\(Int(scalar.properties.numericValue ?? 0))"
            // Numbers with a blank between them are several.
            case .spaceSeparator: scalar == " " ? " " : ""
            case .format, .initialPunctuation, .finalPunctuation: ""
            default:
                ["'", "‚", "„", "ʼ"].contains(scalar) || separates(UInt8(ascii: ",")) && scalar == ","
                    ? "" : "\(scalar)"
            }
        }
        return plainNumber(Array(plain.joined().utf8))?.isFinite == true
    }

    private func plainNumber(_ field: [UInt8]) -> Double? {
        var scanner = NumberScanner(decimalMark: decimalMark)
        let field = Self.trimmed(field, Self.isBlank)
        return (field + [TextBlocks.newline]).withUnsafeBufferPointer { bytes in
            var position = bytes.baseAddress!
            guard let value = scanner.scan(&position), position - bytes.baseAddress! == field.count else { return nil }
            return value
        }
    }

    /// Whether a line that begins with this byte is a comment: `#`, `%`, and `;` where it is not the delimiter.
    @inline(__always)
    func beginsComment(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "#") || byte == UInt8(ascii: "%")
            || byte == UInt8(ascii: ";") && delimiter != .character(UInt8(ascii: ";"))
    }

    func separates(_ byte: UInt8) -> Bool {
        switch delimiter {
        case .character(let character): byte == character
        case .blanks: Self.isBlank(byte)
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    /// A tab at either end of a line may be a delimiter.
    private static func isLineSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == 13 || byte == 10 }

    private static func trimmed(_ bytes: [UInt8], _ isSpace: (UInt8) -> Bool) -> [UInt8] {
        guard let first = bytes.firstIndex(where: { !isSpace($0) }) else { return [] }
        return Array(bytes[first...bytes.lastIndex(where: { !isSpace($0) })!])
    }
}

/// The text of a field: UTF-8 or, if it is not valid UTF-8, Windows code page 1252, which includes the letters of Latin-1.
func decoded(_ field: [UInt8]) -> String {
    String(validating: field, as: UTF8.self) ?? String(bytes: field, encoding: .windowsCP1252)
        ?? String(bytes: field, encoding: .isoLatin1) ?? ""
}
