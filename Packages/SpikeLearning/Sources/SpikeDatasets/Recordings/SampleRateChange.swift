import Foundation

/// Changes the sampling rate of a channel with a low-pass filter, which keeps all frequencies below 90 % of half the
/// lower rate.
///
/// The output at time t is Σₙ x(n)·h(t − n/f), where f is the old rate, and h is a sinc function of the cut-off frequency
/// under a Kaiser window of 32 zero crossings on either side, with β = 9. The weights of each output add up to 1. Beyond
/// its ends, the signal goes on with its first and its last value.
///
/// Source: Smith, "Digital audio resampling", 2002; Kaiser and Schafer 1980, doi:10.1109/TASSP.1980.1163349.
struct SampleRateChange {
    /// The new rate divided by the old one, as a fraction.
    private let up: Int
    private let down: Int
    /// The weights of each phase, and the position of the first weight relative to the sample at or before the output.
    private let phases: [[Float]]
    private let first: Int

    private static let crossings = 32.0
    private static let beta = 9.0
    /// The cut-off as a share of half the lower rate; the filter's slope reaches from 0.9 to 1 of it.
    private static let cutOff = 0.95

    /// Creates a resampler.
    ///
    /// - Parameters:
    ///   - old: The present rate in Hz.
    ///   - new: The wanted rate in Hz.
    /// - Returns: `nil` if the ratio of the rates is no fraction of numbers below 10,000, or not in 1/256...256.
    init?(from old: Double, to new: Double) {
        let ratio = new / old
        guard ratio.isFinite, (1.0 / 256...256).contains(ratio),
            let fraction = Self.fraction(ratio)
        else { return nil }
        (up, down) = fraction
        let scale = Self.cutOff * min(1, ratio)
        let reach = Self.crossings / scale
        first = -Int(reach.rounded(.up)) + 1
        let width = 2 * Int(reach.rounded(.up))
        let (up, first) = (up, first)
        phases = (0..<up).map { phase in
            let position = Double(phase) / Double(up)
            let weights = (0..<width).map { tap -> Double in
                let distance = Double(first + tap) - position
                guard abs(distance) < reach else { return 0 }
                let angle = .pi * scale * distance
                let sinc = angle == 0 ? 1 : sin(angle) / angle
                let edge = distance / reach
                return sinc * Self.bessel(Self.beta * (1 - edge * edge).squareRoot())
            }
            let sum = weights.reduce(0, +)
            return weights.map { Float($0 / sum) }
        }
    }

    /// Returns the channel at the new rate; it has ⌈count·new/old⌉ samples.
    func callAsFunction(_ values: [Float]) -> [Float] {
        guard let firstValue = values.first, let lastValue = values.last else { return [] }
        let count = (values.count * up + down - 1) / down
        let width = phases[0].count
        let before = -first
        let padded =
            [Float](repeating: firstValue, count: before) + values + [Float](repeating: lastValue, count: width)
        return padded.withUnsafeBufferPointer { padded in
            (0..<count).map { index in
                let (start, phase) = (index * down).quotientAndRemainder(dividingBy: up)
                return phases[phase].withUnsafeBufferPointer { weights in
                    var sum: Float = 0
                    for tap in 0..<width { sum += weights[tap] * padded[start + tap] }
                    return sum
                }
            }
        }
    }

    /// The ratio as a fraction of small numbers, by continued fractions.
    private static func fraction(_ ratio: Double) -> (Int, Int)? {
        var (lower, upper) = ((0, 1), (1, 0))
        var rest = ratio
        for _ in 0..<20 {
            let whole = Int(rest.rounded(.down))
            (lower, upper) = (upper, (lower.0 + whole * upper.0, lower.1 + whole * upper.1))
            guard upper.0 < 10_000, upper.1 < 10_000 else { return nil }
            if abs(Double(upper.0) / Double(upper.1) / ratio - 1) < 1e-9 { return upper }
            rest = 1 / (rest - Double(whole))
            guard rest.isFinite, rest < 1e9 else { return nil }
        }
        return nil
    }

    /// The modified Bessel function of order 0.
    private static func bessel(_ x: Double) -> Double {
        var (sum, term, index) = (1.0, 1.0, 1.0)
        while term > 1e-16 * sum {
            term *= (x / (2 * index)) * (x / (2 * index))
            sum += term
            index += 1
        }
        return sum
    }
}
