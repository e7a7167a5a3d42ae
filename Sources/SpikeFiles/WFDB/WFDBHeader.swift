import Foundation
import SpikeEncoding

/// The header of a WFDB record, a text file with the extension `.hea`.
///
/// Source: "WFDB Applications Guide", header(5), physionet.org/physiotools/wag/header-5.htm.
struct WFDBHeader {
    /// A signal of the record, as a line of the header describes it.
    struct Signal {
        /// The file that holds the samples; `~` in the layout of a record whose segments differ.
        let fileName: String
        let format: Int
        let samplesPerFrame: Int
        /// The number of frames by which the signal is stored too late.
        let skew: Int
        /// The position of the first sample in the file, in bytes.
        let byteOffset: Int
        /// The number of digital steps in a unit.
        let gain: Double
        /// The digital value of 0 units.
        let baseline: Int
        let unit: String
        let initialValue: Int
        /// The sum of all samples modulo 65536; `nil` if the header gives none.
        let checksum: Int?
        /// The description; `signal 3` for the third signal if it has none.
        private(set) var name: String
    }

    /// A part of the record, which is a record itself; `name` is `~` for a gap.
    struct Segment {
        let name: String
        let frameCount: Int
    }

    let path: String
    /// The number of frames per second; `nil` if the header gives none.
    let frameRate: Double?
    /// The number of frames; `nil` if the header gives none.
    let frameCount: Int?
    /// The start in seconds since 1970 or, without a date, since midnight; `nil` if the header gives no time.
    let startTime: Double?
    private(set) var signals: [Signal] = []
    private(set) var segments: [Segment] = []
    /// The number of signals in the record line.
    private let signalCount: Int
    /// Whether the record consists of segments.
    let isSegmented: Bool

    /// The rate that WFDB takes where a header gives none, in Hz.
    static let defaultRate = 250.0
    /// The number of digital steps in a unit where a header gives none.
    private static let defaultGain = 200.0
    private static let largestSize = 1 << 26
    /// A sum of as many segments as a header can list does not overflow.
    private static let largestFrameCount = 1 << 36

    init(_ file: InputFile) throws(FileError) {
        path = file.path
        guard file.size <= Self.largestSize else {
            throw .tooLarge(path: path, problem: "is too large for a header of WFDB")
        }
        try file.seek(to: 0)
        let text = String(decoding: try file.bytes(file.size), as: UTF8.self)
        var lines: [(number: Int, text: Substring)] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            guard let first = line.first(where: { !$0.isWhitespace }), first != "#" else { continue }
            lines.append((index + 1, line))
        }
        guard let (number, recordLine) = lines.first else {
            throw .malformed(path: path, place: nil, problem: "is no header of WFDB: it has no line of content")
        }
        let fields = Self.fields(recordLine)
        let place = "line \(number)"
        let nameParts = fields[0].split(separator: "/", maxSplits: 1)
        guard fields.count >= 2, let count = Int(fields[1]), count >= 0, !nameParts.isEmpty,
            nameParts.count == 1 || Int(nameParts[1]) ?? 0 > 0
        else {
            throw .malformed(
                path: path, place: place,
                problem:
                    "is no record of WFDB: a name and the number of signals are needed: \(excerpt(recordLine.utf8))")
        }
        signalCount = count
        isSegmented = nameParts.count == 2
        frameRate = try Self.rate(fields, path, place)
        frameCount = try Self.frameCount(fields, path, place)
        startTime = try Self.startTime(fields, path, place)
        if isSegmented {
            try readSegments(lines.dropFirst(), promised: Int(nameParts[1])!)
        } else {
            try readSignals(lines.dropFirst())
        }
    }

    /// Whether a text begins as a header does: with the line of a record, and that of a signal or segment.
    static func isLikely(_ start: [UInt8]) -> Bool {
        var lines: [[Substring]] = []
        for line in String(decoding: start, as: UTF8.self).split(whereSeparator: \.isNewline) where lines.count < 2 {
            let words = fields(line)
            if words.first?.hasPrefix("#") == false { lines.append(words) }
        }
        // Tables of numbers have no letters.
        guard lines.count == 2, lines.allSatisfy({ $0.count > 1 }), Int(lines[0][1]) != nil,
            lines[1][0].contains(where: \.isLetter)
        else { return false }
        let format = Int(lines[1][1].prefix { $0.isNumber })
        return lines[0][0].contains("/") || format.flatMap(WFDBFormat.init(rawValue:)) != nil
    }

    private static func fields(_ line: Substring) -> [Substring] { line.split(whereSeparator: \.isWhitespace) }

    private static func rate(_ fields: [Substring], _ path: String, _ place: String) throws(FileError) -> Double? {
        guard fields.count > 2 else { return nil }
        // The frequency of a counter may follow, and its base.
        let text = fields[2].prefix { $0 != "/" && $0 != "(" }
        guard let rate = Double(text), rate.isFinite, rate > 0 else {
            throw .malformed(
                path: path, place: place,
                problem: "the sampling rate is \(excerpt(fields[2].utf8)), not a number above 0")
        }
        return rate
    }

    private static func frameCount(_ fields: [Substring], _ path: String, _ place: String) throws(FileError) -> Int? {
        guard fields.count > 3 else { return nil }
        guard let count = Int(fields[3]), count >= 0 else {
            throw .malformed(
                path: path, place: place, problem: "the number of samples is \(excerpt(fields[3].utf8)), not a number")
        }
        return count > 0 ? count : nil
    }

    private static func startTime(_ fields: [Substring], _ path: String, _ place: String) throws(FileError) -> Double? {
        guard fields.count > 4 else { return nil }
        guard let seconds = ClockTime.seconds(fields[4]) else {
            throw .malformed(
                path: path, place: place,
                problem: "the start is \(excerpt(fields[4].utf8)), not a time such as 13:05:00")
        }
        guard fields.count > 5 else { return seconds }
        let parts = fields[5].split(separator: "/").map { Int($0) }
        guard parts.count == 3, let day = parts[0], let month = parts[1], let year = parts[2],
            let date = ClockTime.seconds(year: year, month: month, day: day)
        else {
            throw .malformed(
                path: path, place: place,
                problem: "the date of the start is \(excerpt(fields[5].utf8)), not one such as 25/04/1989")
        }
        return date + seconds
    }

    private mutating func readSegments(
        _ lines: ArraySlice<(number: Int, text: Substring)>, promised: Int
    ) throws(FileError) {
        for (number, line) in lines.prefix(promised) {
            let fields = Self.fields(line)
            guard fields.count >= 2, let count = Int(fields[1]), 0...Self.largestFrameCount ~= count else {
                throw .malformed(
                    path: path, place: "line \(number)",
                    problem: "a segment is its name and its number of samples, not \(excerpt(line.utf8))")
            }
            segments.append(Segment(name: String(fields[0]), frameCount: count))
        }
        guard segments.count == promised else {
            throw .damaged(
                path: path, problem: "lists \(segments.count) of \(counted(promised, "segment")); its end is missing")
        }
        if let (number, _) = lines.dropFirst(promised).first {
            throw .malformed(
                path: path, place: "line \(number)", problem: "follows the last of its \(counted(promised, "segment"))")
        }
    }

    private mutating func readSignals(_ lines: ArraySlice<(number: Int, text: Substring)>) throws(FileError) {
        for (number, line) in lines.prefix(signalCount) {
            guard let signal = Signal(line, defaultGain: Self.defaultGain) else {
                throw .malformed(
                    path: path, place: "line \(number)",
                    problem: "a signal is a file, a format such as 212 and further numbers, not \(excerpt(line.utf8))")
            }
            signals.append(signal.named(signals.count + 1))
        }
        guard signals.count == signalCount else {
            throw .damaged(
                path: path,
                problem: "describes \(signals.count) of \(counted(signalCount, "signal")); its end is missing")
        }
    }
}

