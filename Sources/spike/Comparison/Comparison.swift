import Foundation
import SpikeCommandLine
import SpikeEncoding
import SpikeTuning

/// The results of all codecs on one recording, tuned where they have parameters to tune, ranked by error.
struct Comparison {
    let signal: Signal
    /// The results, with the lowest error first.
    let entries: [ComparisonEntry]
    let seconds: Double

    /// Runs and tunes all codecs.
    ///
    /// - Parameters:
    ///   - observations: The recording as codecs of observations read it, with the same samples and channels, in double
    ///     precision; `nil` to give them the signal's samples.
    ///   - progress: Called with a text that says what is being done.
    init(
        of signal: Signal, observations: Observations? = nil, evaluations: Int, timeLimit: Double?,
        spikesPerSecond: Double?, seed: UInt64, threads: Int,
        progress: @escaping @Sendable (String) -> Void
    ) throws {
        let start = ContinuousClock.now
        let tuner = Tuner(
            objective: spikesPerSecond.map { .meanSquaredErrorWithin(spikesPerSecond: $0) } ?? .meanSquaredError,
            evaluations: evaluations, timeLimit: timeLimit, seed: seed, threads: threads)
        var entries: [ComparisonEntry] = []
        for codec in try Self.codecs(for: signal, observations, seed: seed) {
            guard type(of: codec.base).description.isTunable else {
                progress("encoding with \(codec.name)")
                let entry = try ComparisonEntry(
                    codec, tuning: nil, of: signal, observations: observations, threads: threads)
                entries.append(entry)
                continue
            }
            do {
                let tuning = try tuner.tune(codec, for: signal) { state in
                    progress(
                        "tuning \(codec.name), channel \(state.channel): trial \(state.trial) of \(state.evaluations)")
                }
                entries.append(try ComparisonEntry(tuning.codec, tuning: tuning, of: signal, threads: threads))
            } catch TuningError.budgetNotReached {
                // A codec that cannot keep within the limit on spikes is left out.
                continue
            }
        }
        if let spikesPerSecond { entries.removeAll { ($0.spikesPerSecond ?? 0) > spikesPerSecond } }
        self.signal = signal
        self.entries = entries.sorted { ($0.rmse, $0.bitsPerSample) < ($1.rmse, $1.bitsPerSample) }
        seconds = (ContinuousClock.now - start) / .seconds(1)
    }

    private static func codecs(for signal: Signal, _ observations: Observations?, seed: UInt64) throws -> [Codec] {
        var ranges = try signal.exactRanges()
        if let observations {
            for channel in 0..<signal.channelCount {
                let column = stride(from: channel, to: observations.values.count, by: observations.featureCount)
                    .map { observations.values[$0] }
                ranges[channel] = column.min()!...column.max()!
            }
        }
        // A constant channel gets a narrow range, within which it decodes almost to itself.
        let texts = [
            "minimum": ranges.map { "\($0.lowerBound)" }.joined(separator: ","),
            "maximum": ranges.map { range in
                let isConstant = range.lowerBound == range.upperBound
                return "\(isConstant ? range.lowerBound + 1e-9 * max(1, abs(range.lowerBound)) : range.upperBound)"
            }.joined(separator: ","),
            "seed": "\(seed)",
        ]
        return try Codec.all.map { type in
            let keys = Set(type.parameters.map(\.key))
            return Codec(try type.description.usual.setting(texts: texts.filter { keys.contains($0.key) }))
        }
    }
}

/// The results of one codec on a recording.
struct ComparisonEntry {
    let codec: Codec
    /// The result of tuning; `nil` for codecs without parameters to search for, which ran with their defaults.
    let tuning: TuningResult?
    let encoded: EncodedSignal
    let decoded: Signal
    /// The root mean squared error over all channels, in the recording's unit.
    let rmse: Double
    /// The signal-to-noise ratio in decibels; `nil` if the recording is constant or decoded exactly.
    let snr: Double?
    /// The mean number of spikes per second and channel; `nil` without a sampling rate.
    let spikesPerSecond: Double?
    let spikesPerSample: Double
    let sparsity: Double
    /// The bits per second of all channels together; `nil` without a sampling rate.
    let bitsPerSecond: Double?
    let bitsPerSample: Double
    /// The time to encode one sample of one channel on one thread, in nanoseconds.
    let encodeNanoseconds: Double
    let decodeNanoseconds: Double
    /// Whether `spike encode` makes the same spikes from the recording's file.
    private let isEncodedFromFile: Bool

