import ArgumentParser
import SpikeCommandLine
import SpikeDatasets
import SpikeTraining

/// Options for the data set; all commands share them.
struct DatasetOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The folder with the data set; if not given, the data set is looked for and downloaded. For --dataset folder: the "
                + "folder of images, with a subfolder for each class.", valueName: "folder"))
    var data: String?

    @Flag(
        help: ArgumentHelp(
            "Continue although the images differ from those that the run recorded; the differences are listed, and images "
                + "that the run was trained on are left out of the test."))
    var allowChangedData = false

    @Option(
        help: ArgumentHelp(
            "Where the images are kept: memory, disk (each image is read when it is needed), or auto (the default): in memory "
                + "if they take at most half of it.", valueName: "name"))
    var loading: ImageLoading?

    @Option(
        help: ArgumentHelp(
            "What to do with image files that cannot be read: refuse (the default for folders of classes) or skip (the "
                + "default for images with boxes).",
            valueName: "name"))
    var brokenFiles: BrokenFiles?

    /// The options about the files of images, and whether they are given.
    var ofImageFiles: [(String, Bool)] {
        [("--loading", loading != nil), ("--broken-files", brokenFiles != nil)]
    }

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
            let line = ProgressLine()
            defer { line.clear() }
            return try ImageFolder(data, size: side).read(
                loading: loading ?? .auto, brokenFiles: brokenFiles ?? .refuse
            ) { event in
                switch event {
                case .images(let done, let count): line.update("looking at \(data): \(done)/\(count)")
                case .note(let text): line.note(text)
                }
            }
        }
        guard brokenFiles == nil else {
            throw CommandError("--broken-files: is for dataset folder, and changes nothing with \(name); leave it out")
        }
        guard let known = KnownDataset.ofImages.first(where: { $0.name == name }) else {
            throw CommandError("dataset: there are \(KnownDataset.choices.joined(separator: ", ")); got \(name)")
        }
        let line = ProgressLine()
        defer { line.clear() }
        return try DatasetFinder(folder: data).read(
            known, downloading: true, loading: loading ?? .auto
        ) { line.update($0.progress($1)) }
    }
}

extension ImageLoading: ExpressibleByArgument {}
extension BrokenFiles: ExpressibleByArgument {}

extension ImageDataset {
    /// Says which files were left out since the last call because they could not be read any more.
    func noteNewlyLeftOut(_ line: ProgressLine) {
        for leftOut in takeNewlyLeftOut() { line.note("\(name): \(leftOut.text)") }
    }
}

extension RemoteFile {
    /// The progress of a download as text, such as `fetching a.gz: 3 of 26 MB`.
    func progress(_ received: Int) -> String {
        "fetching \(name): \(received / 1_000_000)" + (size.map { " of \($0 / 1_000_000)" } ?? "") + " MB"
    }
}
