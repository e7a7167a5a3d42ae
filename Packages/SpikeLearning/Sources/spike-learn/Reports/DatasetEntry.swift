import SpikeCommandLine
import SpikeDatasets

/// A data set and where it was found, in the form that `spike datasets --json` prints.
struct DatasetEntry: Encodable {
    let name: String
    let title: String
    /// The kind of samples: `image`, `recording` or `spikes`.
    let kind: String
    /// The shape of a sample: an image's [C, H, W], a recording's [C, L], or the [C] of spikes. The length L is missing
    /// where it differs.
    let shape: [Int]
    /// The sampling rate of recordings in Hz; `nil` if it is not known.
    let samplingRate: Double?
    let classes: Int
    /// The number of samples to train on.
    let train: Int
    /// The number of samples to test on.
    let test: Int
    /// The path of the data set; `nil` if it was not found.
    let path: String?
    /// The place where the data set was found, such as `cache`; `nil` if it was not found.
    let source: String?
    /// Why the folder that was named cannot be used, or what is missing of the data set; `nil` if nothing is.
    let problem: String?
    /// The number of bytes that a download would transfer; `nil` if it is not known.
    let downloadBytes: Int?
    private let sampleText: String
    private let downloadText: String

    private enum CodingKeys: CodingKey {
        case name, title, kind, shape, samplingRate, classes, train, test, path, source, problem, downloadBytes
    }

    init(_ dataset: KnownDataset, _ finder: DatasetFinder) {
        var (location, problem): (DatasetFinder.Location?, String?)
        do {
            location = try finder.locate(dataset)
        } catch {
            problem = "\(error)"
        }
        name = dataset.name
        title = dataset.title
        switch dataset.kind {
        case .images(_, let shape): (kind, self.shape, samplingRate) = ("image", shape, nil)
        case .recordings(_, let shape):
            (kind, self.shape) = ("recording", [shape.channelCount] + (shape.sampleCount.map { [$0] } ?? []))
            samplingRate = shape.samplingRate
        case .spikes(_, let channelCount): (kind, shape, samplingRate) = ("spikes", [channelCount], nil)
        }
        sampleText = dataset.sampleText
        (classes, train, test) = (dataset.classCount, dataset.trainCount, dataset.testCount)
        path = location.flatMap { $0.path.isEmpty ? nil : $0.path }
        source = location?.source.rawValue
        self.problem = problem ?? location?.shortcoming.map { "incomplete: \($0)" }
        downloadBytes = dataset.downloadSize
        downloadText = dataset.downloadText
    }

    static func table(_ entries: [DatasetEntry]) -> String {
        let rows = entries.map { entry in
            let found = entry.path.map { "\($0) (\(entry.source!))" } ?? entry.source ?? "not here"
            let place = found + (entry.path == nil ? "" : entry.problem.map { ", \($0)" } ?? "")
            return [entry.name, entry.title, entry.sampleText, place, entry.downloadText]
        }
        return TextTable(
            header: ["name", "data set", "sample", "where", "download"], rows: rows, textColumns: 4
        ).text
    }
}
