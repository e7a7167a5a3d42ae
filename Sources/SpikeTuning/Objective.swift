import SpikeEncoding

/// What tuning makes as small as it can.
public enum Objective: Sendable {
    /// The mean squared difference between a channel and its decoded spikes, in the recording's unit squared.
    case meanSquaredError
    /// The same, among parameters that keep a channel within so many spikes a second.
    case meanSquaredErrorWithin(spikesPerSecond: Double)
    /// Any measure of one channel: the original, its spikes, and what they decode to. NaN counts as infinite.
    case custom(@Sendable (_ original: Signal, _ encoded: EncodedSignal, _ decoded: Signal) throws -> Double)

    func check(_ signal: Signal) throws(TuningError) {
        guard case .meanSquaredErrorWithin(let limit) = self else { return }
        guard limit.isFinite && limit > 0 else { throw .spikeBudget(limit) }
        if signal.samplingRate == nil { throw .needsSamplingRate }
    }
}

/// Mean squared difference of two signals of one shape, in double precision, offsets and `exactValues` included.
public func meanSquaredError(_ a: Signal, _ b: Signal) -> Double {
    precondition(
        a.channelCount == b.channelCount && a.sampleCount == b.sampleCount,
        "meanSquaredError: shapes differ: \(a.channelCount) × \(a.sampleCount), \(b.channelCount) × \(b.sampleCount)")
    guard !a.values.isEmpty else { return 0 }
    var sum = 0.0
    for channel in 0..<a.channelCount {
        for sample in 0..<a.sampleCount {
            let difference = a.value(ofChannel: channel, sample: sample) - b.value(ofChannel: channel, sample: sample)
            sum += difference * difference
        }
    }
    return sum / Double(a.values.count)
}
