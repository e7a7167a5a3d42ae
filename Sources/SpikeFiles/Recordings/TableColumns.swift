import Foundation

/// Which columns of a table are channels, which one holds the times, and which are left out.
///
/// A column that is named as a time or a counter, or a first column that rises in even steps, is no channel. Columns that
/// were chosen are channels whatever they hold.
struct TableColumns {
    /// In the order of the channels.
    private(set) var channels: [Int]
    private(set) var leftOut: [RecordingSummary.Column] = []
    private(set) var warnings: [String] = []
    /// The sampling rate that was asked for and the one that the times give.
    private(set) var rates: RecordingSummary.Rates
    /// The first time, in seconds.
    private(set) var startTime: Double?
    /// The first sample whose time is uneven, if that leaves the sampling rate unknown.
    private(set) var uneven: (column: Int, times: SampleTimes, sample: Int)?

    private let header: [String]?

    /// The columns to look at: those that are named as a time or a counter, and the first.
    static func marked(_ start: TextStart, chosen: [Int]?) -> [Int] {
        guard start.columnCount > 1 else { return [] }
        return (0..<start.columnCount).filter { column in
            let isNamed = start.header.map { ColumnMeaning(name: $0[column]) != .other } ?? false
            return (column == 0 || isNamed) && chosen?.contains(column) != true
        }
    }

    /// - Parameters:
    ///   - columns: The marked ones.
    ///   - chosen: The columns that shall be channels; nil for all that are neither times nor counters.
    ///   - samplingRate: In Hz; instead of what the times say.
    init(
        header: [String]?, count: Int, columns: [MarkedColumn], chosen: [Int]?, samplingRate: Double?
    ) {
        self.header = header
        channels = chosen ?? Array(0..<count)
        rates = RecordingSummary.Rates(given: samplingRate, source: .times)
        findNamedTimes(columns)
        for column in columns where header.map({ ColumnMeaning(name: $0[column.index]) }) == .counter {
            findCounter(column)
        }
        if let first = columns.first, first.index == 0, !leftOut.contains(where: { $0.number == 1 }) { findRamp(first) }
        if let chosen {
            let known = Set(leftOut.map { $0.number - 1 } + chosen)
            for column in 0..<count where !known.contains(column) { leaveOut(column, "not chosen") }
        }
        leftOut.sort { $0.number < $1.number }
    }

    /// Takes the first column that is named as a time and is even; if none is even, the first says what is wrong.
    private mutating func findNamedTimes(_ columns: [MarkedColumn]) {
        var named: [(column: MarkedColumn, unit: TimeUnit)] = []
        for column in columns {
            guard let header, case .time(let unit) = ColumnMeaning(name: header[column.index]) else { continue }
            named.append((column, unit))
        }
        for (column, unit) in named {
            // Only columns that were not chosen may hold text.
            guard column.values.contains(where: { !$0.isNaN }) else {
                leaveOut(column.index, "no numbers")
                continue
            }
            let (scale, guessed) = Self.scale(of: column, unit)
            guard let scale else {
                leaveOut(column.index, "times of an unknown unit")
                continue
            }
            let times = SampleTimes(column, scale: scale)
            if uneven == nil, rates.inFile == nil, let sample = times.firstUneven() {
                uneven = (column.index, times, sample)
            }
            if rates.inFile != nil {
                leaveOut(column.index, "another time")
            } else if let rate = times.samplingRate {
                take(times, rate, column.index, guessed)
            } else {
                startTime = startTime ?? times.start
                leaveOut(column.index, times.isEven ? "the time" : "uneven times")
            }
        }
        if rates.inFile != nil { uneven = nil }
    }

    /// Takes the sampling rate and the start from a column of times.
    ///
    /// - Parameter guessed: The unit, where it was told by the times' size.
    private mutating func take(
        _ times: SampleTimes, _ rate: Double, _ column: Int, _ guessed: String?, isGuess: Bool = false
    ) {
        rates.inFile = rate
        startTime = times.start
        leaveOut(column, "the time" + (guessed.map { ", in \($0)" } ?? ""), isGuess: isGuess)
        guard rates.given == nil else { return }
        if let range = times.uncertainRates {
            let text = [range.lowerBound, range.upperBound].map { RecordingSummary.number($0, digits: 3) }
            warnings.append(
                "the few times, as they are rounded, fit rates from \(text[0]) to \(text[1]) Hz; give the sampling rate "
                    + "if you know it")
        }
        if guessed == "seconds", times.areWhole, rate < 1 {
            warnings.append(
                "\(label(column)) rises by \(RecordingSummary.number(1 / rate, digits: 9)) from row to row and is taken "
                    + "for seconds; give the sampling rate if it counts milliseconds or others")
        }
    }

    /// Leaves out a column that is named as a counter, if it holds one: whole numbers that rise, perhaps with gaps or from
    /// the start again.
    private mutating func findCounter(_ column: MarkedColumn) {
        let values = column.values
        let times = SampleTimes(column, scale: 1)
        guard times.areWhole else { return }
        let falls = zip(values.dropFirst(), values).count { !($0 > $1) }
        // One that is counted modulo a number falls once in a while, to where it began or near it.
        guard falls == 0 || falls * 10 <= values.count && values.count >= 10 else { return }
        if falls == 0, findEpoch(column) { return }
        if falls > 0 {
            leaveOut(column.index, "counts rows, over and over")
        } else if times.areUnmistakable || values.count < 3 {
            leaveOut(column.index, "counts rows")
        } else {
            leaveOut(column.index, "counts rows, with gaps")
            warnings.append("\(label(column.index)) counts rows with gaps: samples may be missing")
        }
    }

