/// What a column's name says of its values.
enum ColumnMeaning: Equatable {
    /// When each row was taken.
    case time(TimeUnit)
    /// The number of each row.
    case counter
    /// Anything else: most likely a signal.
    case other

    init(name: String) {
        var (words, unit) = Self.parts(name)
        // What pandas writes, or calls a column without a name.
        let isUnnamed =
            name.allSatisfy(\.isWhitespace)
            || ["unnamed", "level"].contains(words.first) && Int(words.last ?? "") != nil
        if isUnnamed, unit == .unstated {
            self = .counter
            return
        }
        if unit == .unstated, words.count > 1, let seconds = TimeUnit.seconds(words[words.count - 1]) {
            unit = .seconds(seconds)
            words.removeLast()
            if words.last == "in" { words.removeLast() }
        }
        if unit != .notOfTime, Self.isTime(words, isUnitKnown: unit.inSeconds != nil) {
            self = .time(unit)
        } else if words.count == 1, words[0].count > 3 || words[0].hasPrefix("sec"),
            let seconds = TimeUnit.seconds(words[0])
        {
            self = .time(.seconds(seconds))
        } else if words.contains(where: Self.counters.contains),
            words.allSatisfy({ Self.counters.contains($0) || ["data", "time"].contains($0) })
        {
            self = .counter
        } else {
            self = .other
        }
    }

    /// The time unit of a name that alone does not mean a time, such as `ms` or `x [ms]`; nil if it has none.
    static func timeUnit(ofName name: String) -> Double? {
        let (words, unit) = parts(name)
        return unit.inSeconds ?? (unit == .unstated && words.count == 1 ? TimeUnit.seconds(words[0]) : nil)
    }

    private static func isTime(_ words: [String], isUnitKnown: Bool) -> Bool {
        words.contains { times.contains($0) || isUnitKnown && timesWithUnit.contains($0) }
            && words.allSatisfy { times.contains($0) || timesWithUnit.contains($0) || qualifiers.contains($0) }
    }

    private static let times: Set<String> = [
        "time", "times", "t", "ts", "timestamp", "timestamps", "datetime", "elapsed", "uptime", "zeit", "zeiten",
        "zeitstempel", "zeitpunkt", "uhrzeit", "tiempo", "tijd", "tijdstip", "czas", "čas", "aika", "время",
        "时间", "時間", "시간",
    ]
    /// These have other meanings as well.
    private static let timesWithUnit: Set<String> = ["temps", "tempo", "tid", "clock", "epoch", "date", "utc"]
    private static let qualifiers: Set<String> = [
        "stamp", "stamps", "rel", "relative", "abs", "absolute", "unix", "posix", "system", "sys", "device", "sensor",
        "sample", "sampling", "recording", "record", "gps", "local", "lsl", "host", "start", "since", "from", "run",
        "session", "total", "axis", "base", "log", "x", "the",
    ]
    private static let counters: Set<String> = [
        "index", "idx", "ix", "row", "rows", "rowname", "rownames", "sample", "samples", "samp", "smp", "samplenumber",
        "sampleindex", "frame", "frames", "framenumber", "n", "no", "nr", "num", "number", "numbers", "#", "i", "id",
        "step", "steps", "timestep", "timesteps", "tick", "ticks", "point", "points", "datapoint", "pt", "pts", "obs",
        "observation", "packet", "seq", "sequence", "record", "line", "count", "counter", "zeile", "nummer", "lfd",
    ]

    /// The words of a name in lower case, and the unit that it has in brackets: `timeMs` is `time` and `ms`.
    private static func parts(_ name: String) -> (words: [String], unit: TimeUnit) {
        for (open, close) in [("(", ")"), ("[", "]")] as [(Character, Character)] {
            guard name.last == close, let start = name.lastIndex(of: open) else { continue }
            let inside = words(name[name.index(after: start)...].dropLast())
            let quantity = words(name[..<start])
            guard let last = inside.last else { return (quantity, .unstated) }
            if inside == [last] || inside == ["in", last], let seconds = TimeUnit.seconds(last) {
                return (quantity, .seconds(seconds))
            }
            return (quantity, counters.contains(last) ? .unknown : .notOfTime)
        }
        return (words(name[...]), .unstated)
    }

    private static func words(_ text: Substring) -> [String] {
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

/// What a name says of the unit of times.
enum TimeUnit: Equatable {
    /// Its length.
    case seconds(Double)
    case unstated
    /// One that is not known, such as `samples`.
    case unknown
    /// One of another quantity, as in `T (°C)`.
    case notOfTime

    var inSeconds: Double? {
        if case .seconds(let seconds) = self { seconds } else { nil }
    }

    /// The length of a unit of time, by any of its names in lower case.
    static func seconds(_ word: String) -> Double? { lengths[word] }

    private static let lengths: [String: Double] = {
        let names: [(Double, String)] = [
            (1, "s sec secs second seconds sek sekunde sekunden seconde secondes segundo segundos"),
            (1e-3, "ms msec msecs milli millis millisecond milliseconds millisekunde millisekunden"),
            (1e-6, "us µs μs usec usecs micro micros microsecond microseconds mikrosekunde mikrosekunden"),
            (1e-9, "ns nsec nsecs nano nanos nanosecond nanoseconds nanosekunde nanosekunden"),
            (60, "min mins minute minutes minuten"), (3600, "h hr hrs hour hours stunde stunden"),
            (86400, "d day days tag tage"),
        ]
        var lengths: [String: Double] = [:]
        for (length, words) in names { for word in words.split(separator: " ") { lengths[String(word)] = length } }
        return lengths
    }()
}
