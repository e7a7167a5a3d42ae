import Foundation
import SpikeEncoding

/// The header of a file in the European Data Format (EDF, EDF+) or BioSemi's variant with 24 bits (BDF, BDF+).
///
/// Sources: B. Kemp et al. (1992), doi:10.1016/0013-4694(92)90009-7; B. Kemp and J. Olivan (2003),
/// doi:10.1016/S1388-2457(03)00123-8; BioSemi, biosemi.com/faq/file_format.htm.
struct EDFHeader {
    /// A signal, as the header describes it.
    struct Signal {
        let label: String
        let unit: String
        let physicalRange: (minimum: Double, maximum: Double)
        /// The range of the stored numbers, which may be reversed; `nil` if it is not given.
        let digitalRange: (minimum: Int, maximum: Int)?
        /// The number of samples in a data record.
        let sampleCount: Int

        /// Why the stored numbers have no values in the unit, as those of a channel that was not used; `nil` if they have.
        var flaw: String? {
            let (least, largest) = physicalRange
            guard least.isFinite, largest.isFinite, let digitalRange else { return "its range is not given in numbers" }
            func text(_ value: Double) -> String { RecordingSummary.number(value, digits: 9) }
            if least == largest { return "its range is empty, \(text(least)) to \(text(largest))" }
            if digitalRange.minimum == digitalRange.maximum {
                return "its digital range is empty, \(digitalRange.minimum) to \(digitalRange.maximum)"
            }
            return nil
        }

        /// Whether the signal holds text about the recording instead of samples.
        var isAnnotations: Bool { label == "EDF Annotations" || label == "BDF Annotations" }
    }

    /// The number of bytes of a sample.
    let sampleSize: Int
    /// The start in seconds since 1970; `nil` if the header gives none.
    let startTime: Double?
    /// The number of data records in the file.
    let recordCount: Int
    /// The length of a data record in seconds.
    let recordDuration: Double
    /// Whether the header says that there may be gaps between data records.
    let mayHaveGaps: Bool
    let size: Int
    /// What the file holds beyond its data records, and what of the start cannot be read, one sentence each.
    private(set) var warnings: [String] = []
    private(set) var signals: [Signal] = []

    /// The number of bytes of a data record.
    var recordSize: Int { signals.reduce(0) { $0 + $1.sampleCount } * sampleSize }

    /// Whether a file begins as one of these formats does.
    static func matches(_ start: some Collection<UInt8>) -> Bool {
        start.starts(with: "0       ".utf8) || start.starts(with: [0xFF] + Array("BIOSEMI".utf8))
    }

    init(_ file: InputFile) throws(FileError) {
        let path = file.path
        try file.seek(to: 0)
        let fixed = try file.bytes(256)
        guard fixed.count == 256, Self.matches(fixed) else {
            throw .malformed(path: path, place: "byte 0", problem: "is no EDF or BDF file, or was cut short")
        }
        func field(_ start: Int, _ count: Int) -> String { Self.text(fixed[start..<start + count]) }
        func number<Value: LosslessStringConvertible>(
            _ start: Int, _ count: Int, _ name: String, _: Value.Type
        ) throws(FileError) -> Value {
            guard let value = Value(field(start, count)) else {
                throw .malformed(
                    path: path, place: "byte \(start)",
                    problem: "the \(name) is \(excerpt(fixed[start..<start + count])), not a number")
            }
            return value
        }
        sampleSize = fixed[0] == 0xFF ? 3 : 2
        mayHaveGaps = field(192, 44).hasPrefix("EDF+D") || field(192, 44).hasPrefix("BDF+D")
        startTime = Self.startTime(date: field(168, 8), time: field(176, 8), recording: field(88, 80))
        if startTime == nil, !(field(168, 8) + field(176, 8)).isEmpty {
            warnings.append(
                "its start is unknown: \(excerpt((field(168, 8) + " " + field(176, 8)).utf8)) is no date and time such as "
                    + "25.04.89 13.05.00")
        }
        recordDuration = try number(244, 8, "length of a data record", Double.self)
        let promised = try number(236, 8, "number of data records", Int.self)
        let signalCount = try number(252, 4, "number of signals", Int.self)
        // The number is −1 while a program is still recording.
        guard promised >= -1 else {
            throw .malformed(
                path: path, place: "byte 236",
                problem: "the number of data records is \(promised); it must be 0 or more, or -1 if it is unknown")
        }
        guard signalCount > 0, recordDuration.isFinite, recordDuration >= 0 else {
            throw .malformed(
                path: path, place: "byte 244",
                problem:
                    "\(counted(signalCount, "signal")) in data records of \(recordDuration) s; both must be above 0")
        }
        size = 256 * (signalCount + 1)
        let bytes = try file.bytes(256 * signalCount)
        guard bytes.count == 256 * signalCount else {
            throw .damaged(path: path, problem: "was cut short within its header of \(counted(signalCount, "signal"))")
        }
        for index in 0..<signalCount { signals.append(try Self.signal(bytes, index, signalCount, path)) }
        let recordSize = signals.reduce(0) { $0 + $1.sampleCount } * sampleSize
        guard recordSize > 0 else { throw .malformed(path: path, place: nil, problem: "holds no samples") }
        let available = (file.size - size) / recordSize
        guard promised <= available else {
            throw .damaged(
                path: path,
                problem:
                    "was cut short: it holds \(counted(available, "data record")) of "
                    + "\(RecordingSummary.number(recordDuration, digits: 9)) s, of \(promised) that its header promises"
            )
        }
        recordCount = promised < 0 ? available : promised
        if available > recordCount {
            warnings.append(
                "it holds \(counted(available, "data record")), but its header promises \(promised); what is behind them is left out"
            )
        }
        let rest = (file.size - size) % recordSize
        if rest > 0 {
            warnings.append(
                "\(counted(rest, "byte")) at its end \(rest == 1 ? "is" : "are") left out, as a data record takes \(recordSize)"
            )
        }
    }

