import ArgumentParser
import SpikeCommandLine
import SpikeDatasets
import SpikeTraining

/// Options for the data set; all commands share them.
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

    /// Reads the data set of that name, and downloads it if it is not found.
    ///
    /// - Parameters:
    ///   - name: The name of a known data set, or `folder`.
    ///   - side: The height and width in pixels that a folder's images are scaled to.
    ///   - usual: The folder to use if `--data` is not given, such as the one that a run was trained on.
    func read(_ name: String, side: Int, usual: String? = nil) throws -> ImageDataset {
        let data = data ?? usual
        if name == ImageFolder.choice {
            guard let data else { throw CommandError("dataset folder: name the images' folder with --data") }
            return try ImageFolder(data, size: side).read()
        }
        guard let known = KnownDataset.ofImages.first(where: { $0.name == name }) else {
            throw CommandError("dataset: there are \(KnownDataset.choices.joined(separator: ", ")); got \(name)")
        }
        let line = ProgressLine()
        defer { line.clear() }
        return try DatasetFinder(folder: data).read(known, downloading: true) { line.update($0.progress($1)) }
    }
}

extension RemoteFile {
    /// The progress of a download as text, such as `fetching a.gz: 3 of 26 MB`.
    func progress(_ received: Int) -> String {
        "fetching \(name): \(received / 1_000_000)" + (size.map { " of \($0 / 1_000_000)" } ?? "") + " MB"
    }
}
