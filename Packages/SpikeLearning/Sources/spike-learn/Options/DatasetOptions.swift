import ArgumentParser
import SpikeCommandLine
import SpikeDatasets
import SpikeTraining

/// Where the images are; the same words in every command.
struct DatasetOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The folder with the data set; found or downloaded if not given. For the data set folder: the images, a "
                + "folder for each class.", valueName: "folder"))
    var data: String?

    @Flag(
        help: ArgumentHelp(
            "Go on although the images are not those that a run records; what differs is said, and images that the run "
                + "was trained on are not tested on."))
    var allowChangedData = false

    /// The data set of that name, downloaded if need be.
    ///
    /// - Parameters:
    ///   - side: Height and width that a folder's images are brought to.
    ///   - usual: The folder if none was given, such as that which a run was trained on.
    func read(_ name: String, side: Int, usual: String? = nil) throws -> ImageDataset {
        let data = data ?? usual
        if name == "folder" {
            guard let data else { throw CommandError("dataset folder: name the images' folder with --data") }
            return try ImageFolder(data, size: side).read()
        }
        guard let known = KnownDataset(rawValue: name) else {
            let names = KnownDataset.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandError("dataset: there are \(names), folder; got \(name)")
        }
        let line = ProgressLine()
        defer { line.clear() }
        return try DatasetFinder(folder: data).read(known, downloading: true) { line.update($0.progress($1)) }
    }
}

extension RemoteFile {
    /// Such as `fetching a.gz: 3 of 26 MB`.
    func progress(_ received: Int) -> String {
        "fetching \(name): \(received / 1_000_000) of \(size / 1_000_000) MB"
    }
}