extension WFDBHeader.Signal {
    private static let largestSkew = 1 << 30

    /// Reads a line such as `100.dat 212x2:3+24 200(1024)/mV 11 1024 995 -22131 0 MLII`.
    fileprivate init?(_ line: Substring, defaultGain: Double) {
        let fields = line.split(maxSplits: 8, whereSeparator: \.isWhitespace)
        guard fields.count >= 2 else { return nil }
        fileName = String(fields[0])
        var rest = fields[1]
        func number(after mark: Character?) -> Int? {
            if let mark {
                guard rest.first == mark else { return nil }
                rest.removeFirst()
            }
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            return Int(digits)
        }
        guard let format = number(after: nil) else { return nil }
        self.format = format
        samplesPerFrame = number(after: "x") ?? 1
        skew = number(after: ":") ?? 0
        byteOffset = number(after: "+") ?? 0
        guard rest.isEmpty, 1...65_536 ~= samplesPerFrame, skew <= Self.largestSkew, byteOffset <= Int.max / 2 else {
            return nil
        }
        func whole(_ index: Int) -> Int?? {
            guard fields.count > index else { return .some(nil) }
            return Int(fields[index]).map { .some($0) }
        }
        guard whole(3) != nil, let zero = whole(4), let initial = whole(5), let checksum = whole(6), whole(7) != nil,
            let (gain, baseline, unit) = Self.gain(fields.count > 2 ? fields[2] : "")
        else { return nil }
        self.gain = gain == 0 ? defaultGain : gain
        self.baseline = baseline ?? zero ?? 0
        self.unit = unit ?? "mV"
        initialValue = initial ?? zero ?? 0
        self.checksum = checksum
        name = fields.count > 8 ? fields[8].trimmingCharacters(in: .whitespaces) : ""
    }

    /// The signal with a name even if the header gives none.
    fileprivate func named(_ number: Int) -> Self {
        var signal = self
        if name.isEmpty { signal.name = "signal \(number)" }
        return signal
    }

    /// Reads a gain such as `200(1024)/mV`, whose baseline and unit may be missing.
    private static func gain(_ text: Substring) -> (gain: Double, baseline: Int?, unit: String?)? {
        let parts = text.split(separator: "/", maxSplits: 1)
        var number = parts.first ?? ""
        var baseline: Int?
        if let open = number.firstIndex(of: "("), number.last == ")" {
            baseline = Int(number[number.index(after: open)...].dropLast())
            guard baseline != nil else { return nil }
            number = number[..<open]
        }
        guard let gain = number.isEmpty ? 0 : Double(number), gain.isFinite else { return nil }
        return (gain, baseline, parts.count > 1 ? String(parts[1]) : nil)
    }
}
