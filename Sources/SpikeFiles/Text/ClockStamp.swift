/// A time stamp in a table: a time of the clock, a date, or both, as in `2024-05-06T07:08:09.123Z` and `07:08:09,5`.
///
/// Source: ISO 8601-1:2019, of which this is a part. A blank may stand for the `T`, and a slash for the hyphens.
struct ClockStamp: Hashable {
    /// What the stamp holds.
    enum Kind: Hashable {
        case clock, date, both
    }

    /// Seconds since midnight for a time of the clock, otherwise since the beginning of 1970. A stamp without a time zone
    /// is taken for universal time.
    let seconds: Double
    /// The number of decimals of the seconds.
    let decimals: Int
    let kind: Kind

    /// Reads a stamp that fills a field; `nil` if the field is something else.
    init?(_ field: some Collection<UInt8>) {
        var reader = Reader(field)
        reader.skip(UInt8(ascii: "'"))
        let date = reader.date()
        if date != nil, reader.isAtEnd {
            self.init(seconds: date!, decimals: 0, kind: .date)
            return
        }
        if date != nil {
            guard reader.skip(UInt8(ascii: "T")) || reader.skip(UInt8(ascii: "t")) || reader.skip(32) else {
                return nil
            }
        }
        guard let (whole, fraction, decimals) = reader.clock(isShort: date != nil) else { return nil }
        let zone = date == nil ? 0 : reader.zone()
        reader.skip(UInt8(ascii: "'"))
        guard let zone, reader.isAtEnd else { return nil }
        self.init(
            seconds: (date ?? 0) + Double(whole) - Double(zone) + fraction, decimals: decimals,
            kind: date == nil ? .clock : .both)
    }

    /// Whether a field looks like a time stamp that cannot be read, such as `06.05.2024 07:08:09` or `07:08:09 PM`, whose
    /// day and month or half of the day differ from program to program.
    static func isForeign(_ field: some Collection<UInt8>) -> Bool {
        guard 5...40 ~= field.count, ClockStamp(field) == nil else { return false }
        let text = String(decoding: field, as: UTF8.self).lowercased()
        let parts = text.split { !$0.isNumber }
        let marks = text.filter { "./-:".contains($0) }.count
        let others = text.filter { !$0.isNumber && !"./-:, '".contains($0) }
        return parts.count > 1 && (marks > 1 || !others.isEmpty) && ["", "am", "pm", "z", "t", "tz"].contains(others)
            && (text.contains(":") || parts.count == 3 && parts.contains { $0.count == 4 })
    }

    private init(seconds: Double, decimals: Int, kind: Kind) {
        self.seconds = seconds
        self.decimals = decimals
        self.kind = kind
    }
}

private struct Reader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ field: some Collection<UInt8>) { bytes = Array(field) }

    var isAtEnd: Bool { position == bytes.count }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    @discardableResult
    mutating func skip(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    /// A whole number of so many digits.
    private mutating func number(_ digits: ClosedRange<Int>) -> Int? {
        var (value, count) = (0, 0)
        while count < digits.upperBound, let byte = next, byte &- 48 < 10 {
            value = 10 * value + Int(byte - 48)
            count += 1
            position += 1
        }
        return digits.contains(count) ? value : nil
    }

    /// A date such as `2024-05-06`, in seconds since the beginning of 1970. Where there is none, nothing is read.
    mutating func date() -> Double? {
        let start = position
        for separator in [UInt8(ascii: "-"), UInt8(ascii: "/")] {
            position = start
            if let year = number(4...4), skip(separator), let month = number(1...2), skip(separator),
                let day = number(1...2), let date = ClockTime.seconds(year: year, month: month, day: day)
            {
                return date
            }
        }
        position = start
        return nil
    }

    /// A time such as `07:08:09.123`, or `08:09.123` of minutes and seconds, which must have decimals.
    ///
    /// - Parameter isShort: Whether two numbers are hours and minutes, as after a date.
    mutating func clock(isShort: Bool) -> (whole: Int, fraction: Double, decimals: Int)? {
        var numbers: [Int] = []
        while numbers.count < 3 {
            guard let number = number(numbers.isEmpty ? 1...4 : 2...2), numbers.isEmpty || number < 61 else {
                return nil
            }
            numbers.append(number)
            if !skip(UInt8(ascii: ":")) { break }
        }
        guard numbers.count > 1 else { return nil }
        var (digits, decimals) = (0, 0)
        let hasFraction = skip(UInt8(ascii: ".")) || skip(UInt8(ascii: ","))
        while hasFraction, let byte = next, byte &- 48 < 10 {
            if decimals < 15 {
                digits = 10 * digits + Int(byte - 48)
                decimals += 1
            }
            position += 1
        }
        guard hasFraction == (decimals > 0) else { return nil }
        if numbers.count == 2 {
            guard isShort != hasFraction else { return nil }
            numbers = isShort ? numbers + [0] : [0] + numbers
        }
        let power = (0..<decimals).reduce(1.0) { power, _ in 10 * power }
        return (numbers[0] * 3600 + numbers[1] * 60 + numbers[2], Double(digits) / power, decimals)
    }

    /// The seconds by which a time zone such as `Z` or `+02:00` is ahead of universal time; 0 without one.
    mutating func zone() -> Int? {
        if skip(UInt8(ascii: "Z")) || skip(UInt8(ascii: "z")) { return 0 }
        let isBehind = next == UInt8(ascii: "-")
        guard isBehind || next == UInt8(ascii: "+") else { return 0 }
        position += 1
        guard let hours = number(2...2) else { return nil }
        skip(UInt8(ascii: ":"))
        let minutes = isAtEnd ? 0 : number(2...2)
        return minutes.map { (isBehind ? -1 : 1) * (hours * 3600 + $0 * 60) }
    }
}
