import ArrayFiles
import SpikeCommandLine
import SpikeEncoding
import SpikeFiles
import SpikeReports
import SpikeTuning

/// The error with which a recording's spikes decode to it.
struct Fidelity {
    /// The error as text, such as `RMSE 0.031 mV, SNR 14.2 dB`.
    let text: String
    /// A warning that names the channels whose decoding is worse than their constant mean; `nil` if there are none.
    let warning: String?

    init(of encoded: EncodedSignal, to loaded: LoadedFile<Signal>, threads: Int) throws {
        let signal = loaded.content
        let errors = meanSquaredErrors(signal, try encoded.decode(threads: threads))
        let variances = variances(signal)
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
        let argument = file == StandardInput.name ? "-" : ShellCommand.fileArgument(file)
        warning =
            "\(file): the spikes of \(channels.joined(separator: ", "))"
            + (poor.count > 3 ? " and \(counted(poor.count - 3, "more channel"))" : "")
            + " decode to something further from the recording than its mean; "
            + "`\(ShellCommand([ProgramName.text, "compare", argument]))` finds parameters that fit"
    }
}
