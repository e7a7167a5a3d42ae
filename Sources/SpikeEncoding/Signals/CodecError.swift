/// An error about a codec's parameters or a recording. Its description is one line.
///
/// ```swift
/// do {
///     _ = try StepForward(threshold: -1)
/// } catch {
///     print(error)  // → step-forward: threshold must be finite and > 0, got -1.0
/// }
/// ```
public enum CodecError: Error, Hashable, Sendable {
    /// A parameter is outside its range.
    case parameter(codec: String, name: String, value: String, requirement: String)
    /// A parameter has neither one value nor one for each channel.
    case parameterCount(
        codec: String, parameter: String, count: Int, channels: Int, input: CodecInput = .recordings)
    /// The recording has no channels or no samples.
    case empty(channels: Int, samples: Int)
    /// A sample is NaN or infinite.
    case notFinite(channel: Int, sample: Int, value: Float)
    /// A sample is finite, but so far from the rest that Float32 does not hold the difference.
    case beyondFloat32(channel: Int, sample: Int, value: Double)
    /// The spike of a sample is larger than Float32 holds.
    case amplitudeBeyondFloat32(channel: Int, sample: Int)
    /// A value of an observation is NaN or infinite.
    case notFiniteFeature(row: Int, feature: Int, value: Double)
    /// The difference between a channel's largest and least value is beyond Float32.
    case rangeTooWide(channel: Int, range: ValueRange)
    /// The encoding has more steps than can be held at once, 4 GiB.
    case tooManySteps(codec: String, units: Int, steps: Int)
    /// A codec that scales by a channel's range streams, and was not given it.
    case streamNeeds(codec: String, what: String)
    /// A chunk has another number of channels than its stream.
    case channelCount(expected: Int, found: Int)
    /// The values of a chunk do not divide into samples of every channel.
    case incompleteSample(values: Int, channels: Int)
    /// A chunk was pushed into a stream that has finished.
    case streamFinished
    /// The parts that a stream's encoding should be joined from are not all that it returned.
    case streamParts(expected: Int, found: Int)
    /// The codec decodes recordings only as a whole.
    case noDecodingStream(codec: String)
    /// A codec whose decoding starts from no value was given one.
    case noInitialValue(codec: String)
    /// An initial value to decode from is NaN or infinite.
    case initialValue(Float)
}

extension CodecError {
    /// The channel or feature that the error is about, its sample or row if it is about one, and what is wrong with it;
    /// `nil` if the error is about no channel.
    public var flaw: (channel: Int, sample: Int?, problem: String)? {
        let remedy = "remove or replace such values first"
        switch self {
        case .notFinite(let channel, let sample, let value):
            return (channel, sample, "is \(value); \(remedy)")
        case .notFiniteFeature(let row, let feature, let value):
            return (feature, row, "is \(value); \(remedy)")
        case .beyondFloat32(let channel, let sample, let value):
            return (
                channel, sample, "is \(value), beyond what Float32 holds (±3.4e+38); scale the recording down first"
            )
        case .amplitudeBeyondFloat32(let channel, let sample):
            return (
                channel, sample,
                "has a spike of an amplitude beyond what Float32 holds (±3.4e+38); take a larger threshold, or scale the "
                    + "recording down first"
            )
        case .rangeTooWide(let channel, let range):
            let ends = "\(range.minimum) to \(range.maximum)"
            return (channel, nil, "reaches from \(ends), wider than Float32 can hold; scale it down first")
        default: return nil
        }
    }
}

extension CodecError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notFiniteFeature(let row, let feature, _):
            "row \(row), feature \(feature) \(flaw?.problem ?? "")"
        case .notFinite, .beyondFloat32, .amplitudeBeyondFloat32, .rangeTooWide:
            flaw.map { flaw in
                "channel \(flaw.channel)\(flaw.sample.map { ", sample \($0)" } ?? "") \(flaw.problem)"
            } ?? ""
        case .parameter(let codec, let name, let value, let requirement):
            "\(codec): \(name) must be \(requirement), got \(value)"
        case .parameterCount(let codec, let parameter, let count, let channels, let input):
            "\(codec): \(parameter) has \(counted(count, "value")) for \(counted(channels, input.noun))"
                + "; give one value, or one per \(input.noun)"
        case .empty(let channels, let samples):
            "the recording is empty (\(counted(channels, "channel")) × \(counted(samples, "sample")))"
        case .tooManySteps(let codec, let units, let steps):
            "\(codec): \(counted(units, "unit")) × \(counted(steps, "step")) are more than 4 GiB; take fewer steps, or encode in parts"
        case .streamNeeds(let codec, let what):
            "\(codec) needs \(what) before it can stream"
        case .channelCount(let expected, let found):
            "the chunk has \(counted(found, "channel")), the stream has \(expected)"
        case .incompleteSample(let values, let channels):
            "\(counted(values, "value")) \(values == 1 ? "does" : "do") not divide into samples of \(counted(channels, "channel")); push whole samples, all channels of each"
        case .streamFinished:
            "the stream has finished and takes no more chunks; make another stream for another recording"
        case .streamParts(let expected, let found):
            "the parts have \(counted(found, "step")), and the stream has returned \(expected); join what every push returned"
        case .noDecodingStream(let codec):
            "\(codec) decodes recordings only as a whole, not in a stream"
        case .noInitialValue(let codec):
            "\(codec) decodes without an initial value"
        case .initialValue(let value):
            "the initial value must be finite, got \(value)"
        }
    }
}
