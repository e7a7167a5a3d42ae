import SpikeCommandLine
import SpikeEncoding
import SpikeFiles
import SpikeReports

/// The error with which a recording's spikes decode to it.
struct Fidelity {
    /// The error as text, such as `RMSE 0.031 mV, SNR 14.2 dB`.
    let text: String
    /// A warning that names the channels whose decoding is worse than their constant mean; `nil` if there are none.
    let warning: String?

    init(of encoded: EncodedSignal, to loaded: LoadedFile<Signal>, threads: Int) throws {
        let signal = loaded.content
        let decoded = try encoded.decode(threads: threads)
        var (errors, variances): ([Double], [Double]) = ([], [])
        for channel in 0..<signal.channelCount {
            let count = Double(max(1, signal.sampleCount))
            var (sum, squares, error) = (0.0, 0.0, 0.0)
            for sample in 0..<signal.sampleCount { sum += Double(signal[channel, sample]) }
            for sample in 0..<signal.sampleCount {
                let distance = Double(signal[channel, sample]) - sum / count
                squares += distance * distance
                let value = signal.value(ofChannel: channel, sample: sample)
                let miss = decoded.value(ofChannel: channel, sample: sample) - value
                error += miss * miss
            }
            errors.append(error / count)
            variances.append(squares / count)
        }
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(max(1, values.count)) }
        let ratio = signalToNoise(variance: mean(variances), meanSquaredError: mean(errors))
        text =
            "RMSE \(readable(mean(errors).squareRoot(), digits: 3))" + (signal.unit.map { " \($0)" } ?? "")
            + (ratio.map { ", SNR \(readable($0, digits: 3)) dB" } ?? "")
        // Channels without a spike are left to the warning of `Silence`.
        let poor = errors.indices.filter {
            errors[$0] > variances[$0] && variances[$0] > 0 && encoded.spikes.spikeCount(ofUnits: $0..<$0 + 1) > 0
        }
        guard !poor.isEmpty else {
            warning = nil
            return
        }
        let channels = poor.prefix(3).map { channel in
            let ratio = signalToNoise(variance: variances[channel], meanSquaredError: errors[channel])
            return "\(loaded.name(ofChannel: channel)) (SNR \(ratio.map { readable($0, digits: 3) } ?? "–") dB)"
        }
        let file = loaded.summary.file
        warning =
            "\(file): the spikes of \(channels.joined(separator: ", "))"
            + (poor.count > 3 ? " and \(poor.count - 3) more channels" : "")
            + " decode to something further from the recording than its mean; "
            + "`\(ShellCommand([ProgramName.text, "compare", ShellCommand.fileArgument(file)]))` finds parameters that fit"
    }
}
