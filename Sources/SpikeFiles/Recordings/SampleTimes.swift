import Foundation

/// The times of samples, and the sampling rate that follows from them.
///
/// Times in files are rounded, and even ones then differ in their steps. They count as even if a straight line passes
/// every one of them within the last digit it is written with, and otherwise if their steps differ by 1 % at most.
struct SampleTimes {
    /// The times as written in the file.
    let values: [Double]
    /// The length of the unit of the times, in seconds.
    let scale: Double
    /// The precision that the times are rounded to.
    private let resolution: Resolution
    /// The sampling rates, in Hz, that the times fit; `nil` if they are uneven or fewer than two.
    private let rates: ClosedRange<Double>?

    /// Creates the times from a column.
    ///
    /// - Parameters:
    ///   - column: A column of at least one row.
    ///   - scale: The length of the unit of the times, in seconds.
    init(_ column: MarkedColumn, scale: Double) {
        values = column.values
        self.scale = scale
        resolution = Resolution(column)
        rates = Self.steps(values, resolution).map { steps in
            let longest = steps.lowerBound > 0 ? 1 / (steps.lowerBound * scale) : .infinity
            return 1 / (steps.upperBound * scale)...longest
        }
    }

    private var span: Double { values[values.count - 1] - values[0] }

    var isEven: Bool { values.count < 2 || rates != nil }

    /// The time of the first sample, in seconds; `nil` for NaN and infinity.
    var start: Double? {
        // A thousandth is not exact in binary, a thousand is.
        let start = scale < 1 ? values[0] / (1 / scale).rounded() : values[0] * scale
        return start.isFinite ? start : nil
    }

    /// The step before a sample, in seconds.
    func step(before index: Int) -> Double { (values[index] - values[index - 1]) * scale }

    /// The sampling rate in Hz: the roundest of the rates that fit the times as rounded in the file; `nil` for a single
    /// sample and for uneven times.
    var samplingRate: Double? {
        guard let rates else { return nil }
        let mean = Double(values.count - 1) / (span * scale)
        guard mean.isFinite, mean > 0 else { return nil }
        if !isRateUncertain, let round = SamplingRate.roundest(rates, near: mean) { return round }
        // Only the rounding error of binary fractions in the mean is undone.
        let noise = min(1e-3, 1e-10 + 2 * (abs(values[0]).ulp + abs(values[values.count - 1]).ulp) / span)
        return SamplingRate.roundest(mean * (1 - noise)...mean * (1 + noise), near: mean) ?? mean
    }

    /// Whether the times fit rates that differ too much to choose a round one.
    private var isRateUncertain: Bool {
        guard let rates else { return false }
        return rates.upperBound - rates.lowerBound > 0.04 * Double(values.count - 1) / (span * scale)
    }

    /// The rates that the times fit where they differ by more than 4 % and none stands out: the steps are not all
    /// alike, or the rate that they give is one of several that are as round.
    var uncertainRates: ClosedRange<Double>? {
        guard let rates, isRateUncertain, let rate = samplingRate else { return nil }
        return !hasEqualSteps || SamplingRate.isOneOfSeveral(rate, in: rates) ? rates : nil
    }

    /// Whether all steps are the same but for what binary fractions did to them.
    private var hasEqualSteps: Bool {
        let mean = span / Double(values.count - 1)
        let noise = 1e-9 * mean + 2 * (abs(values[0]).ulp + abs(values[values.count - 1]).ulp)
        return zip(values.dropFirst(), values).allSatisfy { abs($0 - $1 - mean) <= noise }
    }

    /// Whether a column that is not named as one may be taken for times or a counter: three values or more that rise
    /// evenly, by steps that are not made of rounding alone.
    var areUnmistakable: Bool {
        guard values.count >= 3, rates != nil, zip(values.dropFirst(), values).allSatisfy({ $0 > $1 }) else {
            return false
        }
        let mean = span / Double(values.count - 1)
        return hasEqualSteps || !areWhole && (values.count >= 8 || mean >= 2 * resolution[values.count - 1])
    }

    var areWhole: Bool { values.allSatisfy { $0 == $0.rounded() } }

    /// The first sample that does not follow its predecessor at the common step; `nil` if all do.
    func firstUneven() -> Int? {
        isEven ? nil : Self.firstUneven(values, resolution)
    }
}

extension SampleTimes {
    /// The steps, in the times' own unit, with which the times are even; `nil` if they are not.
    private static func steps(_ values: [Double], _ resolution: Resolution) -> ClosedRange<Double>? {
        // Products of larger times are beyond double precision.
        guard values.count > 1, values.allSatisfy({ abs($0) < 1e150 }) else { return nil }
        let span = values[values.count - 1] - values[0]
        let mean = span / Double(values.count - 1)
        guard span > 0 else { return nil }
        return roundedSteps(values, resolution, mean) ?? similarSteps(values, resolution, mean)
    }

