import TorchTensors

/// Labelled recordings of spikes, for training or for testing: counts of spikes in time steps, stored as one number per
/// spike.
public struct SpikeSplit: Sendable {
    /// The number of time steps of each recording.
    public let stepCount: Int

    /// The number of channels of each recording.
    public let channelCount: Int

    /// The labels of the recordings.
    public let classIndices: [Int]

    /// The speakers of the recordings, as the files number them; empty if the files do not tell.
    public let speakers: [Int]

    /// The spikes of all recordings, one recording after the other: step · channels + channel.
    private let cells: [UInt32]

    /// The place of each recording's first spike, and the number of all spikes at the end.
    private let starts: [Int]

    /// Creates a split.
    ///
    /// - Parameters:
    ///   - stepCount: The number of time steps, at least 1.
    ///   - channelCount: The number of channels, at least 1. Traps if steps times channels exceed 2³².
    ///   - classIndices: The labels of the recordings.
    ///   - speakers: The speakers of the recordings, or an empty array.
    ///   - cells: The spikes of all recordings, one recording after the other: step · channels + channel.
    ///   - starts: The place of each recording's first spike in `cells`, and the number of all spikes at the end. Traps
    ///     if there is not one more of them than recordings.
    init(
        stepCount: Int, channelCount: Int, classIndices: [Int], speakers: [Int], cells: [UInt32], starts: [Int]
    ) {
        precondition(
            stepCount >= 1 && channelCount >= 1 && stepCount * channelCount <= 1 << 32,
            "SpikeSplit: steps and channels must be >= 1, and together at most 2^32")
        precondition(
            starts.count == classIndices.count + 1 && starts.last == cells.count,
            "SpikeSplit: \(starts.count) starts for \(classIndices.count) recordings")
        self.stepCount = stepCount
        self.channelCount = channelCount
        self.classIndices = classIndices
        self.speakers = speakers
        self.cells = cells
        self.starts = starts
    }

    /// The number of recordings.
    public var count: Int { classIndices.count }

    /// The number of spikes of all recordings.
    public var spikeCount: Int { cells.count }

    /// The number of spikes of a recording. Traps unless the index is in 0 ..< `count`.
    public func spikeCount(of index: Int) -> Int { starts[index + 1] - starts[index] }

    /// Returns the recordings that `limit` selects; all of them if the limit is not below their number.
    public func limited(_ limit: ImageLimit) -> SpikeSplit { taking(limit.indices(classIndices)) }

    /// Returns the recordings at the given positions. Traps if one is not in 0 ..< `count`.
    public func taking(_ indices: [Int]) -> SpikeSplit {
        if indices == Array(0..<count) { return self }
        var (chosen, starts): ([UInt32], [Int]) = ([], [0])
        for index in indices {
            chosen += cells[self.starts[index]..<self.starts[index + 1]]
            starts.append(chosen.count)
        }
        return SpikeSplit(
            stepCount: stepCount, channelCount: channelCount, classIndices: indices.map { classIndices[$0] },
            speakers: speakers.isEmpty ? [] : indices.map { speakers[$0] }, cells: chosen, starts: starts)
    }

    /// Returns the counts of a recording: `steps × channels`, step after step.
    ///
    /// - Parameter index: The position of the recording. Traps unless it is in 0 ..< `count`.
    public func counts(of index: Int) -> [Int32] {
        var counts = [Int32](repeating: 0, count: stepCount * channelCount)
        for cell in cells[starts[index]..<starts[index + 1]] { counts[Int(cell)] += 1 }
        return counts
    }

    /// Returns the counts of a recording that are not 0, in order of time and channel.
    ///
    /// - Parameter index: The position of the recording. Traps unless it is in 0 ..< `count`.
    public func sparseCounts(of index: Int) -> [(step: Int, channel: Int, count: Int)] {
        var result: [(step: Int, channel: Int, count: Int)] = []
        var last: UInt32?
        for cell in cells[starts[index]..<starts[index + 1]].sorted() {
            if cell == last {
                result[result.count - 1].count += 1
            } else {
                let (step, channel) = Int(cell).quotientAndRemainder(dividingBy: channelCount)
                result.append((step, channel, 1))
            }
            last = cell
        }
        return result
    }

    /// Returns the counts of recordings as a dense tensor, [T, B, C], float32: steps, recordings, channels.
    ///
    /// - Parameter indices: The positions of the recordings. Traps if one is not in 0 ..< `count`.
    /// - Throws: `TensorError` if the tensor cannot be made.
    public func tensor(at indices: [Int]) throws(TensorError) -> Tensor {
        let result = try Tensor.zeros([stepCount, indices.count, channelCount])
        try result.withUnsafeMutableElements(of: Float.self) { counts in
            for (place, index) in indices.enumerated() {
                for cell in cells[starts[index]..<starts[index + 1]] {
                    let (step, channel) = Int(cell).quotientAndRemainder(dividingBy: channelCount)
                    counts[(step * indices.count + place) * channelCount + channel] += 1
                }
            }
        }
        return result
    }
}
