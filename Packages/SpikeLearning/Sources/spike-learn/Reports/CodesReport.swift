import SpikeCommandLine
import SpikeTraining
import SpikingLayers
import TorchTensors

/// The spike patterns of an encoder's channels, in the form that `--json` prints.
struct CodesReport: Encodable {
    let run: String
    let encoding: String
    let steps: Int
    let images: Int
    /// The number of possible patterns 2ᵀ, in floating point because T can be up to 62.
    let possiblePatterns: Double
    let channels: [ChannelCodes]
    let meanPatterns: Double
    /// The mean entropy of the channels, in bits.
    let meanEntropy: Double

    private let title: String
    private let seed: UInt64

    enum CodingKeys: String, CodingKey {
        case run, encoding, steps, images, possiblePatterns, channels, meanPatterns, meanEntropy
    }

    init(_ run: TrainedRun, _ codes: CodesInUse, imageCount: Int) {
        self.run = run.folder
        title = run.title
        seed = run.description.seed
        encoding = run.description.configuration.encoding.rawValue
        steps = codes.steps
        images = imageCount
        possiblePatterns = Double(1 << codes.steps)
        channels = codes.channels
        meanPatterns = Double(channels.reduce(0) { $0 + $1.patterns }) / Double(channels.count)
        meanEntropy = channels.reduce(0) { $0 + $1.entropy } / Double(channels.count)
    }

    var text: String {
        let rows = channels.map { channel in
            [
                "\(channel.channel)", "\(channel.patterns)", decimal(channel.entropy, 3), channel.mostFrequent ?? "–",
                decimal(channel.mostFrequentShare * 100, 1),
            ]
        }
        let table = TextTable(
            header: ["channel", "patterns", "entropy, bits", "most frequent", "%"], rows: rows, textColumns: 0)
        let counts = channels.map(\.patterns)
        return """
            \(title)
            \(grouped(images)) test images, T = \(steps), \(counted(channels.count, "channel"))

            \(table.text)

            patterns per channel: \(decimal(meanPatterns, 1)) of \(grouped(possiblePatterns)) on average, \
            \(counts.min() ?? 0) to \(counts.max() ?? 0)
            entropy per channel: \(decimal(meanEntropy, 3)) of \(counted(steps, "bit")) on average
            """
    }

    /// A table with one row per run.
    static func table(_ reports: [CodesReport]) -> String {
        TextTable(
            header: ["run", "encoding", "seed", "T", "channels", "images", "patterns per channel", "bits per channel"],
            rows: reports.map { report in
                [
                    report.run, report.encoding, "\(report.seed)", "\(report.steps)", "\(report.channels.count)",
                    grouped(report.images), decimal(report.meanPatterns, 1), decimal(report.meanEntropy, 3),
                ]
            }, textColumns: 2
        ).text
    }
}
