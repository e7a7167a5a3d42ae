import Foundation
import SpikeCommandLine
import SpikeEncoding
import SpikeTuning

/// Every codec on one recording, tuned where it can be, ranked by error.
struct Comparison {
    let signal: Signal
    /// The lowest error first.
    let entries: [ComparisonEntry]
    let seconds: Double

    /// - Parameters:
    ///   - observations: The recording as codecs of observations read it, of the same samples and channels, in double
    ///     precision; nil to give them the signal's samples.
    ///   - progress: Called with what is being done.
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
            guard Tuner.tunableCodecs.contains(codec.name) else {
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
                // A codec that cannot keep the budget takes no part.
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
        let minimum = PerChannel(each: ranges.map(\.lowerBound))
        let maximum = PerChannel(
            each: ranges.map {
                $0.lowerBound < $0.upperBound ? $0.upperBound : $0.lowerBound + max(1, abs($0.lowerBound))
            })
        return try [
            StepForward().codec, BensSpiker().codec, PulseWidthModulation().codec, LeakyIntegrateAndFire().codec,
            DeltaModulation().codec, RateStepForward().codec,
            RateCode(minimum: minimum, maximum: maximum).codec,
            ReceptiveFields(conversion: .poisson(seed: seed), minimum: minimum, maximum: maximum).codec,
        ]
    }
}

/// One codec's figures on a recording.
struct ComparisonEntry {
    let codec: Codec
    /// Nil for codecs without parameters to search for, which ran with their defaults.
    let tuning: TuningResult?
    let encoded: EncodedSignal
    let decoded: Signal
    /// Over all channels, in the recording's unit.
    let rmse: Double
    /// In decibels; nil for a constant recording or an exact decoding.
    let snr: Double?
    /// A channel; nil without a sampling rate.
    let spikesPerSecond: Double?
    let spikesPerSample: Double
    let sparsity: Double
    /// Of all channels together; nil without a sampling rate.
    let bitsPerSecond: Double?
    let bitsPerSample: Double
    /// On one thread.
    let encodeNanoseconds: Double
    let decodeNanoseconds: Double
    /// Whether `spike encode` makes the same spikes of the recording's file.
    private let isEncodedFromFile: Bool

    init(
        _ codec: Codec, tuning: TuningResult?, of signal: Signal, observations: Observations? = nil, threads: Int
    ) throws {
        let encoded =
            if let codec = codec.base as? any ObservationCodec, let observations {
                try codec.encode(observations, threads: threads)
            } else { try codec.base.encode(signal, threads: threads) }
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
        encodeNanoseconds = try leastNanoseconds { _ = try codec.base.encode(part, threads: 1) } / partCount
        let encodedPart = try codec.base.encode(part, threads: 1)
        decodeNanoseconds = try leastNanoseconds { _ = try encodedPart.decode(threads: 1) } / partCount
    }

    var name: String { codec.name }

    /// The command that encodes the recording so; nil for a recording that is in no file, and for codes of
    /// observations where `spike encode` would read others than the recording's samples.
    func command(_ recording: RecordingOptions?) -> String? {
        guard let recording, isEncodedFromFile else { return nil }
        return "\(encodeCommand(codec, recording))"
    }
}

/// The command that encodes a recording with a codec.
func encodeCommand(_ codec: Codec, _ recording: RecordingOptions) -> ShellCommand {
    ShellCommand(
        ["spike", "encode"] + recording.arguments + codec.commandLineArguments + option("output", "spikes.h5"))
}

/// The middle of a recording, long enough to time a codec on and short enough for several calls: 65,536 samples over all
/// channels, fewer where each becomes many steps, and never fewer than 256 of a channel.
func timedPart(of signal: Signal, stepsPerSample: Int) -> Signal {
    let values = min(1 << 16, (1 << 20) / stepsPerSample)
    let count = min(signal.sampleCount, max(256, values / signal.channelCount))
    let start = (signal.sampleCount - count) / 2
    return signal.samples(start..<start + count)
}

/// The least of five calls or more, until 30 ms have passed, after one to warm up; of three where they take long.
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
