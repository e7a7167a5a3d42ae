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
    // As `Signal.value(ofChannel:sample:)`, with what all samples share outside of the loop.
    let (exactA, exactB) = (a.exactValues, b.exactValues)
    for channel in 0..<a.channelCount {
        let (offsetA, offsetB) = (a.offset(ofChannel: channel), b.offset(ofChannel: channel))
        for index in channel * a.sampleCount..<(channel + 1) * a.sampleCount {
            let valueA = exactA?[index] ?? offsetA + Double(a.values[index])
            let valueB = exactB?[index] ?? offsetB + Double(b.values[index])
            sum += (valueA - valueB) * (valueA - valueB)
        }
    }
    return sum / Double(a.values.count)
}
