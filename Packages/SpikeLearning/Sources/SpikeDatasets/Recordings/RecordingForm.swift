import ArrayFiles
import Foundation
import SpikeEncoding
import TorchTensors

/// The form that recordings are brought to: their sampling rate, their length and their channels.
public struct RecordingForm: Sendable, Hashable {
    /// The sampling rate in Hz to which recordings are resampled; `nil` to leave them at their own.
    public var samplingRate: Double?

    /// The number of samples of each channel. Longer recordings lose their end, and shorter ones are followed by
    /// zeros; `nil` to leave their length.
    public var sampleCount: Int?

    /// The number of channels that a recording must have; `nil` for any number. If it is 1, the channels of a recording
    /// that has several are averaged.
    public var channelCount: Int?

    /// Creates a form.
    ///
    /// - Parameters:
    ///   - samplingRate: The sampling rate in Hz, above 0; `nil` for that of each recording. Traps otherwise.
    ///   - sampleCount: The number of samples, at least 1; `nil` for that of each recording. Traps otherwise.
    ///   - channelCount: The number of channels, at least 1; `nil` for any. Traps otherwise.
    public init(samplingRate: Double? = nil, sampleCount: Int? = nil, channelCount: Int? = nil) {
        precondition(
            samplingRate.map { $0 > 0 && $0.isFinite } ?? true,
            "RecordingForm: samplingRate must be above 0, got \(samplingRate!)")
        precondition(sampleCount ?? 1 >= 1, "RecordingForm: sampleCount must be >= 1, got \(sampleCount!)")
        precondition(channelCount ?? 1 >= 1, "RecordingForm: channelCount must be >= 1, got \(channelCount!)")
        self.samplingRate = samplingRate
        self.sampleCount = sampleCount
        self.channelCount = channelCount
    }

    /// Returns a recording in this form.
    ///
    /// Values that are missing (NaN) are filled on the straight line between their neighbours in time; at the ends with
    /// the nearest value. Resampling is that of `SampleRateChange`.
    ///
    /// - Parameters:
    ///   - signal: The recording.
    ///   - path: The name of the recording, for messages.
    /// - Returns: The recording, without offsets of channels, and what was changed, as text such as
    ///   `resampled from 8000 Hz`.
    /// - Throws: `FileError` for a recording without samples, one of another number of channels, an infinite value, a
    ///   channel of which all values are missing, and one whose rate is needed and not known.
    public func applied(
        to signal: Signal, _ path: String
    ) throws(FileError) -> (signal: Signal, changes: [String]) {
        guard signal.sampleCount > 0 else { throw .malformed(path: path, place: nil, problem: "holds no samples") }
        var changes: [String] = []
        var channels = (0..<signal.channelCount).map { channel in
            signal.channelOffsets.isEmpty
                ? Array(signal.channel(channel))
                : (0..<signal.sampleCount).map { Float(signal.value(ofChannel: channel, sample: $0)) }
        }
        if try Self.fill(&channels, path) { changes.append("missing values filled in") }
        if channelCount == 1, channels.count > 1 {
            changes.append("\(channels.count) channels averaged")
            channels = [Self.mean(channels)]
        }
        if let channelCount, channels.count != channelCount {
            throw .unsuitable(
                path: path,
                problem: "it has \(counted(channels.count, "channel")), not \(channelCount) as "
                    + "the others")
        }
        var rate = signal.samplingRate
        if let samplingRate, rate != samplingRate {
            guard let own = rate else {
                throw .unsuitable(
                    path: path,
                    problem: "its sampling rate is not known, and the others have \(samplingRate.text) Hz; add a "
                        + "column of times")
            }
            guard let resampling = SampleRateChange(from: own, to: samplingRate) else {
                throw .unsuitable(
                    path: path,
                    problem: "\(own.text) Hz cannot be resampled to \(samplingRate.text) Hz; convert the file")
            }
            channels = channels.map { resampling($0) }
            changes.append("resampled from \(own.text) Hz")
            rate = samplingRate
        }
        if let sampleCount, channels[0].count != sampleCount {
            let isLonger = channels[0].count > sampleCount
            changes.append("\(isLonger ? "cut" : "padded") to \(counted(sampleCount, "sample"))")
            channels = channels.map {
                Array($0.prefix(sampleCount)) + [Float](repeating: 0, count: max(0, sampleCount - $0.count))
            }
        }
        let names = channels.count == signal.channelNames.count ? signal.channelNames : []
        return (
            Signal(
                channels: channels, samplingRate: rate, channelNames: names, unit: signal.unit,
                startTime: signal.startTime), changes
        )
    }

    private static func mean(_ channels: [[Float]]) -> [Float] {
        channels[0].indices.map { sample in
            Float(channels.reduce(0.0) { $0 + Double($1[sample]) } / Double(channels.count))
        }
    }

    /// Fills missing values, and returns whether there were any.
    private static func fill(_ channels: inout [[Float]], _ path: String) throws(FileError) -> Bool {
        var isFilled = false
        for channel in channels.indices where !channels[channel].allSatisfy(\.isFinite) {
            if let sample = channels[channel].firstIndex(where: \.isInfinite) {
                throw .malformed(
                    path: path, place: "channel \(channel), sample \(sample)", problem: "the value is infinite")
            }
            guard let filled = interpolated(channels[channel]) else {
                throw .malformed(path: path, place: "channel \(channel)", problem: "every value is missing")
            }
            channels[channel] = filled
            isFilled = true
        }
        return isFilled
    }

    /// The values with those that are missing on the line between their neighbours; `nil` if all are missing.
    static func interpolated(_ values: [Float]) -> [Float]? {
        let known = values.indices.filter { !values[$0].isNaN }
        guard let first = known.first, let last = known.last else { return nil }
        var result = values
        for index in 0..<first { result[index] = values[first] }
        for index in last..<values.count { result[index] = values[last] }
        for (left, right) in zip(known, known.dropFirst()) where right - left > 1 {
            for index in left + 1..<right {
                let share = Double(index - left) / Double(right - left)
                result[index] = Float(Double(values[left]) * (1 - share) + Double(values[right]) * share)
            }
        }
        return result
    }
}

extension Double {
    /// The number without a fraction of zero, such as `16000`.
    var text: String { self == rounded() && abs(self) < 1e15 ? String(Int(self)) : String(self) }
}
