/// The separator and the decimal mark of the lines of a stream, which the first lines that have any decide.
struct SampleDialect {
    enum Separator {
        case commas, semicolons
        /// Runs of spaces and tabs.
        case blanks

        /// The separator that a character stands for; `nil` if it is another character.
        init?(_ character: UInt8) {
            switch character {
            case UInt8(ascii: ","): self = .commas
            case UInt8(ascii: ";"): self = .semicolons
            case UInt8(ascii: " "), UInt8(ascii: "\t"): self = .blanks
            default: return nil
            }
        }
    }

    /// `nil` until a line has several values.
    var separator: Separator?
    /// A point or a comma; 0 until a number has one. Where commas separate, it is a point.
    private var decimalMark: UInt8 = 0
    private var scanner = NumberScanner(decimalMark: 0)

    /// Reads the numbers of a line.
    ///
    /// - Parameters:
    ///   - bytes: The line with the newline at its end.
    ///   - row: Becomes the numbers.
    /// - Returns: Whether the line consists of numbers, with one separator and one decimal mark that are those of the
    ///   lines before.
    mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>, into row: inout [Double]) -> Bool {
        row.removeAll(keepingCapacity: true)
        let separator = separator ?? Self.separator(in: bytes)
        scanner.decimalMark = separator == .commas ? UInt8(ascii: ".") : decimalMark
        guard scan(bytes.baseAddress!, separator, &row) else { return false }
        self.separator = separator
        if separator != .commas { decimalMark = scanner.decimalMark }
        return true
    }

    private mutating func scan(
        _ start: UnsafePointer<UInt8>, _ separator: Separator?, _ row: inout [Double]
    ) -> Bool {
        var position = start
        let mark: UInt8? =
            switch separator {
            case .commas: UInt8(ascii: ",")
            case .semicolons: UInt8(ascii: ";")
            case .blanks, nil: nil
            }
        func skipBlanks() { while [32, 9, 13].contains(position.pointee) { position += 1 } }
        func skipSeparator() -> Bool {
            guard position.pointee == mark else { return false }
            position += 1
            skipBlanks()
            return true
        }
        skipBlanks()
        while true {
            guard let value = scanValue(&position) else { return false }
            row.append(value)
            let end = position
            skipBlanks()
            // Separators may follow the last value.
            if skipSeparator(), position.pointee != 10 {
                guard position.pointee == mark else { continue }
                while skipSeparator() {}
                return position.pointee == 10
            }
            if position.pointee == 10 { return true }
            guard separator == .blanks, position > end else { return false }
        }
    }

    /// Reads a number, which may stand in quotes.
    private mutating func scanValue(_ position: inout UnsafePointer<UInt8>) -> Double? {
        let quote = UInt8(ascii: "\"")
        guard position.pointee == quote else { return scanner.scan(&position) }
        func skipBlanks() { while position.pointee == 32 || position.pointee == 9 { position += 1 } }
        position += 1
        skipBlanks()
        guard let value = scanner.scan(&position) else { return nil }
        skipBlanks()
        guard position.pointee == quote else { return nil }
        position += 1
        return value
    }

    /// The number that a field consists of; `nil` if it is none.
    mutating func number(_ field: [UInt8]) -> Double? {
        scanner.decimalMark = separator == .commas ? UInt8(ascii: ".") : decimalMark
        return (field + [10]).withUnsafeBufferPointer { bytes in
            var position = bytes.baseAddress!
            guard let value = scanner.scan(&position), position == bytes.baseAddress! + field.count else { return nil }
            if separator != .commas { decimalMark = scanner.decimalMark }
            return value
        }
    }

    /// The fields of a line that need not be numbers.
    mutating func fields(_ line: UnsafeBufferPointer<UInt8>) -> [[UInt8]] {
        func has(_ delimiter: Unicode.Scalar) -> Bool {
            let delimiter = UInt8(ascii: delimiter)
            return Self.outsideOfQuotes(line).contains(delimiter)
        }
        if separator == nil { separator = has("\t") ? .blanks : has(";") ? .semicolons : has(",") ? .commas : .blanks }
        let dialect =
            switch separator! {
            case .commas: TextDialect(delimiter: UInt8(ascii: ","))
            case .semicolons: TextDialect(delimiter: UInt8(ascii: ";"))
            case .blanks: has("\t") ? TextDialect(delimiter: UInt8(ascii: "\t")) : .blanks
            }
        return dialect.fields(of: line.dropLast())
    }

    /// What a line that is not made of numbers has that lines before do not: another separator or decimal mark.
    func difference(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        var (other, row) = (SampleDialect(), [Double]())
        guard other.scan(bytes, into: &row) else { return nil }
        if let found = other.separator, let separator, found != separator {
            return "has \(found) between its values, and the lines before have \(separator)"
        }
        guard other.decimalMark != 0, other.decimalMark != decimalMark else { return nil }
        func text(_ mark: UInt8) -> String { String(UnicodeScalar(mark)) }
        return "has the decimal mark \"\(text(other.decimalMark))\", and the lines before have \"\(text(decimalMark))\""
    }

    /// The bytes of a line that stand in no quotes.
    static func outsideOfQuotes(_ line: some Sequence<UInt8>) -> [UInt8] {
        var isOpen = false
        return line.filter { byte in
            if byte == UInt8(ascii: "\"") { isOpen.toggle() }
            return !isOpen
        }
    }

    /// What separates the numbers of a line; `nil` if there is nothing between them. Where semicolons or blanks do, commas
    /// are decimal marks.
    private static func separator(in bytes: UnsafeBufferPointer<UInt8>) -> Separator? {
        if bytes.contains(UInt8(ascii: ";")) { return .semicolons }
        let comma = UInt8(ascii: ",")
        // Blanks beside commas do not separate values.
        var (last, isBlank, hasBlanks) = (UInt8(10), false, false)
        for byte in bytes where byte != UInt8(ascii: "\"") {
            if byte == 32 || byte == 9 {
                isBlank = true
                continue
            }
            if isBlank, ![last, byte].contains(where: { [10, 13, comma].contains($0) }) { hasBlanks = true }
            (last, isBlank) = (byte, false)
        }
        guard bytes.contains(comma) else { return hasBlanks ? .blanks : nil }
        return hasBlanks && !bytes.contains(UInt8(ascii: ".")) ? .blanks : .commas
    }
}
