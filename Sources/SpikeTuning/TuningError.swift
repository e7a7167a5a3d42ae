import SpikeEncoding

/// An error that keeps a codec from being tuned.
public enum TuningError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The codec has no parameters to search for.
    case notTunable(codec: String)
    /// The codec's parameters do not fit the recording, or the recording cannot be encoded.
    case codec(CodecError)
    /// Spikes per second cannot be counted without a sampling rate.
    case needsSamplingRate
    /// The limit on spikes per second is not above 0.
    case spikeBudget(Double)
    /// No trial kept within the limit on spikes per second; `fewest` is the smallest number that a trial had.
    case budgetNotReached(channel: Int, limit: Double, fewest: Double)
    /// The objective was NaN or infinite in every trial.
    case objectiveNeverFinite(channel: Int)

    /// The channel that the error is about and what is wrong with it; `nil` if it is about no channel.
    public var flaw: (channel: Int, problem: String)? {
        switch self {
        case .budgetNotReached(let channel, let limit, let fewest):
            (
                channel,
                "no trial kept within \(limit) spikes per second, the fewest were \((fewest * 1000).rounded() / 1000); "
                    + "allow more spikes, more evaluations, or take another codec"
            )
        case .objectiveNeverFinite(let channel):
            (channel, "the objective was NaN or infinite in every trial")
        default: nil
        }
    }

    public var description: String {
        switch self {
        case .notTunable(let codec):
            "\(codec) has no parameters to tune; these have: \(Tuner.tunableCodecs.joined(separator: ", "))"
        case .codec(let error):
            "\(error)"
        case .needsSamplingRate:
            "spikes per second need a sampling rate, which the recording does not say; give it"
        case .spikeBudget(let limit):
            "spikes per second must be finite and > 0, got \(limit)"
        case .budgetNotReached, .objectiveNeverFinite:
            flaw.map { "channel \($0.channel): \($0.problem)" } ?? ""
        }
    }
}
