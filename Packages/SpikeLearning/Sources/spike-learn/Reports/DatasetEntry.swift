import SpikeCommandLine
import SpikeDatasets

/// Whether a data set is here, in the form that `spike datasets --json` prints.
struct DatasetEntry: Encodable {
    let name: String
    let title: String
    /// Where it is; nil if it is nowhere.
    let path: String?
    /// How it was found, such as `cache`; nil if it was not.
    let source: String?
    /// Why it cannot be used although its folder was named; nil unless one was.
    let problem: String?
    /// What a download would fetch.
    let downloadBytes: Int

    init(_ dataset: KnownDataset, _ finder: DatasetFinder) {
        var (location, problem): (DatasetFinder.Location?, String?)
        do {
            location = try finder.locate(dataset)
        } catch {
            problem = "\(error)"
        }
        name = dataset.rawValue
        title = dataset.title
        path = location?.path
        source = location?.source.rawValue
        self.problem = problem
        downloadBytes = dataset.downloads.reduce(0) { $0 + $1.size }
    }

    static func table(_ entries: [DatasetEntry]) -> String {
        let rows = entries.map { entry in
            let place = entry.path.map { "\($0) (\(entry.source!))" } ?? "not here"
            return [entry.name, entry.title, place, "\((entry.downloadBytes + 500_000) / 1_000_000) MB"]
        }
        return TextTable(header: ["name", "data set", "where", "download"], rows: rows, textColumns: 3).text
    }
}
