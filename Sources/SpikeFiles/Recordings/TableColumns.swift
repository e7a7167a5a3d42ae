import Foundation

/// The roles of the columns of a table: the channels, the times, and the columns that are left out.
///
/// A column that is named as a time or a counter, or a leading column that rises in even steps, is no channel. Columns
/// that were chosen are channels whatever they hold.
struct TableColumns {
    /// The indices of the columns that are channels, in the order of the channels.
    private(set) var channels: [Int]
    private(set) var leftOut: [RecordingSummary.Column] = []
    var warnings: [String] = []
    /// The sampling rate that was asked for and the one that the times give.
    private(set) var rates: RecordingSummary.Rates
    /// The first time, in seconds.
    private(set) var startTime: Double?
    /// The first sample whose time is uneven, if that leaves the sampling rate unknown.
    private(set) var uneven: (column: Int, times: SampleTimes, sample: Int)?

    let header: [String]?
    /// The columns that hold time stamps.
    private let stamps: Set<Int>
    /// The columns that are left out because they count rows.
    private var counters: Set<Int> = []

    /// The columns to look at: those that are named as a time or a counter, and the leading ones while they rise.
    static func choice(_ start: TextStart, chosen: [Int]?) -> TableChoice {
        guard start.columnCount > 1 else { return TableChoice(needed: chosen) }
        let others = (0..<start.columnCount).filter { chosen?.contains($0) != true }
        let named = others.filter { column in
            start.areStamps[column] || start.header.map { ColumnMeaning(name: $0[column]) != .other } ?? false
        }
        return TableChoice(
            needed: chosen, marked: named, rising: others.filter { $0 < leadingCount && !named.contains($0) })
    }

    /// Finds the roles of the columns.
    ///
    /// - Parameters:
    ///   - columns: The marked columns, which may hold times or counters.
    ///   - stamps: The columns that hold time stamps, in seconds.
    ///   - chosen: The columns to take as channels; `nil` for all that are neither times nor counters.
    ///   - samplingRate: The sampling rate in Hz to use instead of the one that the times give; `nil` for none.
    init(
        header: [String]?, count: Int, columns: [MarkedColumn], stamps: Set<Int> = [], chosen: [Int]?,
        samplingRate: Double?
    ) {
        self.stamps = stamps
        self.header = header
        channels = chosen ?? Array(0..<count)
        rates = RecordingSummary.Rates(given: samplingRate, source: .times)
        findNamedTimes(columns)
        for column in columns where header.map({ ColumnMeaning(name: $0[column.index]) }) == .counter {
            findCounter(column)
        }
        // Behind columns that count rows, the next may hold the times.
        for (index, column) in columns.enumerated() {
            guard column.index == index, index < Self.leadingCount, channels != [index] else { break }
            if !leftOut.contains(where: { $0.number == index + 1 }) { findRamp(column) }
            guard counters.contains(index) else { break }
        }
        warnOfUnknownUnit()
        warnOfDoubtfulNames()
        if let chosen {
            let known = Set(leftOut.map { $0.number - 1 } + chosen)
            for column in 0..<count where !known.contains(column) { leaveOut(column, "not chosen") }
        }
        leftOut.sort { $0.number < $1.number }
    }

    /// Warns of a first line that may be a sample with a flaw, such as `1x,2`: all names are numbers except the first,
    /// which begins as one.
    private mutating func warnOfDoubtfulNames() {
        guard let names = header, names.count > 1, names[0].first?.isWholeNumber == true,
            names.dropFirst().allSatisfy({ Double($0) != nil })
        else { return }
        warnings.append(
            "the first line is taken for the names of the columns, although only \(excerpt(names[0].utf8)) in it is no number; "
                + "if it is a sample, correct it")
    }

