import Foundation
import SpikeEncoding
import SpikeTuning

/// Every codec on one recording, tuned where it can be, ranked by error.
struct Comparison {
    let signal: Signal
    /// The lowest error first.
    let entries: [ComparisonEntry]
    let seconds: Double

    /// - Parameter progress: Called with what is being done.
    init(
        of signal: Signal, evaluations: Int, timeLimit: Double?, spikesPerSecond: Double?, seed: UInt64, threads: Int,
        progress: @escaping @Sendable (String) -> Void
    ) throws {
        let start = ContinuousClock.now
        let tuner = Tuner(
            objective: spikesPerSecond.map { .meanSquaredErrorWithin(spikesPerSecond: $0) } ?? .meanSquaredError,
            evaluations: evaluations, timeLimit: timeLimit, seed: seed, threads: threads)
        var entries: [ComparisonEntry] = []
        for codec in try Self.codecs(for: signal, seed: seed) {
            guard Tuner.tunableCodecs.contains(codec.name) else {
                progress("encoding with \(codec.name)")
                entries.append(try ComparisonEntry(codec, tuning: nil, of: signal, threads: threads))
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

    private static func codecs(for signal: Signal, seed: UInt64) throws -> [Codec] {
        let ranges = try signal.exactRanges()
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

    init(_ codec: Codec, tuning: TuningResult?, of signal: Signal, threads: Int) throws {
        let encoded = try codec.base.encode(signal, threads: threads)
        let decoded = try encoded.decode(threads: threads)
        let error = meanSquaredError(signal, decoded)
        let samples = Double(signal.values.count)
        self.codec = encoded.codec
        self.tuning = tuning
        self.encoded = encoded
        self.decoded = decoded
        rmse = error.squareRoot()
        snr = signalToNoise(variance: variance(signal), meanSquaredError: error)
        spikesPerSample = Double(encoded.spikes.spikeCount) / samples
        spikesPerSecond = signal.samplingRate.map { [spikesPerSample] in spikesPerSample * $0 }
        sparsity = encoded.spikes.sparsity
        bitsPerSample = informationBits(encoded.spikes) / samples
        bitsPerSecond = signal.samplingRate.map { [bitsPerSample] in bitsPerSample * $0 * Double(signal.channelCount) }
        encodeNanoseconds = try leastNanoseconds { _ = try codec.base.encode(signal, threads: 1) } / samples
        decodeNanoseconds = try leastNanoseconds { _ = try encoded.decode(threads: 1) } / samples
    }

    var name: String { codec.name }

    /// The command that encodes `file` so; nil without a file, and for codes of observations where those are not the
    /// recording's samples.
    func command(file: String?) -> String? {
        guard let file else { return nil }
        let isTable = ["csv", "tsv", "txt"].contains { file.lowercased().hasSuffix(".\($0)") }
        guard !(codec.base is any ObservationCodec) || (isTable && decoded.channelCount > 1) else { return nil }
        return "spike encode \(file) \(codec.commandLineOptions) --output spikes.h5"
    }
}

/// Of three calls or more, until 30 ms have passed.
private func leastNanoseconds(_ body: () throws -> Void) rethrows -> Double {
    var (least, total, calls) = (Double.infinity, 0.0, 0)
    while calls < 3 || total < 3e7 {
        let start = ContinuousClock.now
        try body()
        let elapsed = (ContinuousClock.now - start) / .nanoseconds(1)
        least = min(least, elapsed)
        total += elapsed
        calls += 1
        if total > 3e8 { break }
    }
    return least
}
