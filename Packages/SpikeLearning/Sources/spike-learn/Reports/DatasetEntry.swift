import SpikeCommandLine
import SpikeDatasets

/// A data set and where it was found, in the form that `spike datasets --json` prints.
struct DatasetEntry: Encodable {
    let name: String
    let title: String
    /// The kind of samples, such as `image`.
    let kind: String
    /// The shape of an image, [C, H, W].
    let shape: [Int]
    let classes: Int
    /// The number of samples to train on.
    let train: Int
    /// The number of samples to test on.
    let test: Int
    /// The path of the data set; `nil` if it was not found.
    let path: String?
    /// The place where the data set was found, such as `cache`; `nil` if it was not found.
    let source: String?
    /// The reason why the folder that was named cannot be used; `nil` if it can, or none was named.
    let problem: String?
    /// The number of bytes that a download would transfer.
    let downloadBytes: Int

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
        case .images(_, let shape): (kind, self.shape) = ("image", shape)
        }
        (classes, train, test) = (dataset.classCount, dataset.trainCount, dataset.testCount)
        path = location?.path
        source = location?.source.rawValue
        self.problem = problem
        downloadBytes = dataset.downloadSize
    }

    static func table(_ entries: [DatasetEntry]) -> String {
        let rows = entries.map { entry in
            let place = entry.path.map { "\($0) (\(entry.source!))" } ?? "not here"
            return [entry.name, entry.title, place, "\((entry.downloadBytes + 500_000) / 1_000_000) MB"]
        }
        return TextTable(header: ["name", "data set", "where", "download"], rows: rows, textColumns: 3).text
    }
}
