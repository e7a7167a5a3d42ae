import Foundation
import SpikeCommandLine
import SpikeEncoding
import SpikeFiles
import SpikeReports
import SpikeTuning

/// The result that `spike tune` prints.
struct TuningSummary: Encodable {
    struct Channel: Encodable {
        let name: String
        let parameters: [String: Double]
        let mse: Double
        let rmse: Double
        /// The signal-to-noise ratio in decibels; `nil` if the channel is constant or decoded exactly.
        let snr: Double?
        let spikes: Int
        /// The number of spikes per second; `nil` without a sampling rate.
        let spikesPerSecond: Double?
        let trials: Int
    }

    /// How the file was understood.
    let recording: RecordingSummary
    let codec: Codec
    let channels: [Channel]
    let seconds: Double
    /// The command that encodes the recording with these parameters.
    let command: String
    /// The command that repeats the search.
    let tuneCommand: String

    init(
        _ result: TuningResult, of signal: Signal, recording: RecordingSummary, seconds: Double, command: ShellCommand,
        tuneCommand: ShellCommand
    ) {
        self.recording = recording
        self.command = "\(command)"
        self.tuneCommand = "\(tuneCommand)"
        codec = result.codec
        self.seconds = seconds
        channels = result.channels.enumerated().map { index, tuning in
            let best = tuning.best
            return Channel(
                name: signal.name(ofChannel: index),
                parameters: Dictionary(uniqueKeysWithValues: best.parameters.map { ($0.name, $0.value) }),
                mse: best.meanSquaredError, rmse: best.meanSquaredError.squareRoot(),
                snr: signalToNoise(
                    variance: variance(signal.singleChannel(index)), meanSquaredError: best.meanSquaredError),
                spikes: best.spikeCount,
                spikesPerSecond: signal.duration.map { Double(best.spikeCount) / $0 }, trials: tuning.trials.count)
        }
    }

    var json: String {
        get throws { try readableJSON(self) }
    }

    var text: String {
        let names = channels[0].parameters.keys.sorted()
        let table = TextTable(
            header: ["channel"] + names + ["RMSE", "SNR / dB", "spikes", "spikes/s", "trials"],
            rows: channels.map { channel in
                [channel.name] + names.map { readable(channel.parameters[$0]!) }
                    + [
                        readable(channel.rmse), channel.snr.map { readable($0, digits: 3) } ?? "–", "\(channel.spikes)",
                        channel.spikesPerSecond.map { readable($0) } ?? "–", "\(channel.trials)",
                    ]
            }, textColumns: 1)
        return table.text
            + "\n\n\(readable(seconds, digits: 2)) s. To encode with these parameters:\n  \(command)\n"
            + "To repeat the search:\n  \(tuneCommand)"
    }
}
