extension Signal {
    /// A recording with some of the channels.
    ///
    /// - Parameter indices: The channels to keep, counted from 0, in the order of the result; traps for a channel that is
    ///   not there.
    public func choosing(channels indices: [Int]) -> Signal {
        Signal(
            values: indices.flatMap { channel($0) }, channelCount: indices.count, samplingRate: samplingRate,
            channelNames: channelNames.isEmpty ? [] : indices.map { channelNames[$0] }, unit: unit,
            startTime: startTime, channelOffsets: channelOffsets.isEmpty ? [] : indices.map { channelOffsets[$0] },
            exactValues: exactValues.map { exact in
                indices.flatMap { exact[$0 * sampleCount..<($0 + 1) * sampleCount] }
            })
    }
}
