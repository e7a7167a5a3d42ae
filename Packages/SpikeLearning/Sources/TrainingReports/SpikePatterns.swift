import SpikingLayers

/// The spike patterns of an encoder, over all its channels.
struct SpikePatterns {
    struct Pattern {
        /// The pattern as digits, such as `0110`, with the first time step first.
        let text: String
        /// The share of each channel's neurons that emit the pattern, 0...1.
        let shares: [Double]
        /// The share of all neurons that emit the pattern, 0...1.
        let share: Double
    }

    /// The patterns, the most frequent first.
    let patterns: [Pattern]

    /// The mean number of spikes per neuron and time step.
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
