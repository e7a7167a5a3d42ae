import SpikingLayers

/// The patterns of spikes that all channels of an encoder together emit.
struct SpikePatterns {
    struct Pattern {
        /// Such as `0110`, the first step first.
        let text: String
        /// Of all neurons of each channel, 0...1.
        let shares: [Double]
        /// Of all neurons.
        let share: Double
    }

    /// The most frequent first.
    let patterns: [Pattern]

    /// Spikes of a neuron and step, on average.
    let spikeRate: Double

    init(_ codes: CodesInUse) {
        let counts = (0..<codes.channelCount).map { codes.counts(of: $0) }
        let totals = counts.map { Double($0.values.reduce(0, +)) }
        let total = totals.reduce(0, +)
        var sums: [Int: Int] = [:]
        for channel in counts {
            for (pattern, count) in channel { sums[pattern, default: 0] += count }
        }
        patterns = sums.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { pattern, sum in
            let digits = String(pattern, radix: 2)
            return Pattern(
                text: String(repeating: "0", count: codes.steps - digits.count) + digits,
                shares: zip(counts, totals).map { $1 > 0 ? Double($0[pattern] ?? 0) / $1 : 0 },
                share: total > 0 ? Double(sum) / total : 0)
        }
        let spikes = sums.reduce(0) { $0 + $1.key.nonzeroBitCount * $1.value }
        spikeRate = total > 0 ? Double(spikes) / total / Double(codes.steps) : 0
    }
}