    /// Leaves out a first column that rises in even steps, whatever its name, unless that has a unit other than of time.
    private mutating func findRamp(_ column: MarkedColumn) {
        let name = header?[column.index]
        let unit = name.flatMap { ColumnMeaning.timeUnit(ofName: $0) }
        // Whole numbers in even steps count rows, whatever stands in brackets.
        if let name, unit == nil, ColumnName(name).unit != nil, !Self.countsRows(column) { return }
        let times = SampleTimes(column, scale: unit ?? 1)
        guard times.areUnmistakable else {
            let isRising = zip(column.values.dropFirst(), column.values).allSatisfy { $0 > $1 }
            if isRising, column.values.count >= 10, channels.contains(column.index) {
                warnings.append(
                    "\(label(column.index)) rises from row to row as times do, and is taken for a channel; choose the "
                        + "columns if it is none")
            }
            return
        }
        if unit == nil, findEpoch(column) { return }
        let step = RecordingSummary.number(times.step(before: 1), digits: 6)
        if let unit, rates.inFile == nil, uneven == nil, let rate = times.samplingRate {
            take(SampleTimes(column, scale: unit), rate, column.index, nil, isGuess: true)
        } else if times.areWhole {
            leaveOut(
                column.index, times.step(before: 1) == 1 ? "counts rows" : "rises by \(step) from row to row",
                isGuess: true)
        } else if name.map({ ColumnMeaning(name: $0) == .counter }) ?? true, rates.inFile == nil, uneven == nil,
            let rate = times.samplingRate
        {
            take(times, rate, column.index, "seconds", isGuess: true)
        } else {
            leaveOut(column.index, "rises by \(step) from row to row", isGuess: true)
        }
    }

    /// Whether the values are 0, 1, 2 … or 1, 2, 3 …
    private static func countsRows(_ column: MarkedColumn) -> Bool {
        guard let first = column.values.first, first == 0 || first == 1, column.values.count >= 10 else { return false }
        return column.values.enumerated().allSatisfy { $1 == first + Double($0) }
    }

    /// Takes a column of times since 1970 that is not named as such, by their size.
    private mutating func findEpoch(_ column: MarkedColumn) -> Bool {
        guard rates.inFile == nil, uneven == nil, let first = column.values.first, first >= Self.epoch.lowerBound,
            case (let scale?, let guessed?) = Self.scale(of: column, .unstated),
            let rate = SampleTimes(column, scale: scale).samplingRate
        else { return false }
        take(SampleTimes(column, scale: scale), rate, column.index, guessed, isGuess: true)
        return true
    }

    /// From 2000 to 2100, in seconds since 1970.
    private static let epoch = 946_684_800.0...4_102_444_800.0

    /// The length of the times' unit in seconds, nil if it is unknown, and its name if it was told by the times' size:
    /// since 1970 they are seconds, milliseconds, microseconds or nanoseconds; else seconds, if not too many.
    private static func scale(of column: MarkedColumn, _ unit: TimeUnit) -> (scale: Double?, guessed: String?) {
        switch unit {
        case .seconds(let scale): return (scale, nil)
        case .unknown, .notOfTime: return (nil, nil)
        case .unstated:
            let units: [(Double, String)] = [
                (1, "seconds"), (1e-3, "milliseconds"), (1e-6, "microseconds"), (1e-9, "nanoseconds"),
            ]
            guard let largest = column.values.map(abs).max(), largest > epoch.upperBound else { return (1, "seconds") }
            for (scale, name) in units where epoch.contains(largest * scale) { return (scale, name) }
            return (nil, nil)
        }
    }

    private mutating func leaveOut(_ column: Int, _ reason: String, isGuess: Bool = false) {
        // One channel stays, be it named like a counter.
        guard channels != [column] else { return }
        channels.removeAll { $0 == column }
        leftOut.append(
            RecordingSummary.Column(number: column + 1, name: header?[column], reason: reason, isGuess: isGuess))
    }

    /// A column as messages call it, such as `column "MLII"`, or `column 2` where it has no name.
    func label(_ column: Int) -> String {
        guard let name = header?[column], !name.isEmpty else { return "column \(column + 1)" }
        return "column \(excerpt(name.utf8))"
    }
}

extension TextTable {
    /// The error that the times are uneven.
    func unevenTime(_ columns: TableColumns) -> FileError? {
        guard let (_, times, sample) = columns.uneven else { return nil }
        let steps = (1..<times.values.count).map { times.step(before: $0) }
        let step = steps[sample - 1]
        guard steps.contains(where: { $0 > 0 }) else {
            return .malformed(
                path: path, place: "line \(line(ofRow: sample))",
                problem:
                    "\(columns.label(columns.uneven!.column)) is taken for the time and does not rise; choose the columns "
                    + "that are channels, or give the sampling rate to pass over the times")
        }
        let median = steps.sorted()[(times.values.count - 1) / 2]
        let other = median == step ? steps.reduce(0, +) / Double(steps.count) : median
        // As many digits as it takes to tell them apart.
        let digits = (4...17).first { digits in
            RecordingSummary.number(step, digits: digits) != RecordingSummary.number(other, digits: digits)
        }
        let texts = [step, other].map { RecordingSummary.number($0, digits: digits ?? 17) }
        return .malformed(
            path: path, place: "line \(line(ofRow: sample))",
            problem: "the time goes on by \(texts[0]) s, elsewhere by \(texts[1]) s; "
                + "resample to even steps, or give the sampling rate to pass over the times")
    }
}
