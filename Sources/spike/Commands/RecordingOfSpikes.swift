import SpikeCommandLine
import SpikeEncoding
import SpikeFiles
import SpikeReports

extension LoadedFile where Content == Signal {
    /// The recording with the sampling rate and start that its spikes carry, if its own file states neither.
    ///
    /// - Parameters:
    ///   - encoded: The recording's spikes.
    ///   - file: The file of the spikes, named in errors.
    /// - Throws: `CommandError` if the recording's channels, samples, rate or start differ from those of the spikes.
    func onClock(of encoded: EncodedSignal, from file: String) throws -> Signal {
        var signal = content
        let recording = summary.file
        let (channels, samples) = (encoded.channels.count, encoded.sampleCount)
        guard signal.channelCount == channels && signal.sampleCount == samples else {
            throw CommandError(
                "\(recording) has \(counted(signal.channelCount, "channel")) × \(counted(signal.sampleCount, "sample")), "
                    + "\(file) \(counted(channels, "channel")) × \(counted(samples, "sample")); give the recording the "
                    + "spikes came from")
        }
        guard let rate = encoded.samplingRate else { return signal }
        let rateText = "\(readable(rate, digits: 9)) Hz"
        if let own = signal.samplingRate {
            guard abs(own - rate) <= 1e-6 * rate else {
                let ownText = "\(readable(own, digits: 9)) Hz"
                throw CommandError(
                    summary.rateSource == .given
                        ? "--sampling-rate \(ownText): \(file) says that its recording has \(rateText); leave the option out"
                        : "\(recording) has \(ownText), and \(file) says that its recording has \(rateText); give the "
                            + "recording the spikes came from, or --sampling-rate \(rate) if the rate of \(recording) is wrong"
                )
            }
        } else {
            signal.samplingRate = rate
            print("\(recording): \(rateText), as \(file) says")
        }
        guard let start = summary.startTime else {
            signal.startTime = encoded.startTime
            return signal
        }
        guard abs(start - encoded.startTime) <= 0.5 / rate else {
            throw CommandError(
                "\(recording) starts at \(readable(start, digits: 12)) s, and \(file) says that its recording starts at "
                    + "\(readable(encoded.startTime, digits: 12)) s; give the recording the spikes came from")
        }
        return signal
    }
}
