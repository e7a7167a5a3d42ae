/// A line such as `sep=;`, which tells Excel the delimiter. It is not a row of the table.
struct SeparatorLine {
    let delimiter: UInt8

    /// Reads the delimiter from a line; `nil` unless the line is of this form.
    ///
    /// - Parameter line: A line that ends with a newline.
    init?(_ line: some Sequence<UInt8>) {
        var bytes = line.makeIterator()
        for letter in "sep=".utf8 {
            guard let byte = bytes.next(), byte == letter || byte == letter - 32 else { return nil }
        }
        guard let delimiter = bytes.next(), delimiter != TextBlocks.newline, delimiter != 13 else { return nil }
        for byte in IteratorSequence(bytes) {
            if byte == TextBlocks.newline { break }
            guard byte == 13 || byte == 32 else { return nil }
        }
        self.delimiter = delimiter
    }
}

/// The units below the names of a table: a line without any number, between the names and the first numbers.
struct UnitRow {
    private let units: [String]

    /// Reads the units; `nil` unless the second of three lines is such a row, of at least two columns.
    ///
    /// - Parameters:
    ///   - lines: The first three lines with content, each ended by a newline.
    ///   - delimiter: The delimiter; `nil` if it is unknown.
    init?(of lines: [[UInt8]], delimiter: UInt8?) {
        guard lines.count == 3 else { return nil }
        let dialect = delimiter.map { TextDialect(delimiter: $0) } ?? TextDialect(lines: [lines[0], lines[2]])
        let fields = lines.map { dialect.filledFields(of: $0) }
        func hasNumbers(_ fields: [[UInt8]]) -> Bool { fields.contains { dialect.number($0) != nil } }
        guard fields[0].count > 1, fields[0].count == fields[1].count, fields[0].count == fields[2].count,
            !hasNumbers(fields[0]), hasNumbers(fields[2]), fields[1].allSatisfy({ $0.count <= 20 }),
            !fields[1].contains(where: dialect.resemblesNumber)
        else { return nil }
        if hasNumbers(fields[1]) {
            // The number 1 is the unit of numbers without dimension, where the others are units, above numbers alone.
            let others = fields[1].filter { $0 != Array("1".utf8) }
            guard others.contains(where: Self.isKnown),
                others.allSatisfy({ $0 == Array("-".utf8) || Self.isKnown($0) }),
                fields[2].allSatisfy({ dialect.number($0) != nil })
            else { return nil }
        }
        units = fields[1].map { field in
            let unit = Self.unit(field)
            return unit == "-" || unit == "1" ? "" : unit
        }
    }

    /// The unit without quotes and brackets.
    private static func unit(_ field: [UInt8]) -> String {
        let text = unquoted(decoded(field))
        let isBracketed = text.count > 2 && ["[]", "()"].contains("\(text.first!)\(text.last!)")
        return isBracketed ? String(text.dropFirst().dropLast()) : text
    }

    private static func isKnown(_ field: [UInt8]) -> Bool {
        let unit = unit(field)
        return MeasuredUnit.isKnown(unit) || TimeUnit.seconds(unit) != nil
    }

    /// The names with their units, such as `MLII (mV)`. A name that already has a unit keeps it.
    func joined(to names: [String]) -> [String] {
        names.enumerated().map { index, name in
            guard index < units.count, !units[index].isEmpty, ColumnName(name).unit == nil else { return name }
            return "\(name) (\(units[index]))"
        }
    }
}

/// A name without the single quotes that PhysioNet's programs put around it.
func unquoted(_ name: String) -> String {
    name.count > 2 && name.first == "'" && name.last == "'" ? String(name.dropFirst().dropLast()) : name
}
