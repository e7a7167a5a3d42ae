/// Times of the clock and dates, as headers and tables write them.
enum ClockTime {
    /// The seconds since midnight of a time such as `17:27:45.5`; minutes and seconds or seconds alone may also stand.
    static func seconds(_ text: Substring) -> Double? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard 1...3 ~= parts.count, let last = Double(parts[parts.count - 1]), last.isFinite, last >= 0 else {
            return nil
        }
        var seconds = 0.0
        for part in parts.dropLast() {
            guard let number = Int(part), 0...1_000_000 ~= number else { return nil }
            seconds = (seconds + Double(number)) * 60
        }
        return seconds + last
    }

    /// The seconds from the beginning of 1970 to the beginning of a day; `nil` for a day that does not exist.
    static func seconds(year: Int, month: Int, day: Int) -> Double? {
        guard 1...9999 ~= year, 1...12 ~= month, 1...31 ~= day else { return nil }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        guard day <= lengths[month - 1] else { return nil }
        let before = year - 1
        let days =
            before * 365 + before / 4 - before / 100 + before / 400 + lengths[..<(month - 1)].reduce(0, +) + day - 1
        // There are 719,162 days from the first of January of year 1 to that of 1970.
        return Double(days - 719_162) * 86_400
    }
}
