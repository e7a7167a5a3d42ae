/// Encodes a firing rate as evenly spaced spikes over T steps.
///
/// For a rate p > 0, n = ⌈T·p⌉ spikes, the k-th of them at step ⌊k·T/n⌋ − 1 for k = 1…n: gaps differ by one step at
/// most, and the last spike is in the last step.
///
/// The `.reference` variant places spikes at `clip(⌊(T·p − j)/p⌋ − 1, 0, T − 1)` for j = 0, 1, … while j < T·p, so that
/// several can coincide in the first step, and rounding may leave the last step empty.
public struct DeterministicRate: Sendable {
    let steps: Int
    let variant: Variant

    /// Creates a code with a number of steps.
    ///
    /// - Parameters:
    ///   - steps: T, the number of steps, 1…1,000,000.
    ///   - variant: `.reference` places spikes as the Python package `spike-encoding` does.
    public init(steps: Int, variant: Variant = .standard) {
        self.steps = steps
        self.variant = variant
    }

    /// Encodes one rate.
    ///
    /// - Parameters:
    ///   - p: The rate, 0…1, in spikes per step.
    ///   - spikes: Memory for T spikes, each 0 or 1.
    public func encode(rate p: Double, into spikes: UnsafeMutablePointer<Int8>) {
        spikes.update(repeating: 0, count: steps)
        guard p > 0 else { return }
        switch variant {
        case .standard:
            let count = UInt32(truncatingIfNeeded: spikeCount(rate: p))
            // The last spike is in the last step; a single one needs no division.
            guard count > 1 else {
                spikes[steps - 1] = 1
                return
            }
            let gap = gap(count)
            var end: UInt64 = 0
            for _ in 0..<count {
                end &+= gap
                spikes[Int(truncatingIfNeeded: end >> 40) &- 1] = 1
            }
        case .reference:
            let expected = Double(steps) * p
            for j in 0..<roundedUp(expected) {
                let step = Int((expected - Double(j)) / p) - 1
                spikes[min(max(step, 0), steps - 1)] = 1
            }
        }
    }

    /// T/n for n spikes, in units of 2⁻⁴⁰ and rounded up. As n is at most a million, n times the rounding stays below
    /// 1/n, so that k of these gaps have the whole part ⌊k·T/n⌋.
    @inline(__always)
    private func gap(_ count: UInt32) -> UInt64 {
        #if _pointerBitWidth(_64)
            let count = UInt64(count)
            return ((UInt64(truncatingIfNeeded: steps) << 40) &+ count &- 1) / count
        #else
            // Ten bits at a time, because processors of 32 bits do not divide numbers of 64.
            var (quotient, rest) = UInt32(truncatingIfNeeded: steps).quotientAndRemainder(dividingBy: count)
            var gap = UInt64(quotient)
            for _ in 0..<4 {
                (quotient, rest) = (rest << 10).quotientAndRemainder(dividingBy: count)
                gap = gap << 10 | UInt64(quotient)
            }
            return rest == 0 ? gap : gap &+ 1
        #endif
    }

    /// Decodes a number of spikes to a rate: the middle of the rates up to the maximum rate that have this number of
    /// spikes.
    ///
    /// The `.reference` variant ignores the maximum rate.
    ///
    /// - Parameters:
    ///   - count: The number of spikes in T steps.
    ///   - maximumRate: The largest rate that was encoded, in spikes per step.
    /// - Returns: The rate, 0…1, in spikes per step.
    public func rate(count: Int, maximumRate: Double) -> Double {
        switch variant {
        case .standard:
            guard count > 0 else { return 0 }
            let lower = Double(min(count, spikeCount(rate: maximumRate)) - 1) / Double(steps)
            return (lower + min(Double(count) / Double(steps), maximumRate)) / 2
        case .reference:
            return count == 0 ? 0 : count == steps ? 1 : (Double(count) - 0.5) / Double(steps)
        }
    }

    /// ⌈T·p⌉ for a rate p above 0, at least 1 and at most T.
    ///
    /// Rounding can lift a rate of k/T to just above it: 7/25 times 25 is 7.000000000000001. Rates up to 2⁻⁴⁰ above k/T
    /// therefore count as k/T. This is far more than the rounding error of a scaled value (2⁻⁵² of its distance from 0,
    /// in units of the range), and below a millionth of the distance 1/T between counts for every T that is allowed.
    @inline(__always)
    private func spikeCount(rate p: Double) -> Int {
        min(max(roundedUp(Double(steps) * (p - 0x1p-40)), 1), steps)
    }

    /// ⌈x⌉, computed by conversion alone, because not every processor can round.
    @inline(__always)
    private func roundedUp(_ x: Double) -> Int {
        let whole = Int(x)
        return Double(whole) < x ? whole + 1 : whole
    }
}