    init(
        _ codec: Codec, tuning: TuningResult?, of signal: Signal, observations: Observations? = nil, threads: Int
    ) throws {
        let encoded =
            if let codec = codec.base as? any ObservationCodec, let observations {
                try codec.encode(observations, threads: threads)
            } else { try codec.encode(signal, threads: threads) }
        let decoded = try encoded.decode(threads: threads)
        let error = meanSquaredError(signal, decoded)
        let samples = Double(signal.values.count)
        self.codec = encoded.codec
        self.tuning = tuning
        self.encoded = encoded
        isEncodedFromFile = observations != nil || !(codec.base is any ObservationCodec)
        self.decoded = decoded
        rmse = error.squareRoot()
        snr = signalToNoise(variance: variance(signal), meanSquaredError: error)
        spikesPerSample = Double(encoded.spikes.spikeCount) / samples
        spikesPerSecond = signal.samplingRate.map { [spikesPerSample] in spikesPerSample * $0 }
        sparsity = encoded.spikes.sparsity
        bitsPerSample = informationBits(encoded.spikes) / samples
        bitsPerSecond = signal.samplingRate.map { [bitsPerSample] in bitsPerSample * $0 * Double(signal.channelCount) }
        let part = timedPart(of: signal, stepsPerSample: encoded.stepsPerSample * encoded.unitsPerChannel)
        let partCount = Double(part.values.count)
        encodeNanoseconds = try leastNanoseconds { _ = try codec.encode(part, threads: 1) } / partCount
        let encodedPart = try codec.encode(part, threads: 1)
        decodeNanoseconds = try leastNanoseconds { _ = try encodedPart.decode(threads: 1) } / partCount
    }

    var name: String { codec.name }

    /// The command that encodes the recording in this way; `nil` if the recording is not from a file, or if the codec
    /// encodes observations and `spike encode` would read other values than the recording's samples.
    func command(_ recording: RecordingOptions?) -> String? {
        guard let recording, isEncodedFromFile else { return nil }
        return "\(encodeCommand(codec, recording))"
    }
}

/// The command that encodes a recording with a codec.
func encodeCommand(_ codec: Codec, _ recording: RecordingOptions) -> ShellCommand {
    ShellCommand(
        [ProgramName.text, "encode"] + recording.arguments + codec.commandLineArguments + option("output", "spikes.h5"))
}

/// The middle of a recording, long enough to time a codec on and short enough for several calls: about 65,536 values
/// over all channels, fewer if each becomes many steps, but never fewer than 256 samples per channel.
func timedPart(of signal: Signal, stepsPerSample: Int) -> Signal {
    let values = min(1 << 16, (1 << 20) / stepsPerSample)
    let count = min(signal.sampleCount, max(256, values / signal.channelCount))
    let start = (signal.sampleCount - count) / 2
    return signal.samples(start..<start + count)
}

/// The shortest duration of repeated calls, in nanoseconds, after one call to warm up. There are at least three calls,
/// and at least five and 30 ms in total unless they take 100 ms.
func leastNanoseconds(_ body: () throws -> Void) rethrows -> Double {
    try body()
    var (least, total, calls) = (Double.infinity, 0.0, 0)
    while calls < 3 || total < 1e8 && (calls < 5 || total < 3e7) {
        let start = ContinuousClock.now
        try body()
        let elapsed = (ContinuousClock.now - start) / .nanoseconds(1)
        least = min(least, elapsed)
        total += elapsed
        calls += 1
    }
    return least
}
