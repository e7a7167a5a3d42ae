/// The meaning of a column's values as far as its name tells, wherever the column is in a table.
enum ColumnMeaning: Equatable {
    /// The time of each row.
    case time(TimeUnit)
    /// The number of each row.
    case counter
    /// Anything else: most likely a signal.
    case other

    init(name: String) {
        let parts = ColumnWords(name)
        let words = parts.words
        // Pandas writes an empty name for its index, and names such as `Unnamed: 0` or `level_0` for unnamed columns.
        let isUnnamed =
            name.allSatisfy(\.isWhitespace)
            || ["unnamed", "level"].contains(words.first) && Int(words.last ?? "") != nil
        if isUnnamed, parts.unit == .unstated {
            self = .counter
        } else if parts.isTime {
            self = .time(parts.timeUnit)
        } else if let seconds = parts.secondsSince {
            self = .time(.seconds(seconds))
        } else if words.count == 1, words[0].count > 3 || words[0].hasPrefix("sec"),
            let seconds = TimeUnit.seconds(words[0])
        {
            self = .time(.seconds(seconds))
        } else {
            self = parts.isCounter ? .counter : .other
        }
    }
}

/// The meaning of a leading column whose values rise in even steps, as those of times and counters do. Its name is read
/// more liberally than that of other columns.
enum RampMeaning: Equatable {
    case time(TimeUnit)
    case counter
    /// The name has the unit of a measured quantity, such as `a_mV`, so that the column is a signal.
    case measured
    /// The name does not tell whether the column is a time, a counter or a signal.
    case unstated

    /// Derives the meaning from the name of the column.
    ///
    /// - Parameters:
    ///   - name: The name of the column.
    ///   - areWhole: Whether the values are whole numbers.
    init(name: String, areWhole: Bool) {
        let parts = ColumnWords(name)
        if let seconds = parts.secondsAtEnd {
            self = .time(.seconds(seconds))
        } else if ColumnMeaning(name: name) == .counter {
            self = .counter
        } else if parts.isPlainTime || parts.measuredUnit == nil && parts.areWordsOfTime {
            self = .time(Self.unit(parts))
        } else if parts.hasRow, areWhole {
            self = .counter
        } else {
            self = parts.measuredUnit == nil ? .unstated : .measured
        }
    }

    /// The unit of times whose name has other words as well. `time (ms) A` is in milliseconds, `Time_A` and `time
    /// (UTC)` have no unit, and the units of `time_10us` and `time_m` are not understood.
    private static func unit(_ parts: ColumnWords) -> TimeUnit {
        // A capital letter is a label.
        let isLabel = parts.measuredUnit.map { $0.count == 1 && $0 == $0.uppercased() && $0 != $0.lowercased() } ?? true
        guard isLabel else { return .unknown }
        guard parts.unit == .unstated || parts.measuredUnit != nil else {
            return parts.unit.inSeconds.map { .seconds($0) } ?? .unknown
        }
        let words = parts.words
        if words.contains(where: { $0.first!.isNumber && !$0.allSatisfy(\.isNumber) }) { return .unknown }
        let places = words.indices.filter { TimeUnit.seconds(words[$0]) != nil }
        guard let place = places.first else { return .unstated }
        let isCounted = place > 0 && words[place - 1].allSatisfy(\.isNumber)
        guard places.count == 1, !isCounted, words[place].count > 1 else { return .unknown }
        return TimeUnit.seconds(words[place]).map { .seconds($0) } ?? .unknown
    }
}
