/// The convolution of a spike train with a filter, eight taps a table look-up.
///
///     y[t] = Σₖ taps[k] · s[t − delay − k],  s one where there is a spike
struct SpikeFilter {
    /// For every eight taps, the sums over all 256 choices of them; the lowest bit is the first tap.
    private let sums: [Float]
    private let groupCount: Int

    init(taps: [Float]) {
        groupCount = (taps.count + 7) / 8
        var sums = [Float](repeating: 0, count: groupCount * 256)
        for group in 0..<groupCount {
            for bits in 1..<256 {
                let tap = group * 8 + bits.trailingZeroBitCount
                sums[group * 256 + bits] = sums[group * 256 + (bits & (bits - 1))] + (tap < taps.count ? taps[tap] : 0)
            }
        }
        self.sums = sums
    }

    /// - Parameters:
    ///   - delay: In steps; below 0, the filter acts ahead of the spikes.
    ///   - map: What becomes of a sum.
    ///   - output: Takes one value a step.
    @inline(__always)
    func filter(
        _ spikes: UnsafeBufferPointer<Int8>, delay: Int, into output: UnsafeMutablePointer<Float>, _ map: (Float) -> Float
    ) {
        let margin = groupCount * 8
        // The last eight steps up to every one, the newest lowest; nothing before the first step, or after the last.
        let lead = margin + max(0, delay)
        let history = [UInt8](unsafeUninitializedCapacity: lead + spikes.count + max(0, -delay)) { history, count in
            history.initialize(repeating: 0)
            var last: UInt8 = 0
            for t in 0..<spikes.count {
                last = last &<< 1 | (spikes[t] == 0 ? 0 : 1)
                history[lead &+ t] = last
            }
            for t in lead + spikes.count..<history.count {
                last = last &<< 1
                history[t] = last
            }
            count = history.count
        }
        history.withUnsafeBufferPointer { history in
            sums.withUnsafeBufferPointer { sums in
                for t in 0..<spikes.count {
                    var (sum, position) = (Float.zero, lead &+ t &- delay)
                    for group in 0..<groupCount {
                        sum += sums[group &* 256 &+ Int(history[position])]
                        position &-= 8
                    }
                    output[t] = map(sum)
                }
            }
        }
    }
}
