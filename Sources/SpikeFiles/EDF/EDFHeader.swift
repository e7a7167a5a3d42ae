import Foundation

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
        let digitalRange: (minimum: Int, maximum: Int)
        /// The number of samples in a data record.
        let sampleCount: Int

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
        recordDuration = try number(244, 8, "length of a data record", Double.self)
        let promised = try number(236, 8, "number of data records", Int.self)
        let signalCount = try number(252, 4, "number of signals", Int.self)
        guard signalCount > 0, recordDuration.isFinite, recordDuration >= 0 else {
            throw .malformed(
                path: path, place: "byte 244",
                problem: "\(signalCount) signals in data records of \(recordDuration) s; both must be above 0")
        }
        size = 256 * (signalCount + 1)
        let bytes = try file.bytes(256 * signalCount)
        guard bytes.count == 256 * signalCount else {
            throw .damaged(path: path, problem: "was cut short within its header of \(signalCount) signals")
        }
        for index in 0..<signalCount { signals.append(try Self.signal(bytes, index, signalCount, path)) }
        let recordSize = signals.reduce(0) { $0 + $1.sampleCount } * sampleSize
        guard recordSize > 0 else { throw .malformed(path: path, place: nil, problem: "holds no samples") }
        let available = (file.size - size) / recordSize
        guard promised <= available else {
            throw .damaged(
                path: path,
                problem:
                    "was cut short: \(available) data records of \(RecordingSummary.number(recordDuration, digits: 9)) s "
                    + "are there, of \(promised) that its header promises")
        }
        // The number is −1 while a program is still recording.
        recordCount = promised < 0 ? available : promised
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
        guard let least = Int(field(120, 8)), let largest = Int(field(128, 8)), let sampleCount = Int(field(216, 8)),
            sampleCount >= 0, sampleCount <= 1 << 30, abs(least) <= 1 << 31, abs(largest) <= 1 << 31
        else {
            throw .malformed(
                path: path, place: "signal \(index + 1)",
                problem: "the range or the number of samples of \(excerpt(label.utf8)) is not a number")
        }
        let signal = Signal(
            label: label, unit: field(96, 8), physicalRange: (limits[0], limits[1]), digitalRange: (least, largest),
            sampleCount: sampleCount)
        guard signal.isAnnotations || least < largest && limits[0] != limits[1] && limits.allSatisfy(\.isFinite) else {
            throw .malformed(
                path: path, place: "signal \(index + 1)",
                problem: "the range of \(excerpt(label.utf8)) is empty: \(least) to \(largest) stand for "
                    + "\(field(104, 8)) to \(field(112, 8))")
        }
        return signal
    }

    /// The start from a date such as `25.04.89` and a time such as `13.05.00`. EDF+ gives the whole year in the field
    /// of the recording.
    private static func startTime(date: String, time: String, recording: String) -> Double? {
        let parts = date.split(separator: ".").map { Int($0) }
        let clock = time.split(separator: ".").map { Int($0) }
        guard parts.count == 3, clock.count == 3, let day = parts[0], let month = parts[1], var year = parts[2],
            let hour = clock[0], let minute = clock[1], let second = clock[2], 0..<24 ~= hour, 0..<60 ~= minute,
            0...60 ~= second, 0...99 ~= year
        else { return nil }
        year += year < 85 ? 2000 : 1900
        let words = recording.split(separator: " ")
        if words.count > 1, words[0] == "Startdate",
            let written = words[1].split(separator: "-").last.flatMap({ Int($0) }),
            1000...9999 ~= written, written % 100 == year % 100
        {
            year = written
        }
        guard let days = ClockTime.seconds(year: year, month: month, day: day) else { return nil }
        return days + Double(hour * 3600 + minute * 60 + second)
    }
}
