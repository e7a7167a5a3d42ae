/// Encodes one value as the firing rates of units with Gaussian receptive fields: each unit responds to values near its
/// centre.
///
///     µ = linspace(0, 1, n);  rate = maximum rate · exp(−(x − µ)²/2σ²) / Σ over the units
///     decoding: the mean of the centres, weighted by spike counts
///
/// Source: Bohte, La Poutré & Kok, IEEE TNN 13 (2002), doi:10.1109/72.991428; normalised over the units as in the
/// Python package `spike-encoding`.
public struct GaussianFields: Sendable {
    let bins: Int
    let sigma: Double
    let maximumRate: Double

    /// Creates receptive fields with evenly spaced centres.
    ///
    /// - Parameters:
    ///   - bins: n, the number of units, at least 2.
    ///   - sigma: σ, the width of the fields, in units of the value scaled to 0…1; above 0.
    ///   - maximumRate: The rate of all units together, in spikes per step; above 0, up to 1.
    public init(bins: Int, sigma: Double, maximumRate: Double = 1) {
        self.bins = bins
        self.sigma = sigma
        self.maximumRate = maximumRate
    }

    private func center(_ unit: Int) -> Double { unit == bins - 1 ? 1 : Double(unit) * (1 / Double(bins - 1)) }

    /// Computes the firing rates of the units for one value.
    ///
    /// - Parameters:
    ///   - value: The value, scaled to 0…1.
    ///   - rates: Memory for the firing rates of the n units, in spikes per step.
    public func rates(scaled value: Double, into rates: UnsafeMutableBufferPointer<Double>) {
        let nearest = value - center(nearestUnit(value))
        if nearest * nearest / (2 * sigma * sigma) < 600 {
            for unit in 0..<bins {
                let distance = value - center(unit)
                rates[unit] = exponential(-(distance * distance / (2 * (sigma * sigma))))
            }
        } else {
            // Sigma is so small that every response would vanish, or that its square is 0. So responses are taken
            // relative to the largest one, from differences of squares that are divided by sigma twice.
            var least = Double.infinity
            for unit in 0..<bins { least = min(least, abs(value - center(unit))) }
            for unit in 0..<bins {
                let distance = abs(value - center(unit))
                rates[unit] = exponential(-((distance - least) * (distance + least) / 2 / sigma / sigma))
            }
        }
        let sum = pairwiseSum(UnsafeBufferPointer(rates))
        for unit in 0..<bins { rates[unit] = rates[unit] / sum * maximumRate }
    }

    /// Decodes the spike counts of the units to a value.
    ///
    /// - Parameters:
    ///   - counts: The number of spikes of each of the n units.
    ///   - isDeterministic: Whether rates were encoded by `DeterministicRate`, which gives every unit with a rate above
    ///     0 at least one spike. If a unit has more than one spike, one spike of each unit is then ignored.
    /// - Returns: The value scaled to 0…1; 0.5 if no spikes count.
    public func scaledValue(counts: UnsafeBufferPointer<Int>, isDeterministic: Bool) -> Double {
        let silent = isDeterministic && counts.contains { $0 > 1 } ? 1 : 0
        var (sum, weighted) = (0.0, 0.0)
        for unit in 0..<counts.count where counts[unit] > silent {
            sum += Double(counts[unit] - silent)
            weighted += Double(counts[unit] - silent) * center(unit)
        }
        return sum > 0 ? weighted / sum : 0.5
    }

    /// The unit whose centre is nearest to a scaled value, computed by conversion alone, because not every processor
    /// can round.
    private func nearestUnit(_ value: Double) -> Int {
        let place = value * Double(bins - 1)
        let whole = Int(place)
        return place - Double(whole) >= 0.5 ? whole + 1 : whole
    }
}

/// The sum of the values: eight running sums, which are added in pairs, and then the rest. This is NumPy's order for up
/// to 128 values, so that rates on the border between two spike counts round as in the reference.
private func pairwiseSum(_ values: UnsafeBufferPointer<Double>) -> Double {
    let whole = values.count < 8 ? 0 : values.count & ~7
    var sums = SIMD8<Double>.zero
    for index in stride(from: 0, to: whole, by: 8) {
        for lane in 0..<8 { sums[lane] += values[index + lane] }
    }
    var sum = ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]))
    for index in whole..<values.count { sum += values[index] }
    return sum
}
