/// Ben's spiker algorithm: a spike whenever subtracting a filter's impulse response makes what is left smaller.
///
///     x scaled to 0…1;  h = low-pass filter, taps k = 0…order
///     e1 = Σₖ |x[t+k] − h[k]|,  e2 = Σₖ |x[t+k]|;  e1 ≤ e2 − θ: spike, x[t+k] −= h[k]
///     r = s ∗ h, scaled back
///
/// Taps beyond the end of the recording are left out. There are no down spikes.
///
/// Source: Schrauwen & Van Campenhout, IJCNN 2003, doi:10.1109/IJCNN.2003.1224019.
public struct BensSpiker: SignalCodec {
    public static let name = "bsa"

    /// The filter has one tap more; 1…65,536.
    public let order: PerChannel<Int>
    /// Of the filter, as a fraction of the sampling rate, 0 < c < 0.5.
    public let cutoff: PerChannel<Float>
    /// θ, of the error summed over the taps; at least 0.
    public let threshold: PerChannel<Float>
    /// The `.reference` dialect starts at t = 1, leaves tap 0 out of encoding, and decodes with a shifted filter that
    /// leaves the first half of its length at the channel's minimum.
    public let dialect: Dialect

    /// - Throws: `CodecError.parameter` for a value outside its range.
    public init(
        order: PerChannel<Int> = 10, cutoff: PerChannel<Float> = 0.2, threshold: PerChannel<Float> = 0.5,
        dialect: Dialect = .standard
    ) throws(CodecError) {
        try require(order, Self.name, "order", ">= 1 and <= 65536") { (1...65536).contains($0) }
        try require(cutoff, Self.name, "cutoff", "> 0 and < 0.5") { $0 > 0 && $0 < 0.5 }
        try require(threshold, Self.name, "threshold", "finite and >= 0") { $0.isFinite && $0 >= 0 }
        self.order = order
        self.cutoff = cutoff
        self.threshold = threshold
        self.dialect = dialect
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            order: values.decode(PerChannel<Int>.self, forKey: .order),
            cutoff: values.decode(PerChannel<Float>.self, forKey: .cutoff),
            threshold: values.decode(PerChannel<Float>.self, forKey: .threshold),
            dialect: values.decode(Dialect.self, forKey: .dialect))
    }

    public var codec: Codec { .bensSpiker(self) }
    public var needsRange: Bool { true }

    public func check(channelCount: Int) throws(CodecError) {
        try check(
            [
                ParameterCount(Self.name, "order", order), ParameterCount(Self.name, "cutoff", cutoff),
                ParameterCount(Self.name, "threshold", threshold),
            ], channelCount: channelCount)
    }
}

extension BensSpiker: ChannelwiseCodec {
    func encoder(forChannel channel: Int, range: ValueRange?) -> Channel {
        let taps = taps(channel)
        return Channel(
            taps: dialect == .standard ? taps : Array(taps.dropFirst()), scale: UnitScale(range!),
            threshold: threshold[channel], skipsFirst: dialect == .reference)
    }

    private func taps(_ channel: Int) -> [Float] {
        lowPassTaps(order: order[channel], cutoff: Double(cutoff[channel])).map(Float.init)
    }

    func decode(
        channel: Int, _ spikes: UnsafeBufferPointer<Int8>, range: ValueRange?, initialValue: Float,
        into signal: UnsafeMutablePointer<Float>
    ) {
        let scale = UnitScale(range!)
        let taps = taps(channel)
        guard dialect == .reference else {
            filter(spikes, taps: taps, delay: 0, into: signal) { scale.inverse($0) }
            return
        }
        let start = taps.count / 2
        filter(spikes, taps: taps.reversed(), delay: 2 * start - taps.count, into: signal) { scale.inverse($0) }
        for t in 0..<min(start, spikes.count) { signal[t] = scale.minimum }
    }

