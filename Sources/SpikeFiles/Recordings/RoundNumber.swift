import Foundation

/// The number of a range that is written with the fewest digits.
struct RoundNumber {
    let value: Double
    /// From its first digit to the last that is not 0.
    let digits: Int

    /// Nil if every number in the range has more than `limit` digits.
    ///
    /// - Parameters:
    ///   - range: Above 0.
    ///   - estimate: Of several with as few digits, the one nearest to this.
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
}

/// Sampling rates as people choose them.
enum SamplingRate {
    /// Common ones that are not the roundest numbers near them.
    private static let usual: [Double] = [
        7.8125, 15.625, 31.25, 62.5, 64, 125, 128, 250, 256, 360, 500, 512, 1000, 1024, 2000, 2048, 4096, 8192, 11025,
        16384, 22050, 32768, 44100, 48000, 88200, 96000, 176400, 192000,
    ]

    /// The rate in a range that was most likely meant: a usual one, else the one that, or whose period, has the fewest
    /// digits; nil if none is round.
    static func roundest(_ range: ClosedRange<Double>, near estimate: Double) -> Double? {
        let usual = usual.filter { range.contains($0) }
        if let nearest = usual.min(by: { abs($0 - estimate) < abs($1 - estimate) }) { return nearest }
        let rate = RoundNumber(in: range, near: estimate)
        let periods = 1 / range.upperBound...1 / range.lowerBound
        if let period = RoundNumber(in: periods, near: 1 / estimate), period.digits < rate?.digits ?? .max {
            return 1 / period.value
        }
        return rate?.value
    }
}