    /// Takes the first column that is named as a time and is even; if none is even, the first says what is wrong.
    private mutating func findNamedTimes(_ columns: [MarkedColumn]) {
        var named: [(column: MarkedColumn, unit: TimeUnit)] = []
        for column in columns {
            if stamps.contains(column.index) {
                named.append((column, .seconds(1)))
            } else if let header, case .time(let unit) = ColumnMeaning(name: header[column.index]) {
                named.append((column, unit))
            }
        }
        var date: Double?
        for (column, unit) in named {
            // Only columns that were not chosen may hold text.
            guard column.values.contains(where: { !$0.isNaN }) else {
                leaveOut(column.index, "no numbers")
                continue
            }
            let (scale, guessed) = Self.scale(of: column, unit)
            guard let scale else {
                leaveOut(column.index, Self.unknownUnit)
                continue
            }
            if stamps.contains(column.index), let first = column.values.first, Self.areDays(column.values) {
                date = date ?? first
                leaveOut(column.index, "the date")
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
        // Times of the clock on a day that another column names.
        if let date, let start = startTime, 0..<86_400 ~= start { startTime = start + date }
        if rates.given != nil, let uneven, let flaw = uneven.times.flaw {
            warnings.append("\(label(uneven.column)), which --sampling-rate passes over, \(flaw)")
        }
    }

    /// Whether stamps are dates that rows share, so that another column has the times. The date of the first row is that
    /// of the start, as times of the clock that pass midnight are counted on.
    private static func areDays(_ stamps: [Double]) -> Bool {
        guard stamps.allSatisfy({ $0.remainder(dividingBy: 86_400) == 0 }) else { return false }
        let pairs = zip(stamps, stamps.dropFirst())
        return pairs.allSatisfy { $0 <= $1 } && pairs.contains { $0 == $1 }
    }

    /// The reason to leave out a column whose values rise evenly.
    static func rises(by step: Double) -> String {
        "rises by \(RecordingSummary.number(step, digits: 6)) from row to row"
    }

    /// Takes the sampling rate and the start from a column of times.
    ///
    /// - Parameter guessed: The name of the unit, if it was guessed by the size of the times.
    mutating func take(
        _ times: SampleTimes, _ rate: Double, _ column: Int, _ guessed: String?, isGuess: Bool = false
    ) {
        rates.inFile = rate
        startTime = times.start
        leaveOut(column, "the time" + (guessed.map { ", in \($0)" } ?? ""), isGuess: isGuess)
        guard rates.given == nil else { return }
        if let range = times.uncertainRates {
            let text = [range.lowerBound, range.upperBound].map { RecordingSummary.number($0, digits: 3) }
            let rates = range.upperBound.isFinite ? "\(text[0]) to \(text[1]) Hz" : "\(text[0]) Hz on"
            warnings.append(
                "the few times, as they are rounded, fit rates from \(rates), and "
                    + "\(RecordingSummary.number(rate, digits: 6)) Hz is taken; give --sampling-rate if you know it")
        }
        if guessed == "seconds", times.areWhole, rate < 1 {
            warnings.append(
                "\(label(column)) rises by \(RecordingSummary.number(1 / rate, digits: 9)) from row to row and is taken "
                    + "for seconds; give --sampling-rate if it counts milliseconds or others")
        }
    }

    /// Leaves out a column that is named as a counter, if it holds one: whole numbers that rise, perhaps with gaps or
    /// from the start again.
    private mutating func findCounter(_ column: MarkedColumn) {
        let values = column.values
        let times = SampleTimes(column, scale: 1)
        guard times.areWhole else { return }
        let falls = zip(values.dropFirst(), values).count { !($0 > $1) }
        // A counter modulo some number falls from time to time, to its start or near it.
        guard falls == 0 || falls * 10 <= values.count && values.count >= 10 else { return }
        if falls == 0, findEpoch(column) { return }
        if falls > 0 {
            leaveOutCounter(column.index, "counts rows, over and over")
        } else if times.areUnmistakable || values.count < 3 {
            let step = values.count < 2 ? 1 : values[1] - values[0]
            leaveOutCounter(column.index, step == 1 ? "counts rows" : Self.rises(by: step))
        } else {
            leaveOutCounter(column.index, "counts rows, with gaps")
            warnings.append("\(label(column.index)) counts rows with gaps: samples may be missing")
        }
    }

    /// The times from the year 2000 to 2100, in seconds since 1970.
    static let epoch = 946_684_800.0...4_102_444_800.0

    /// The length of the times' unit in seconds, `nil` if it is unknown, and its name if it was told by the times'
    /// size: since 1970 they are seconds, milliseconds, microseconds or nanoseconds; else seconds, if not too many.
    static func scale(of column: MarkedColumn, _ unit: TimeUnit) -> (scale: Double?, guessed: String?) {
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

    mutating func leaveOutCounter(_ column: Int, _ reason: String, isGuess: Bool = false) {
        leaveOut(column, reason, isGuess: isGuess)
        counters.insert(column)
    }

    mutating func leaveOut(_ column: Int, _ reason: String, isGuess: Bool = false) {
        // At least one channel must remain, even if its name is that of a counter.
        guard channels != [column], !leftOut.contains(where: { $0.number == column + 1 }) else { return }
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