    struct Channel: ChannelEncoder {
        let taps: [Float]
        let scale: UnitScale
        let threshold: Float
        /// The scaled samples, less past spikes' filters, from the next step to be decided on.
        private var rest: [Float] = []
        private var skipsFirst: Bool

        init(taps: [Float], scale: UnitScale, threshold: Float, skipsFirst: Bool) {
            self.taps = taps
            self.scale = scale
            self.threshold = threshold
            self.skipsFirst = skipsFirst
        }

        var lag: Int { rest.count }

        mutating func encode(_ samples: UnsafeBufferPointer<Float>, into spikes: UnsafeMutablePointer<Int8>) -> Int {
            guard !samples.isEmpty else { return 0 }
            var (next, written) = (0, 0)
            if skipsFirst {
                skipsFirst = false
                spikes[0] = 0
                (next, written) = (1, 1)
            }
            rest.reserveCapacity(rest.count + samples.count)
            while next < samples.count {
                rest.append(scale(samples[next]))
                next += 1
            }
            let decided = decideAll(into: spikes + written)
            rest.removeFirst(decided)
            return written + decided
        }

        mutating func finish(into spikes: UnsafeMutablePointer<Int8>) {
            for t in rest.indices { spikes[t] = decide(t, tapCount: min(taps.count, rest.count - t)) }
            rest.removeAll()
        }

        /// Decides every step whose taps all lie inside `rest`; returns how many.
        private mutating func decideAll(into spikes: UnsafeMutablePointer<Int8>) -> Int {
            let count = max(0, rest.count - taps.count + 1)
            var t = 0
            while t < count {
                if t &+ 4 <= count {
                    let fires = decideFour(t)
                    // Steps before the first spike of the four stand; those after it see another signal.
                    let first = fires[0] ? 0 : fires[1] ? 1 : fires[2] ? 2 : fires[3] ? 3 : 4
                    for quiet in t..<t &+ first { spikes[quiet] = 0 }
                    t &+= first
                    if first < 4 {
                        spikes[t] = 1
                        subtractTaps(at: t, tapCount: taps.count)
                        t &+= 1
                    }
                } else {
                    spikes[t] = decide(t, tapCount: taps.count)
                    t &+= 1
                }
            }
            return count
        }

        /// Whether four steps from `t` on would fire, each if those before it did not. Sums run in `decide`'s order.
        @inline(__always)
        private func decideFour(_ t: Int) -> SIMDMask<SIMD4<Int32>> {
            var (with, without) = (SIMD4<Float>.zero, SIMD4<Float>.zero)
            rest.withUnsafeBytes { rest in
                taps.withUnsafeBufferPointer { taps in
                    for k in 0..<taps.count {
                        let x = rest.loadUnaligned(fromByteOffset: (t &+ k) &* 4, as: SIMD4<Float>.self)
                        with += magnitude(x - taps[k])
                        without += magnitude(x)
                    }
                }
            }
            return with .<= without - threshold
        }

        private mutating func decide(_ t: Int, tapCount: Int) -> Int8 {
            var (with, without) = (Float.zero, Float.zero)
            for k in 0..<tapCount {
                with += abs(rest[t + k] - taps[k])
                without += abs(rest[t + k])
            }
            guard with <= without - threshold else { return 0 }
            subtractTaps(at: t, tapCount: tapCount)
            return 1
        }

        private mutating func subtractTaps(at t: Int, tapCount: Int) {
            rest.withUnsafeMutableBufferPointer { rest in
                taps.withUnsafeBufferPointer { taps in
                    for k in 0..<tapCount { rest[t &+ k] -= taps[k] }
                }
            }
        }
    }
}

@inline(__always)
private func magnitude(_ x: SIMD4<Float>) -> SIMD4<Float> {
    unsafeBitCast(unsafeBitCast(x, to: SIMD4<UInt32>.self) & 0x7fff_ffff, to: SIMD4<Float>.self)
}
