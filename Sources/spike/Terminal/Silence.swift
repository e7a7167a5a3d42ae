import Foundation
import SpikeEncoding
import SpikeFiles
import SpikeReports

/// A message that names the channels without a spike, and the reason.
struct Silence {
    let text: String

    /// Returns `nil` if every channel has spikes.
    init?(of encoded: EncodedSignal, from loaded: LoadedFile<Signal>) {
        let silent = encoded.channels.indices.filter { channel in encoded.spikes.unit(channel).allSatisfy { $0 == 0 } }
        guard !silent.isEmpty else { return nil }
        let reasons = silent.prefix(3).map { channel in
            "\(loaded.name(ofChannel: channel)) \(Self.reason(encoded.codec, loaded.content, channel))"
        }
        let share =
            silent.count == encoded.channels.count ? "" : " in \(silent.count) of \(encoded.channels.count) channels"
        text =
            "\(loaded.summary.file): no spikes\(share): " + reasons.joined(separator: "; ")
            + (silent.count > 3 ? "; and \(silent.count - 3) more" : "")
    }

    private static func reason(_ codec: Codec, _ signal: Signal, _ channel: Int) -> String {
        let values = (0..<signal.sampleCount).map { signal.value(ofChannel: channel, sample: $0) }
        let (least, largest) = (values.min() ?? 0, values.max() ?? 0)
        let unit = signal.unit.map { " \($0)" } ?? ""
        if least == largest { return "is constant at \(readable(least, digits: 9))\(unit)" }
        // As many digits as distinguish the two values, and three more.
        let ratio = max(abs(least), abs(largest)) / (largest - least)
        let digits = min(15, 4 + Int(log10(max(1, ratio)).rounded(.up)))
        let range = "its range, \(readable(least, digits: digits)) to \(readable(largest, digits: digits))\(unit)"
        if codec.base.needsRange { return "never reaches the threshold, which is of values scaled by \(range)" }
        let parameters = type(of: codec.base).parameters
        let threshold = parameters.first { $0.key == "threshold" }.map { codec.base.numbers(of: $0) } ?? []
        let isUnipolar = parameters.contains { $0.key == "polarity" && codec.base.text(of: $0) == "unipolar" }
        let size = threshold.isEmpty ? "" : " of \(readable(threshold[threshold.count == 1 ? 0 : channel]))\(unit)"
        return "never \(isUnipolar ? "rises" : "moves") by the threshold\(size) in \(range)"
    }
}