    private static func text(_ bytes: some Sequence<UInt8>) -> String {
        String(bytes.map { Character(UnicodeScalar($0)) }).trimmingCharacters(
            in: .whitespaces.union(.controlCharacters))
    }

    /// Reads one signal; the header has the same field of all signals before the next field.
    private static func signal(
        _ bytes: [UInt8], _ index: Int, _ count: Int, _ path: String
    ) throws(FileError) -> Signal {
        func field(_ offset: Int, _ width: Int) -> String {
            let start = offset * count + width * index
            return text(bytes[start..<start + width])
        }
        let label = field(0, 16)
        // Some programs write a decimal comma.
        let limits = [104, 112].map { Double(field($0, 8).replacing(",", with: ".")) ?? .nan }
        guard let sampleCount = Int(field(216, 8)), sampleCount >= 0, sampleCount <= 1 << 30 else {
            throw .malformed(
                path: path, place: "signal \(index + 1)",
                problem: "the number of samples of \(excerpt(label.utf8)) is not a number")
        }
        var digitalRange: (minimum: Int, maximum: Int)?
        if let least = Int(field(120, 8)), let largest = Int(field(128, 8)), abs(least) <= 1 << 31,
            abs(largest) <= 1 << 31
        {
            digitalRange = (least, largest)
        }
        return Signal(
            label: label, unit: field(96, 8), physicalRange: (limits[0], limits[1]), digitalRange: digitalRange,
            sampleCount: sampleCount)
    }

    /// The start from a date such as `25.04.89` and a time such as `13.05.00`; hyphens, slashes and colons may stand for
    /// the points. EDF+ gives the whole year in the field of the recording, and has `yy` for years after 2084 in the
    /// date.
    private static func startTime(date: String, time: String, recording: String) -> Double? {
        let parts = date.split { ".-/".contains($0) }
        let clock = time.split { ".:-/".contains($0) }.map { Int($0) }
        guard parts.count == 3, clock.count == 3, let day = Int(parts[0]), let month = Int(parts[1]),
            let hour = clock[0], let minute = clock[1], let second = clock[2], 0..<24 ~= hour, 0..<60 ~= minute,
            0...60 ~= second
        else { return nil }
        let short = Int(parts[2]).flatMap { 0...99 ~= $0 ? $0 : nil }
        guard let year = fullYear(recording, short) ?? short.map({ $0 < 85 ? 2000 + $0 : 1900 + $0 }),
            short != nil || parts[2].lowercased() == "yy",
            let days = ClockTime.seconds(year: year, month: month, day: day)
        else { return nil }
        return days + Double(hour * 3600 + minute * 60 + second)
    }

    /// The year in a text such as `Startdate 02-MAR-2103`, if it ends in the two digits that the date gives.
    private static func fullYear(_ recording: String, _ short: Int?) -> Int? {
        let words = recording.split(separator: " ")
        guard words.count > 1, words[0] == "Startdate",
            let year = words[1].split(separator: "-").last.flatMap({ Int($0) }), 1000...9999 ~= year,
            short == nil || year % 100 == short
        else { return nil }
        return year
    }
}