    /// Even times, rounded or cut off behind their last digit: every time is within half of it of a straight line, or,
    /// of times that were rounded more than once, within all of it.
    private static func roundedSteps(
        _ values: [Double], _ resolution: Resolution, _ mean: Double
    ) -> ClosedRange<Double>? {
        func areSteps(within digits: Double, slack: Double = 0) -> Bool {
            values.indices.dropFirst().allSatisfy { index in
                let (step, digit) = (values[index] - values[index - 1], max(resolution[index], resolution[index - 1]))
                return step >= 0 && abs(step - mean) <= digits * digit + slack
            }
        }
        // The difference that is allowed between the step of a line and the mean step.
        let slack = (resolution[0] + resolution[values.count - 1]) / Double(values.count - 1)
        guard areSteps(within: 2, slack: slack), !isMoreLikelyFlawed(values, resolution, mean) else { return nil }
        if let steps = LineFit(values, tolerance: { 0.5 * resolution[$0] }).fittingSlopes { return steps }
        return areSteps(within: 1) ? LineFit(values, tolerance: { resolution[$0] }).fittingSlopes : nil
    }

    /// Whether one or two steps are unlike the others by a whole sample: a sample is missing, or was written twice,
    /// rather than rounded. Where steps are hardly longer than the last digit, a straight line does not tell.
    private static func isMoreLikelyFlawed(_ values: [Double], _ resolution: Resolution, _ mean: Double) -> Bool {
        let digit = resolution[values.count - 1]
        guard mean < 2 * digit else { return false }
        var counts = [0, 0, 0]
        for index in 1..<values.count {
            counts[min(2, Int(((values[index] - values[index - 1]) / digit).rounded()))] += 1
        }
        let (rare, common) = mean < digit ? (counts[0], counts[1]) : (counts[2], counts[1])
        return (1...2).contains(rare) && rare <= common || mean < digit && common <= 2 && counts[0] > 0
    }

    /// Times of a clock that is not perfect: steps differ by 1 %, or by the last digit if that is small beside them,
    /// and no time is far from a straight line.
    private static func similarSteps(
        _ values: [Double], _ resolution: Resolution, _ mean: Double
    ) -> ClosedRange<Double>? {
        guard firstStep(values, resolution, unlike: mean) == nil else { return nil }
        let (span, digit) = (values[values.count - 1] - values[0], resolution[values.count - 1])
        let deviation = LineFit(values, tolerance: { _ in 0 }).leastTolerance
        guard deviation <= max(digit, 0.5 * mean, 0.0026 * span) else { return nil }
        let slack = min(1e-3, max(digit, 2 * deviation) / span) * mean
        return mean - slack...mean + slack
    }

    private static func firstStep(_ values: [Double], _ resolution: Resolution, unlike step: Double) -> Int? {
        (1..<values.count).first { index in
            let difference = values[index] - values[index - 1]
            let digit = 1.000_001 * resolution[index]
            return !(difference > 0 && abs(difference - step) <= max(0.01 * step, min(digit, 0.3 * step)))
        }
    }

    private static func firstUneven(_ values: [Double], _ resolution: Resolution) -> Int {
        let steps = zip(values.dropFirst(), values).map { $0 - $1 }
        if let flaw = steps.firstIndex(where: { !$0.isFinite }) { return flaw + 1 }
        // One long gap spoils the mean for all; the median step tells which sample is to blame.
        let median = steps.sorted()[steps.count / 2]
        if median <= 0 { return 1 + (steps.firstIndex { $0 <= 0 } ?? 0) }
        if let index = firstStep(values, resolution, unlike: median) { return index }
        // No step stands out: the time goes on at another pace from where it is furthest from a straight line.
        let mean = (values[values.count - 1] - values[0]) / Double(steps.count)
        func distance(_ index: Int) -> Double { abs(values[index] - values[0] - mean * Double(index)) }
        return 1 + steps.indices.max { distance($0) < distance($1) }!
    }
}

/// The precision that the numbers of a file are rounded to, judged by how they are written: a number of decimals
/// (`%.3f`), a number of digits (`%g`, `%e`), or Float32.
private struct Resolution {
    private let values: [Double]
    private let decimals: Int
    private let digits: Int
    private let isFloat32: Bool
    /// 10^−300…10^300.
    private static let powers = (-300...300).map { pow(10, Double($0)) }

    init(_ column: MarkedColumn) {
        let values = column.values
        self.values = values
        decimals = column.decimals
        digits = column.digits
        // A decimal number of up to 6 digits does not tell whether it was a Float32. Stamps never are, though those of
        // whole days are multiples of a power of 2.
        isFloat32 =
            column.digits > 6 && !column.isOfStamps
            && stride(from: 0, to: values.count, by: max(1, values.count / 1000)).allSatisfy { index in
                let nearest = Float(values[index])
                return Double(nearest) == values[index] || Double(nearest.description) == values[index]
            }
    }

    /// The distance to the next number that could have been written.
    subscript(index: Int) -> Double {
        let value = abs(values[index])
        guard value.isFinite else { return 0 }
        var place = -decimals
        if value > 0 { place = max(place, Int(log10(value).rounded(.down)) - digits + 1) }
        let written = Self.powers[300 + max(-300, min(300, place))]
        // What is computed in Float32 is off by more than half a unit of its last place, and its shortest decimals
        // again.
        return max(1.000_001 * written, isFloat32 ? 4 * Double(Float(value).ulp) : 0) + 2 * value.ulp
    }
}
