import SpikeEncoding

/// The measure that tuning makes as small as it can.
///
/// ```swift
/// import SpikeEncoding
///
/// let largestError = Objective.custom { original, encoded, decoded in
///     Double(zip(original.values, decoded.values).map { abs($0 - $1) }.max() ?? 0)
/// }
/// let recording = Signal(channels: [[0, 1, 0.5, 2, 1.5, 3]])
/// let result = try Tuner(objective: largestError, evaluations: 50).tune(StepForward().codec, for: recording)
/// print(result.channels[0].best.objective < 1)  // → true
/// ```
public enum Objective: Sendable {
    /// The mean squared difference between a channel and its decoded spikes, in the recording's unit squared.
    case meanSquaredError
    /// The mean squared difference, among those parameters that keep each channel within a number of spikes per second.
    ///
    /// The limit must be finite and above 0, and the recording must have a sampling rate.
    case meanSquaredErrorWithin(spikesPerSecond: Double)
    /// A function of your own that measures one channel from its original samples, its spikes, and the recording that
    /// the spikes decode to.
    ///
    /// NaN counts as infinite. An error that the function throws ends tuning.
    case custom(@Sendable (_ original: Signal, _ encoded: EncodedSignal, _ decoded: Signal) throws -> Double)

    func check(_ signal: Signal) throws(TuningError) {
        guard case .meanSquaredErrorWithin(let limit) = self else { return }
        guard limit.isFinite && limit > 0 else { throw .spikeBudget(limit) }
        if signal.samplingRate == nil { throw .needsSamplingRate }
    }

    /// The number by which the search compares trials that have too many spikes. It is above every possible error, and
    /// it grows with the number of spikes.
    ///
    /// - Parameters:
    ///   - excess: The number of spikes per second in units of its limit, above 1.
    ///   - width: The width of the channel's range, in the recording's unit.
    static func rank(ofExcess excess: Double, width: Double) -> Double { 1e3 * (width * width) * excess }
}

/// The mean squared difference of two recordings, in double precision, with their offsets and `exactValues`.
///
/// - Parameters:
///   - a: A recording, `channels × samples`.
///   - b: A recording of the same shape; the function traps for another one.
/// - Returns: The mean over all samples of all channels, in the recordings' unit squared; 0 for empty recordings.
public func meanSquaredError(_ a: Signal, _ b: Signal) -> Double {
    let errors = meanSquaredErrors(a, b)
    return errors.isEmpty ? 0 : errors.reduce(0, +) / Double(errors.count)
}

/// The mean squared difference of each channel of two recordings; see `meanSquaredError`.
///
/// - Parameters:
///   - a: A recording, `channels × samples`.
///   - b: A recording of the same shape; the function traps for another one.
/// - Returns: One mean per channel, in the recordings' unit squared; 0 where there are no samples.
public func meanSquaredErrors(_ a: Signal, _ b: Signal) -> [Double] {
    precondition(
        a.channelCount == b.channelCount && a.sampleCount == b.sampleCount,
        "meanSquaredError: shapes differ: \(a.channelCount) × \(a.sampleCount), \(b.channelCount) × \(b.sampleCount)")
    // The values are those of `Signal.value(ofChannel:sample:)`; whatever all samples share is outside of the loop.
    let (exactA, exactB) = (a.exactValues, b.exactValues)
    return (0..<a.channelCount).map { channel in
        let (offsetA, offsetB) = (a.offset(ofChannel: channel), b.offset(ofChannel: channel))
        var sum = 0.0
        for index in channel * a.sampleCount..<(channel + 1) * a.sampleCount {
            let valueA = exactA?[index] ?? offsetA + Double(a.values[index])
            let valueB = exactB?[index] ?? offsetB + Double(b.values[index])
            sum += (valueA - valueB) * (valueA - valueB)
        }
        return sum / Double(max(1, a.sampleCount))
    }
}
