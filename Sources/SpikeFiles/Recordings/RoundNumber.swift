import Foundation

/// The number of a range that is written with the fewest digits.
struct RoundNumber {
    let value: Double
    /// The number of digits from the first to the last that is not 0.
    let digits: Int

    /// Finds the number of a range with the fewest digits; `nil` if every number in the range has more than `limit`.
    ///
    /// - Parameters:
    ///   - range: The range, above 0.
    ///   - estimate: An estimate. Of several numbers with equally few digits, the nearest to it is taken.
    ///   - limit: The largest number of digits.
    init?(in range: ClosedRange<Double>, near estimate: Double, limit: Int = 9) {
        guard range.lowerBound > 0, range.upperBound.isFinite else { return nil }
        let first = Int(log10(range.upperBound).rounded(.down))
        for digits in 1...limit {
            let place = first - digits + 1
            func number(_ count: Double) -> Double {
                place < 0 ? count / pow(10, Double(-place)) : count * pow(10, Double(place))
            }
            let unit = number(1)
            let found = [
                (estimate / unit).rounded(), (range.lowerBound / unit).rounded(.up),
                (range.upperBound / unit).rounded(.down),
            ].map(number).filter { range.contains($0) }
            if let nearest = found.min(by: { abs($0 - estimate) < abs($1 - estimate) }) {
                value = nearest
                self.digits = digits
                return
            }
        }
        return nil
    }

    /// Whether a range above 0 has a number, other than the given one, that is written with so many digits or fewer.
    static func isOneOfSeveral(_ number: Double, in range: ClosedRange<Double>, digits: Int) -> Bool {
        guard range.lowerBound > 0, range.upperBound.isFinite else { return true }
        let decades = Int(log10(range.lowerBound).rounded(.down))...Int(log10(range.upperBound).rounded(.down))
        return decades.contains { decade in
            let unit = pow(10, Double(decade - digits + 1))
            let least = max(range.lowerBound, pow(10, Double(decade)))
            let largest = min(range.upperBound, pow(10, Double(decade + 1)))
            return [(least / unit).rounded(.up) * unit, (largest / unit).rounded(.down) * unit].contains {
                range.contains($0) && abs($0 - number) > 1e-6 * number
            }
        }
    }
}

/// Sampling rates as people choose them.
enum SamplingRate {
    /// Common sampling rates, in Hz, that are not the roundest numbers near them.
    private static let usual: [Double] = [
        7.8125, 15.625, 31.25, 62.5, 64, 125, 128, 250, 256, 360, 500, 512, 1000, 1024, 2000, 2048, 4096, 8192, 11025,
        16384, 22050, 32768, 44100, 48000, 88200, 96000, 176400, 192000,
    ]

    /// Long periods as people choose them, in seconds: weeks, days, hours and minutes, and parts of these.
    private static let usualPeriods: [Double] = [
        604_800, 86_400, 43_200, 21_600, 14_400, 10_800, 7200, 3600, 1800, 1200, 900, 600, 300, 120, 60,
    ]

    /// The rate in a range that was most likely meant: a usual one, below two samples per minute that of a usual period,
    /// else the one that, or whose period, has the fewest digits; `nil` if none is round.
    static func roundest(_ range: ClosedRange<Double>, near estimate: Double) -> Double? {
        let usual = usual.filter { range.contains($0) }
        if let nearest = usual.min(by: { abs($0 - estimate) < abs($1 - estimate) }) { return nearest }
        let rate = RoundNumber(in: range, near: estimate)
        let periods = 1 / range.upperBound...1 / range.lowerBound
        if range.upperBound < 1 / 30.0 {
            let period = usualPeriods.lazy.map { (1 / (estimate * $0)).rounded() * $0 }.first { periods.contains($0) }
            if let period, period > 0 { return 1 / period }
        }
        if let period = RoundNumber(in: periods, near: 1 / estimate), period.digits < rate?.digits ?? .max {
            // A period such as 0.00004 s is not exact in binary, but its rate is.
            let rate = 1 / period.value
            let whole = rate.rounded()
            return abs(rate - whole) <= 4 * whole.ulp ? whole : rate
        }
        return rate?.value
    }

    /// Whether a range has a rate, other than the given one, that is as round: a usual one, or one that has, or whose
    /// period has, as few digits.
    static func isOneOfSeveral(_ rate: Double, in range: ClosedRange<Double>) -> Bool {
        guard range.lowerBound > 0, range.upperBound.isFinite else { return true }
        if usual.contains(where: { range.contains($0) && abs($0 - rate) > 1e-6 * rate }) { return true }
        func digits(_ number: Double) -> Int? {
            RoundNumber(in: number * (1 - 1e-9)...number * (1 + 1e-9), near: number)?.digits
        }
        guard let digits = [rate, 1 / rate].compactMap(digits).min() else { return true }
        let periods = 1 / range.upperBound...1 / range.lowerBound
        return RoundNumber.isOneOfSeveral(rate, in: range, digits: digits)
            || RoundNumber.isOneOfSeveral(1 / rate, in: periods, digits: digits)
    }
}
