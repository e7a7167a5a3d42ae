import Foundation

/// A column that says when each sample was taken.
struct TimeColumn {
    let index: Int
    /// Of its unit, in seconds.
    let scale: Double

    private static let names: Set<String> = [
        "time", "times", "t", "timestamp", "timestamps", "time stamp", "elapsed", "elapsed time", "elapsed_time",
    ]
    private static let units: [String: Double] = [
        "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1,
        "ms": 1e-3, "msec": 1e-3, "millis": 1e-3, "millisecond": 1e-3, "milliseconds": 1e-3,
        "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "usec": 1e-6, "microsecond": 1e-6, "microseconds": 1e-6,
        "ns": 1e-9, "nsec": 1e-9, "nanosecond": 1e-9, "nanoseconds": 1e-9, "min": 60, "minute": 60, "minutes": 60,
    ]

    /// The first column whose name says that it holds the time.
    init?(header: [String]) {
        for (index, name) in header.enumerated() {
            if let scale = Self.scale(name.lowercased()), header.count > 1 {
                self.init(index: index, scale: scale)
                return
            }
        }
        return nil
    }

    init(index: Int, scale: Double) {
        self.index = index
        self.scale = scale
    }

    /// Of the time unit in seconds; nil if the name is not that of a time.
    private static func scale(_ name: String) -> Double? {
        if names.contains(name) { return 1 }
        // A lone abbreviation is as likely a quantity's symbol.
        if name.count > 3 || name == "sec", let scale = units[name] { return scale }
        let parts = ColumnName(name)
        if let unit = parts.unit, names.contains(parts.quantity) { return units[unit] }
        guard let underscore = name.lastIndex(where: { $0 == "_" || $0 == " " }),
            names.contains(String(name[..<underscore]))
        else { return nil }
        return units[String(name[name.index(after: underscore)...])]
    }
}

/// Sample times, and what they say of the sampling rate.
struct SampleTimes {
    /// As written in the file.
    let values: [Double]
    /// They are rounded to 10^−decimals.
    let decimals: Int
    /// Of their unit, in seconds.
    let scale: Double

    private var span: Double { values[values.count - 1] - values[0] }
    private var resolution: Double { pow(10, Double(-max(-300, min(300, decimals)))) }

    /// The first sample that does not follow its predecessor at the common step; nil if all do.
    ///
    /// Steps may differ by 1 %, or by the last decimal that they are written with, if that is small beside a step.
    func firstUneven() -> Int? {
        guard values.count > 1 else { return nil }
        let mean = span / Double(values.count - 1)
        guard let index = firstStep(unlike: mean) else { return nil }
        // One long gap spoils the mean for all; the median step tells which sample is to blame.
        var steps = zip(values.dropFirst(), values).map { $0 - $1 }
        if let flaw = steps.firstIndex(where: { !$0.isFinite }) { return flaw + 1 }
        steps.sort()
        return firstStep(unlike: steps[steps.count / 2]) ?? index
    }

    private func firstStep(unlike step: Double) -> Int? {
        guard step.isFinite, step > 0 else {
            return (1..<values.count).first { !(values[$0] > values[$0 - 1]) }
        }
        let largest = max(abs(values[0]), abs(values[values.count - 1]))
        let tolerance = max(0.01 * step, min(1.000_001 * resolution, 0.3 * step)) + 4 * largest.ulp
        return (1..<values.count).first { index in
            let difference = values[index] - values[index - 1]
            return !(difference > 0 && abs(difference - step) <= tolerance)
        }
    }

    /// The step before a sample, in seconds.
    func step(before index: Int) -> Double { (values[index] - values[index - 1]) * scale }

    /// In Hz: the whole number that the times, as rounded in the file, stand for if there is one; nil for one sample.
    var samplingRate: Double? {
        guard values.count > 1, span > 0 else { return nil }
        let rate = Double(values.count - 1) / (span * scale)
        guard rate.isFinite, rate > 0 else { return nil }
        let exact = 1e-9 * rate
        let whole = rate.rounded()
        if whole > 0, abs(whole - rate) <= max(exact, min(1e-3, resolution / span) * rate) { return whole }
        for factor in [10.0, 100, 1000, 10_000] where abs((rate * factor).rounded() / factor - rate) <= exact {
            return (rate * factor).rounded() / factor
        }
        return rate
    }

    /// Whether a column without a name may be taken for times: from 0, or with fractions, upwards in even steps.
    var areUnmistakable: Bool {
        values.count >= 3 && (values[0] == 0 || values.contains { $0 != $0.rounded() })
            && firstStep(unlike: span / Double(values.count - 1)) == nil
    }
}
