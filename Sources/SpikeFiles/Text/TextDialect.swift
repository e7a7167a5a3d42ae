/// How a table of numbers separates its fields.
struct TextDialect: Hashable, Sendable {
    enum Delimiter: Hashable, Sendable {
        case character(UInt8)
        /// Any run of spaces and tabs.
        case blanks
    }

    let delimiter: Delimiter
    /// The decimal mark, or 0 where either may turn out to be it.
    let decimalMark: UInt8

    static let comma = TextDialect(delimiter: .character(UInt8(ascii: ",")), decimalMark: UInt8(ascii: "."))

    /// In the order of preference.
    private static let all =
        ["\t", ";", "|"].map { TextDialect(delimiter: .character($0.utf8.first!), decimalMark: 0) }
        + [comma, TextDialect(delimiter: .blanks, decimalMark: 0)]

    /// The dialect by which both lines have the same fields, and all of the second's, or of a single line, are numbers.
    ///
    /// - Parameter lines: The first one or two lines with content, each ended by a newline.
    init(lines: [[UInt8]]) {
        let (first, data) = (lines[0], lines[lines.count - 1])
        func fits(_ dialect: TextDialect) -> Bool {
            let fields = dialect.fields(of: data)
            return dialect.fields(of: first).count == fields.count && fields.allSatisfy { dialect.number($0) != nil }
        }
        let separating = Self.all.filter { $0.fields(of: first).count > 1 }
        let isOneField = separating.allSatisfy { dialect in
            dialect.delimiter == .blanks && dialect.fields(of: first).contains { dialect.number($0) == nil }
        }
        self =
            separating.first(where: fits) ?? (isOneField ? Self.all.first(where: fits) : nil) ?? separating.first
            ?? .comma
    }

    private init(delimiter: Delimiter, decimalMark: UInt8) {
        self.delimiter = delimiter
        self.decimalMark = decimalMark
    }

    /// The fields of a line, without quotes and the blanks around them.
    func fields(of line: some Collection<UInt8>) -> [[UInt8]] {
        var fields: [[UInt8]] = []
        var field: [UInt8] = []
        var isQuoted = false
        for byte in Self.trimmed(Array(line)) {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if !isQuoted && separates(byte) {
                fields.append(field)
                field = []
            } else {
                field.append(byte)
            }
        }
        fields.append(field)
        if delimiter == .blanks { fields.removeAll(where: \.isEmpty) }
        return fields.map { field in
            let bare = Self.trimmed(field)
            guard bare.count >= 2, bare.first == UInt8(ascii: "\""), bare.last == UInt8(ascii: "\"") else {
                return bare
            }
            return Array(bare.dropFirst().dropLast())
        }
    }

    /// The number that the field consists of.
    func number(_ field: [UInt8]) -> Double? {
        var scanner = NumberScanner(decimalMark: decimalMark)
        let field = Self.trimmed(field)
        return (field + [TextBlocks.newline]).withUnsafeBufferPointer { bytes in
            var position = bytes.baseAddress!
            guard let value = scanner.scan(&position), position - bytes.baseAddress! == field.count else { return nil }
            return value
        }
    }

    private func separates(_ byte: UInt8) -> Bool {
        switch delimiter {
        case .character(let character): byte == character
        case .blanks: Self.isBlank(byte)
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }

    private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == 13 || byte == 10 }
        guard let first = bytes.firstIndex(where: { !isSpace($0) }) else { return [] }
        return Array(bytes[first...bytes.lastIndex(where: { !isSpace($0) })!])
    }
}
