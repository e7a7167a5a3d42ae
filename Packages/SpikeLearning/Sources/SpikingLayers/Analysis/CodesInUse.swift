import TorchTensors

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Which of the 2^T spike patterns each channel emits, and how often. Add the spikes of one batch after the other.
public struct CodesInUse: Sendable {
    /// T.
    public let steps: Int

    private var counts: [[Int: Int]]

    /// Traps unless there are 1 to 62 steps and a channel.
    public init(steps: Int, channels: Int) {
        precondition(1...62 ~= steps, "CodesInUse: steps must be within 1...62, got \(steps)")
        precondition(channels > 0, "CodesInUse: channels must be > 0, got \(channels)")
        self.steps = steps
        counts = Array(repeating: [:], count: channels)
    }

    /// Counts the pattern of every neuron.
    ///
    /// - Parameter spikes: [T, B, C, …], on any device; what is not 0 is a spike.
    public mutating func add(_ spikes: Tensor) throws(TensorError) {
        let shape = spikes.shape
        guard shape.count >= 3, shape[0] == steps, shape[2] == counts.count else {
            throw TensorError(
                "codes in use: spikes are [T, B, C, …] with \(steps) steps and \(counts.count) channels, got shape \(shape)"
            )
        }
        guard spikes.count > 0 else { return }
        let codes = try withoutGradient { () throws(TensorError) in
            var codes = try Tensor.zeros(Array(shape.dropFirst()), dtype: .int64, device: spikes.device)
            for t in 0..<steps { codes = try codes + codes + (spikes[t] .!= 0).to(.int64) }
            // [C, neurons], equal codes beside each other.
            return try codes.transposed(0, 1).flattened(1).sorted(1).values.to(.cpu)
        }
        let neurons = codes.shape[1]
        let numbers = try codes.elements(as: Int.self)
        for channel in counts.indices {
            var start = channel * neurons
            let end = start + neurons
            while start < end {
                let next = numbers[start..<end].firstIndex { $0 != numbers[start] } ?? end
                counts[channel][numbers[start], default: 0] += next - start
                start = next
            }
        }
    }

    public var channelCount: Int { counts.count }

    /// How often a channel has emitted each pattern; the key is the pattern as a binary number, the first step the
    /// highest bit.
    public func counts(of channel: Int) -> [Int: Int] { counts[channel] }

    /// How many of the patterns a channel has emitted.
    public func distinctCount(of channel: Int) -> Int { counts[channel].count }

    /// −Σ p·log₂ p over the patterns of a channel, in bits, from 0 to T; 0 if nothing was counted.
    public func entropy(of channel: Int) -> Double {
        let total = Double(counts[channel].values.reduce(0, +))
        // In the order of patterns, so that the last digit is always the same.
        return counts[channel].sorted { $0.key < $1.key }.reduce(0) { sum, entry in
            let share = Double(entry.value) / total
            return sum - share * log2(share)
        }
    }

    /// What each channel has emitted, in their order.
    public var channels: [ChannelCodes] {
        counts.indices.map { channel in
            let codes = counts[channel]
            let total = codes.values.reduce(0, +)
            // Of equally frequent ones, that of the least number.
            let most = codes.max { ($0.value, $1.key) < ($1.value, $0.key) }
            return ChannelCodes(
                channel: channel, patterns: codes.count, entropy: entropy(of: channel),
                mostFrequent: most.map { text(of: $0.key) },
                mostFrequentShare: most.map { Double($0.value) / Double(total) } ?? 0)
        }
    }

    /// `0110`: a key of `counts(of:)` as text.
    public func text(of code: Int) -> String {
        let digits = String(code, radix: 2)
        return String(repeating: "0", count: steps - digits.count) + digits
    }
}

/// The spike patterns of a channel.
public struct ChannelCodes: Codable, Sendable, Hashable {
    /// From 0.
    public let channel: Int

    /// How many different ones it has emitted.
    public let patterns: Int

    /// In bits, from 0 to T.
    public let entropy: Double

    /// Such as `0110`, the first step first; nil if nothing was counted.
    public let mostFrequent: String?

    /// Of all that it has emitted, 0...1.
    public let mostFrequentShare: Double
}
