/// The name of a column taken apart to recognise times and counters: its words in lower case, and its unit.
struct ColumnWords {
    /// The words outside of brackets, such as `time` and `ms` of `timeMs`.
    let words: [String]
    /// The unit of times in brackets.
    let unit: TimeUnit
    /// The unit of a measured quantity, in brackets or behind an underscore, such as `mV`; `nil` if there is none.
    let measuredUnit: String?

    init(_ name: String) {
        measuredUnit = ColumnName(name).unit.flatMap { MeasuredUnit.isKnown($0) ? $0 : nil }
        for (open, close) in [("(", ")"), ("[", "]")] as [(Character, Character)] {
            guard name.last == close, let start = name.lastIndex(of: open),
                name[name.index(after: start)...].dropLast().contains(where: { !$0.isWhitespace })
            else { continue }
            words = Self.split(name[..<start])
            let isOfTime = words.contains(where: Self.isPlainTime)
            let inside = name[name.index(after: start)...].dropLast()
            // This word is German for hours; elsewhere it is short for a standard deviation.
            let areHours = Self.split(inside) == ["std"] && words.contains { $0.contains("zeit") }
            switch areHours ? TimeUnit.seconds(3600.0) : Self.unit(inBrackets: inside) {
            case .seconds(let seconds)?: unit = .seconds(seconds)
            case .unknown?: unit = .unknown
            case .unstated? where isOfTime: unit = .unstated
            default: unit = isOfTime && measuredUnit == nil ? .unknown : .notOfTime
            }
            return
        }
        words = Self.split(name[...])
        unit = .unstated
    }

    /// What brackets say of the unit of times: `s`, `in ms` and `s since 1970` name one, `UTC` and `since start` leave
    /// it open, and `samples` is one of another kind; `nil` where they are not understood, as `10 us` and `left`.
    private static func unit(inBrackets text: Substring) -> TimeUnit? {
        let inside = split(text)
        guard let last = inside.last else { return nil }
        if counters.contains(last) { return .unknown }
        var unit: TimeUnit?
        var mayBeDate = false
        for word in inside {
            if word.allSatisfy(\.isNumber) {
                guard mayBeDate else { return nil }
            } else if let seconds = TimeUnit.seconds(word) {
                guard unit == nil else { return nil }
                unit = .seconds(seconds)
            } else {
                guard
                    beside.contains(word) || times.contains(word) || timesWithUnit.contains(word)
                        || qualifiers.contains(word)
                else { return nil }
                mayBeDate = ["since", "from", "after", "utc", "gmt"].contains(word)
            }
        }
        return unit ?? .unstated
    }

    /// The length of the unit of time at the name's end, as in `x [ms]` or `runtime_ms`; `nil` if there is none.
    ///
    /// `T_min` is a minimum rather than minutes, `GSR [uS]` a conductance, and `x_10_us` counts something else.
    var secondsAtEnd: Double? {
        if measuredUnit != nil, !isPlainTime { return nil }
        if let seconds = unit.inSeconds { return seconds }
        guard unit == .unstated, measuredUnit == nil, let last = words.last, let seconds = TimeUnit.seconds(last),
            !(words.dropLast().last?.allSatisfy(\.isNumber) ?? false),
            // `mS` is neither a millisecond nor a second.
            !(words.dropLast().last.map { ["m", "u", "µ", "μ", "n"].contains($0) } ?? false),
            isPlainTime || !["min", "mins", "h", "d"].contains(last)
        else { return nil }
        return seconds
    }

    /// Whether the name means a time: all of its words do, and its unit is not that of another quantity.
    var isTime: Bool { unit != .notOfTime && areWordsOfTime }

    /// Whether one of the words means a time, and the others tell its kind.
    var areWordsOfTime: Bool {
        let words = wordsBeforeUnit ?? words
        let isUnitKnown = unit.inSeconds != nil || wordsBeforeUnit != nil
        return words.contains { Self.times.contains($0) || isUnitKnown && Self.timesWithUnit.contains($0) }
            && words.allSatisfy {
                Self.times.contains($0) || Self.timesWithUnit.contains($0) || Self.qualifiers.contains($0)
            }
    }

    /// The words without a unit of time at the end, such as `in ms`; `nil` if the name does not end with a unit, or has
    /// a unit in brackets.
    private var wordsBeforeUnit: [String]? {
        guard unit == .unstated, words.count > 1, TimeUnit.seconds(words[words.count - 1]) != nil else { return nil }
        let left = words.dropLast()
        return Array(left.last == "in" ? left.dropLast() : left)
    }

