import Foundation

/// The ticks of an axis, at round numbers. On a linear axis, their distance is 1, 2 or 5 times a power of ten.
struct TickPlacement: Sendable {
    let ticks: [Axis.Tick]
    let minorTicks: [Double]
    /// The power of ten that the texts of the ticks count in.
    let power: Int

    /// Places the ticks of a linear axis.
    ///
    /// - Parameters:
    ///   - range: The range of the axis, which must be wider than rounding errors.
    ///   - count: The approximate number of ticks.
    ///   - countsWhole: Whether ticks are at whole numbers only.
    static func linear(_ range: Extent, count: Int, countsWhole: Bool = false) -> TickPlacement {
        // Each step is at most 2.5 times the one before, so one of them is 0.7 to 1.75 times the desired step.
        let width = 0.7 * (range.upper - range.lower) / Double(max(4, count))
        let step = Step(atLeast: countsWhole ? max(width, 1) : width)
        let spacing = step.value
        let first = Int((range.lower / spacing - 1e-9).rounded(.up))
        let last = Int((range.upper / spacing + 1e-9).rounded(.down))
        let size = max(range.lower.magnitude, range.upper.magnitude)
        // Far from 0, only the last digits of the ticks differ, so that a power of ten would not shorten them.
        let isFar = range.upper - range.lower < 1e-3 * size && (1e-3..<1e12).contains(size)
        let power = isFar || (1e-3..<1e6).contains(size) ? 0 : 3 * Int((log10(size) / 3).rounded(.down))
        let ticks = (first...max(first, last)).map { index in
            let number = DecimalNumber(coefficient: index * step.digit, exponent: step.exponent - power)
            return Axis.Tick(
                value: min(max(Double(index) * spacing, range.lower), range.upper),
                text: (index == 0 ? number.reduced : number).plainText)
        }
        return TickPlacement(ticks: ticks, minorTicks: [], power: power)
    }

    /// Places the ticks of a logarithmic axis.
    ///
    /// - Parameters:
    ///   - range: The range of the axis, which must be above 0.
    ///   - count: The approximate number of ticks.
    static func logarithmic(_ range: Extent, count: Int) -> TickPlacement {
        let decades = log10(range.upper / range.lower)
        let exponents = Int(log10(range.lower).rounded(.down))...Int(log10(range.upper).rounded(.up))
        let stride = max(1, Int((decades / Double(max(2, count))).rounded(.up)))
        let digits = decades <= 2.5 ? [1, 2, 5] : [1]
        let numbers = exponents.filter { $0 % stride == 0 }.flatMap { exponent in
            digits.map { DecimalNumber(coefficient: $0, exponent: exponent) }
        }.filter { contains(range, $0) }
        // Within one decade, round numbers may be too few.
        if numbers.count < 2 || decades < 1 {
            let placed = linear(range, count: count)
            return TickPlacement(ticks: placed.ticks.filter { $0.value > 0 }, minorTicks: [], power: placed.power)
        }
        let isPlain = numbers.allSatisfy { -4...5 ~= $0.exponent }
        let ticks = numbers.map {
            Axis.Tick(value: value($0), text: isPlain ? $0.plainText : $0.scientificText)
        }
        let between = exponents.flatMap { exponent in
            (2...9).map { DecimalNumber(coefficient: $0, exponent: exponent) }
        }.filter { contains(range, $0) && !numbers.contains($0) }
        return TickPlacement(ticks: ticks, minorTicks: decades <= 4.5 ? between.map(value) : [], power: 0)
    }

    /// A distance between ticks: 1, 2 or 5 times a power of ten.
    struct Step: Sendable {
        let digit: Int
        let exponent: Int

        init(atLeast width: Double) {
            let power = Int(log10(width).rounded(.down))
            let candidates = [(1, power), (2, power), (5, power), (1, power + 1)]
            let choice = candidates.first { Double($0.0) * pow(10, Double($0.1)) >= width * (1 - 1e-12) }
            (digit, exponent) = choice ?? (2, power + 1)
        }

        var value: Double { Double(digit) * pow(10, Double(exponent)) }
    }

    private static func value(_ number: DecimalNumber) -> Double {
        Double(number.coefficient) * pow(10, Double(number.exponent))
    }

    private static func contains(_ range: Extent, _ number: DecimalNumber) -> Bool {
        value(number) >= range.lower && value(number) <= range.upper
    }
}
