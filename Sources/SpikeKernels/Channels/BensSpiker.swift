/// Encodes one channel by Ben's spiker algorithm: a spike whenever subtracting the impulse response of a filter makes
/// the remaining signal smaller.
///
///     x scaled to 0…1;  h = low-pass filter, taps k = 0…order
///     e1 = Σₖ |x[t+k] − h[k]|,  e2 = Σₖ |x[t+k]|;  e1 ≤ e2 − θ: spike, x[t+k] −= h[k]
///
/// A step is decided once the samples under all taps are known, so that spikes lag by `order` samples. Memory is
/// allocated once: 4·(2·taps + `blockLength` + 3) bytes.
///
/// Source: Schrauwen & Van Campenhout, IJCNN 2003, doi:10.1109/IJCNN.2003.1224019.
public struct BensSpikerEncoder: ChannelEncoder {
    private let taps: [Float]
    let scale: UnitScale
    let threshold: Float
    /// The scaled samples from the next undecided step on, minus the impulse responses of past spikes.
    private var rest: [Float]
    public private(set) var lag = 0
    private var skipsFirst: Bool

    /// Creates an encoder for one channel.
    ///
    /// - Parameters:
    ///   - order: The order of the filter, 1…65,536. The filter has one tap more.
    ///   - cutoff: The cutoff of the filter, as a fraction of the sampling rate, above 0 and below 0.5.
    ///   - scale: The scale from the channel's range to 0…1.
    ///   - threshold: θ, of the error summed over the taps; at least 0.
    ///   - variant: The definition of the algorithm; `.reference` starts at t = 1 and leaves tap 0 out.
    ///   - blockLength: The number of samples that are processed at a time. Traps unless it is at least 1. Spikes do
    ///     not depend on it; a length below the number of taps costs time, and a larger one costs memory.
    public init(
        order: Int, cutoff: Float, scale: UnitScale, threshold: Float, variant: Variant = .standard,
        blockLength: Int = 256
    ) {
        precondition(blockLength >= 1, "BensSpikerEncoder: blockLength must be >= 1")
        let taps = lowPassTaps(order: order, cutoff: cutoff, omittingFirst: variant == .reference)
        self.taps = taps
        self.scale = scale
        self.threshold = threshold
        // Up to three steps of a full block stay undecided, beside those whose taps reach beyond the block.
        rest = [Float](repeating: 0, count: taps.count + 3 + blockLength)
        skipsFirst = variant == .reference
    }

    public mutating func encode(
        _ samples: UnsafeBufferPointer<Float>, into spikes: UnsafeMutablePointer<Int8>
    ) -> Int {
        guard !samples.isEmpty else { return 0 }
        var (next, written, count) = (0, 0, lag)
        if skipsFirst {
            skipsFirst = false
            spikes[0] = 0
            (next, written) = (1, 1)
        }
        let scale = scale
        withWindow { window in
            while next < samples.count {
                let taken = min(samples.count &- next, window.capacity &- count)
                for index in 0..<taken { window.rest[count &+ index] = scale(samples[next &+ index]) }
                next &+= taken
                count &+= taken
                let decided = window.decide(count, all: next == samples.count, into: spikes + written)
                count &-= decided
                written &+= decided
                window.rest.update(from: window.rest + decided, count: count)
            }
        }
        lag = count
        return written
    }

    public mutating func finish(into spikes: UnsafeMutablePointer<Int8>) {
        let count = lag
        withWindow { window in
            for t in 0..<count { spikes[t] = window.decide(t, tapCount: min(window.tapCount, count &- t)) }
        }
        lag = 0
    }

    private mutating func withWindow(_ body: (Window) -> Void) {
        let (taps, threshold) = (taps, threshold)
        rest.withUnsafeMutableBufferPointer { rest in
            taps.withUnsafeBufferPointer { taps in
                body(
                    Window(
                        rest: rest.baseAddress!, capacity: rest.count, taps: taps.baseAddress!, tapCount: taps.count,
                        threshold: threshold))
            }
        }
    }
}

/// The scaled samples that undecided steps depend on.
private struct Window {
    let rest: UnsafeMutablePointer<Float>
    let capacity: Int
    let taps: UnsafePointer<Float>
    let tapCount: Int
    let threshold: Float

    /// Decides, in order, steps whose taps all lie inside the first `count` samples, and returns their number. Up to
    /// three such steps may stay undecided unless `all` is true.
    func decide(_ count: Int, all: Bool, into spikes: UnsafeMutablePointer<Int8>) -> Int {
        let end = count &- tapCount &+ 1
        var t = 0
        while t &+ 4 <= end {
            let fires = decideFour(t)
            // The decisions before the first spike of the four are final; the spike changes the signal for later steps.
            let first = fires[0] ? 0 : fires[1] ? 1 : fires[2] ? 2 : fires[3] ? 3 : 4
            for quiet in t..<t &+ first { spikes[quiet] = 0 }
            t &+= first
            if first < 4 {
                spikes[t] = 1
                subtractTaps(at: t, tapCount: tapCount)
                t &+= 1
            }
        }
        while all && t < end {
            spikes[t] = decide(t, tapCount: tapCount)
            t &+= 1
        }
        return t
    }

    /// Whether each of the four steps from `t` on fires, provided that the steps before it do not. Sums have the same
    /// order as in `decide`, so that they round alike.
    @inline(__always)
    private func decideFour(_ t: Int) -> SIMDMask<SIMD4<Int32>> {
        var (with, without) = (SIMD4<Float>.zero, SIMD4<Float>.zero)
        let rest = UnsafeRawPointer(rest + t)
        for k in 0..<tapCount {
            let x = rest.loadUnaligned(fromByteOffset: k &* 4, as: SIMD4<Float>.self)
            with += magnitude(x - taps[k])
            without += magnitude(x)
        }
        return with .<= without - threshold
    }

    func decide(_ t: Int, tapCount: Int) -> Int8 {
        var (with, without) = (Float.zero, Float.zero)
        for k in 0..<tapCount {
            with += abs(rest[t &+ k] - taps[k])
            without += abs(rest[t &+ k])
        }
        guard with <= without - threshold else { return 0 }
        subtractTaps(at: t, tapCount: tapCount)
        return 1
    }

    private func subtractTaps(at t: Int, tapCount: Int) {
        for k in 0..<tapCount { rest[t &+ k] -= taps[k] }
    }
}

@inline(__always)
private func magnitude(_ x: SIMD4<Float>) -> SIMD4<Float> {
    unsafeBitCast(unsafeBitCast(x, to: SIMD4<UInt32>.self) & 0x7fff_ffff, to: SIMD4<Float>.self)
}