    /// The length of the unit of a name such as `seconds since start`; `nil` for other names.
    var secondsSince: Double? {
        guard unit == .unstated, words.count > 2, words[0].count > 1, ["since", "from", "after"].contains(words[1]),
            words.dropFirst(2).allSatisfy({ Self.qualifiers.contains($0) || Self.beside.contains($0) })
        else { return nil }
        return TimeUnit.seconds(words[0])
    }

    /// The unit of times, for a name that means a time.
    var timeUnit: TimeUnit {
        wordsBeforeUnit == nil ? unit : TimeUnit.seconds(words[words.count - 1]).map { .seconds($0) } ?? unit
    }

    /// Whether one of the words means a time and nothing else, and none a row: `Time_A`, but neither `t_A` nor
    /// `time index`.
    var isPlainTime: Bool {
        words.contains(where: Self.isPlainTime)
            && !words.contains { Self.rows.contains($0) && !Self.qualifiers.contains($0) }
    }

    private static func isPlainTime(_ word: String) -> Bool {
        let stem = String(word.prefix(word.count - word.reversed().prefix(while: \.isNumber).count))
        // German has many compound words that end with -zeit, such as Messzeit and Laufzeit.
        return times.contains(stem) && !["t", "ts"].contains(stem) || stem.hasSuffix("zeit")
    }

    /// Whether one of the words means a row and nothing else, as in `row_m`.
    var hasRow: Bool { words.contains(where: Self.rows.contains) }

    /// Whether all words mean a counter.
    var isCounter: Bool {
        let words = wordsBeforeUnit ?? words
        return measuredUnit == nil && words.contains(where: Self.counters.contains)
            && words.allSatisfy { Self.counters.contains($0) || ["data", "time"].contains($0) }
    }
}

extension ColumnWords {
    private static let times: Set<String> = [
        "time", "times", "t", "ts", "timestamp", "timestamps", "datetime", "elapsed", "uptime", "zeit", "zeiten",
        "zeitstempel", "zeitpunkt", "uhrzeit", "tiempo", "tijd", "tijdstip", "czas", "čas", "aika", "время",
        "时间", "時間", "시간",
    ]
    /// Words for times that also have other meanings.
    private static let timesWithUnit: Set<String> = ["temps", "tempo", "tid", "clock", "epoch", "date", "utc"]
    private static let qualifiers: Set<String> = [
        "stamp", "stamps", "rel", "relative", "abs", "absolute", "unix", "posix", "system", "sys", "device", "sensor",
        "sample", "sampling", "recording", "record", "gps", "local", "lsl", "host", "start", "since", "from", "run",
        "session", "total", "axis", "base", "log", "x", "the",
    ]
    /// The words that may be in brackets beside a unit of time, or instead of it.
    private static let beside: Set<String> = [
        "in", "of", "after", "boot", "startup", "power", "up", "on", "reset", "midnight", "trigger",
        "begin", "beginning", "onset", "zero", "first", "gmt", "cet", "cest", "mez", "mesz", "bst",
        "est", "edt", "cst", "cdt", "mst", "mdt", "pst", "pdt", "jst", "z",
    ]
    private static let counters: Set<String> = rows.union([
        "n", "no", "nr", "num", "number", "numbers", "#", "i", "id", "step", "steps", "point", "points", "pt", "pts",
        "obs", "observation", "record", "line", "count", "counter", "zeile", "nummer", "lfd",
    ])
    /// The words for counters that have no other meaning.
    private static let rows: Set<String> = [
        "index", "idx", "ix", "row", "rows", "rowname", "rownames", "sample", "samples", "samp", "smp", "samplenumber",
        "sampleindex", "frame", "frames", "framenumber", "timestep", "timesteps", "tick", "ticks", "datapoint",
        "packet",
        "seq", "sequence",
    ]

    private static func split(_ text: Substring) -> [String] {
        var words: [String] = []
        var last: Character = " "
        for character in text {
            let isWord = character.isLetter || character.isNumber
            if isWord, last.isLetter || last.isNumber, !(last.isLowercase && character.isUppercase) {
                words[words.count - 1].append(character)
            } else if isWord || character == "#" {
                words.append(String(character))
            }
            last = character
        }
        return words.map { $0.lowercased() }
    }
}
