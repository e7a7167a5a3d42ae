import TorchTensors

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Counts which of the 2^T spike patterns each channel emits, and how often. Call `add` with the spikes of each batch.
public struct CodesInUse: Sendable {
    /// The number of time steps T.
    public let steps: Int

    private var counts: [[Int: Int]]

    /// The greatest number of time steps T, for which a pattern still fits a 64-bit number.
    public static let greatestSteps = 62

    /// Creates counters that are all 0.
    ///
    /// - Parameters:
    ///   - steps: The number of time steps T; traps unless it is in 1...62.
    ///   - channels: The number of channels C; traps unless it is above 0.
    public init(steps: Int, channels: Int) {
        precondition(
            1...Self.greatestSteps ~= steps, "CodesInUse: steps must be within 1...\(Self.greatestSteps), got \(steps)")
        precondition(channels > 0, "CodesInUse: channels must be > 0, got \(channels)")
        self.steps = steps
        counts = Array(repeating: [:], count: channels)
    }

    /// Counts the pattern of every neuron of a batch.
    ///
    /// - Parameter spikes: Spikes [T, B, C, …], on any device; every value other than 0 is a spike.
    /// - Throws: `TensorError` if the shape does not fit the numbers of steps and channels.
    public mutating func add(_ spikes: Tensor) throws(TensorError) {
        let shape = spikes.shape
        guard shape.count >= 3, shape[0] == steps, shape[2] == counts.count else {
            throw TensorError(
                "codes in use: spikes are [T, B, C, …] with \(counted(steps, "step")) and \(counted(counts.count, "channel")), got shape \(shape)"
            )
        }
        guard spikes.count > 0 else { return }
        let codes = try withoutGradient { () throws(TensorError) in
            var codes = try Tensor.zeros(Array(shape.dropFirst()), dtype: .int64, device: spikes.device)
            for t in 0..<steps { codes = try codes + codes + (spikes[t] .!= 0).to(.int64) }
            // The shape is [C, neurons]; sorting puts equal codes next to each other.
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

    /// The number of channels C.
    public var channelCount: Int { counts.count }

    /// Returns how often a channel has emitted each pattern.
    ///
    /// - Parameter channel: The index of the channel; traps unless it is in 0..<C.
    /// - Returns: Counts by pattern. The key is the pattern as a binary number, with the first step as the highest bit.
    public func counts(of channel: Int) -> [Int: Int] { counts[channel] }

    /// Returns how many different patterns a channel has emitted.
    ///
    /// - Parameter channel: The index of the channel; traps unless it is in 0..<C.
    public func distinctCount(of channel: Int) -> Int { counts[channel].count }

    /// Returns the entropy −Σ p·log₂ p of the patterns of a channel, where p is the share of a pattern.
    ///
    /// - Parameter channel: The index of the channel; traps unless it is in 0..<C.
    /// - Returns: The entropy in bits, from 0 to T; 0 if nothing was counted.
    public func entropy(of channel: Int) -> Double {
        let total = Double(counts[channel].values.reduce(0, +))
        // Adding in the order of the patterns gives the same last digit every time.
        return counts[channel].sorted { $0.key < $1.key }.reduce(0) { sum, entry in
            let share = Double(entry.value) / total
            return sum - share * log2(share)
        }
    }

    /// A summary of the patterns of each channel, in the order of the channels.
    public var channels: [ChannelCodes] {
        counts.indices.map { channel in
            let codes = counts[channel]
            let total = codes.values.reduce(0, +)
            // Among equally frequent patterns, this is the one with the least key.
            let most = codes.max { ($0.value, $1.key) < ($1.value, $0.key) }
            return ChannelCodes(
                channel: channel, patterns: codes.count, entropy: entropy(of: channel),
                mostFrequent: most.map { text(of: $0.key) },
                mostFrequentShare: most.map { Double($0.value) / Double(total) } ?? 0)
        }
    }

    /// Returns a key of `counts(of:)` as text of T digits, such as `0110`, with the first step first.
    ///
    /// - Parameter code: A pattern as a binary number; traps if it has more than T binary digits.
    public func text(of code: Int) -> String {
        let digits = String(code, radix: 2)
        return String(repeating: "0", count: steps - digits.count) + digits
    }
}

/// A summary of the spike patterns that a channel has emitted.
public struct ChannelCodes: Codable, Sendable, Hashable {
    /// The index of the channel, from 0.
    public let channel: Int

    /// The number of different patterns that the channel has emitted.
    public let patterns: Int

    /// The entropy of the patterns in bits, from 0 to T.
    public let entropy: Double

    /// The most frequent pattern, such as `0110`, with the first step first; nil if nothing was counted.
    public let mostFrequent: String?

    /// The share of the most frequent pattern among all that were counted, 0...1; 0 if nothing was counted.
    public let mostFrequentShare: Double
}
