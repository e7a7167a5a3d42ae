import ArrayFiles
import Foundation

/// Finds data sets on this machine, and downloads those that are missing.
///
/// If a folder is given, only that folder is searched; it may be the data set's own folder or contain it. Otherwise
/// these places are searched in order: the folder named by the environment variable `SPIKEKIT_DATA`, the folder of the
/// Debian package, and the user's cache, `$XDG_CACHE_HOME/spikekit/data` or `~/.cache/spikekit/data`. Downloads are
/// stored in the cache. `SPIKEKIT_DATA` and the cache contain one folder per data set.
public struct DatasetFinder: Sendable {
    /// The place where a data set was found.
    public struct Location: Sendable, Hashable {
        /// The kind of place where a data set was found.
        public enum Source: String, Sendable, Hashable {
            /// The folder that was given to the finder.
            case given = "given folder"
            /// The folder named by the environment variable `SPIKEKIT_DATA`.
            case environment = "SPIKEKIT_DATA"
            /// The folder of the Debian package.
            case package = "Debian package"
            /// The user's cache.
            case cache
            /// No place, because the samples are computed when they are asked for.
            case computed
        }

        /// The data set that was found.
        public let dataset: KnownDataset
        /// The kind of place where the data set was found.
        public let source: Source

        /// The path to read from: the folder with the files, or the archive of CIFAR, or the file of MNIST-5k. An empty
        /// text for a data set that is computed.
        public let path: String

        /// What is missing or cut short of the files, as far as their names and sizes tell; `nil` if nothing is. This
        /// does not read the files.
        public var shortcoming: String? {
            let count = dataset.trainCount + dataset.testCount
            if let found = dataset.kind.files.shortcoming(at: path, sampleCount: count) { return found }
            // Only downloads are sure to be the published files, byte by byte.
            guard source == .cache else { return nil }
            let isFolder = (try? FileManager.default.contentsOfDirectory(atPath: path)) != nil
            let folder = isFolder ? path : (path as NSString).deletingLastPathComponent
            for file in dataset.downloads {
                guard let size = file.size, let found = DatasetSizes.size(of: "\(folder)/\(file.name)"), found != size
                else { continue }
                return "\(file.name) has \(found) of \(size) bytes"
            }
            return nil
        }

        /// Reads a data set of images, or opens it, if the images are to stay on disk.
        ///
        /// - Parameter loading: Where the images are.
        /// - Throws: `FileError` that names a file which is missing or damaged, and for a data set of other samples.
        public func read(loading: ImageLoading = .memory) throws -> ImageDataset {
            guard case .images(let files, let shape) = dataset.kind else { throw isOther("images") }
            let bytes = Double(shape.reduce(1, *)) * Double(dataset.trainCount + dataset.testCount)
            return try loading.streams(bytes)
                ? files.stream(dataset.title, from: path) : files.read(dataset.title, from: path)
        }

        /// Reads a data set of recordings.
        ///
        /// - Throws: `FileError` that names a file which is missing or damaged, and for a data set of other samples.
        public func recordings() throws -> RecordingDataset {
            guard case .recordings(let files, _) = dataset.kind else { throw isOther("recordings") }
            return try files.read(dataset.title, from: path)
        }

        /// Reads a data set of spikes.
        ///
        /// - Parameter stepCount: The number of time steps that the spikes are counted in, at least 1.
        /// - Throws: `FileError` that names a file which is missing or damaged, and for a data set of other samples.
        public func spikes(stepCount: Int) throws -> SpikeDataset {
            guard case .spikes(let files, _) = dataset.kind else { throw isOther("spikes") }
            return try files.read(dataset.title, from: path, stepCount: stepCount)
        }

        private func isOther(_ wanted: String) -> FileError {
            let own =
                switch dataset.kind {
                case .images: "images"
                case .recordings: "recordings"
                case .spikes: "spikes"
                }
            return .unsuitable(path: dataset.title, problem: "it consists of \(own), not of \(wanted)")
        }
    }

    /// The only folder to search; `nil` to search the usual places.
    public let folder: String?
    private let environment: [String: String]
    /// The prefix of the Debian packages' folders.
    private let root: String

    /// Creates a finder.
    ///
    /// - Parameters:
    ///   - folder: The only folder to search; `nil` to search the usual places.
    ///   - environment: The environment variables. Tests pass their own.
    ///   - root: The prefix of the Debian packages' folders. Tests pass a folder of their own.
    public init(
        folder: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment, root: String = ""
    ) {
        self.folder = folder
        self.environment = environment
        self.root = root
    }

    /// The folder in the user's cache in which downloads are stored.
    public var cache: String {
        let base = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        return (base ?? "\(environment["HOME"] ?? NSHomeDirectory())/.cache") + "/spikekit/data"
    }

    /// Returns the place of the data set.
    ///
    /// - Returns: The place, or `nil` if the data set is not on this machine.
    /// - Throws: `FileError` if a folder was given to the finder and does not contain the data set, or only a version
    ///   that cannot be read here.
    public func locate(_ dataset: KnownDataset) throws(FileError) -> Location? {
        if dataset.kind.files.areComputed { return Location(dataset: dataset, source: .computed, path: "") }
        if let folder {
            for path in [folder] + dataset.folders.map({ "\(folder)/\($0)" }) {
                if let found = dataset.kind.files.path(in: path) {
                    return Location(dataset: dataset, source: .given, path: found)
                }
            }
            for path in [folder] + dataset.folders.map({ "\(folder)/\($0)" }) {
                if let problem = dataset.kind.files.problem(in: path) { throw problem }
            }
            throw .unsuitable(
                path: folder,
                problem: "\(dataset.title) is not in it, nor in \(dataset.name) below it; it should hold "
                    + dataset.kind.files.expectation)
        }
        if let base = environment["SPIKEKIT_DATA"], !base.isEmpty, let found = Self.below(base, dataset) {
            return Location(dataset: dataset, source: .environment, path: found)
        }
        if let package = dataset.debianPackage, let found = dataset.kind.files.path(in: root + package.folder) {
            return Location(dataset: dataset, source: .package, path: found)
        }
        return Self.below(cache, dataset).map { Location(dataset: dataset, source: .cache, path: $0) }
    }

    /// Downloads the missing files of the data set into the cache, verifies them, and unpacks them if they are archives
    /// of many files. If the call is interrupted, the next call resumes with the bytes that have arrived. Data sets that
    /// are made on this machine are made.
    ///
    /// - Parameters:
    ///   - dataset: The data set to download.
    ///   - files: The files to download; `nil` for those of the data set.
    ///   - preparing: Called with a text that says how far the unpacking or the making is.
    ///   - progress: Called as bytes arrive, with the file and the number of its bytes that are present.
    /// - Returns: The place of the data set in the cache.
    /// - Throws: `FileError` if a file cannot be downloaded, with other ways to get the data set, or if a file differs
    ///   from what was expected.
    public func download(
        _ dataset: KnownDataset, files: [RemoteFile]? = nil, preparing: (String) -> Void = { _ in },
        progress: @escaping @Sendable (_ file: RemoteFile, _ received: Int) -> Void = { _, _ in }
    ) throws(FileError) -> Location {
        if dataset.kind.files.areComputed { return Location(dataset: dataset, source: .computed, path: "") }
        let folder = "\(cache)/\(dataset.name)"
        for file in files ?? dataset.downloads {
            do throws(FileError) {
                try Download(file, to: "\(folder)/\(file.name)", environment: environment).run { progress(file, $0) }
            } catch .unreadable(let address, let reason) {
                throw .unsuitable(
                    path: dataset.title,
                    problem:
                        "its download failed; \(Self.otherWays(dataset)); the environment variable SPIKEKIT_DATA names "
                        + "a folder of data sets, which has one of the name \(dataset.name) (\(address): \(reason))")
            }
        }
        try dataset.kind.files.prepare(in: folder, progress: preparing)
        guard let path = dataset.kind.files.path(in: folder) else {
            throw .unsuitable(path: folder, problem: "what was downloaded is not \(dataset.title); remove the folder")
        }
        return Location(dataset: dataset, source: .cache, path: path)
    }

    /// Returns the place of the data set, after downloading it if it is missing and `downloading` is true.
    ///
    /// - Parameters:
    ///   - dataset: The data set to find.
    ///   - downloading: Whether a missing data set is downloaded, or made if it is one that is made on this machine.
    ///   - progress: Called as bytes arrive, with the file and the number of its bytes that are present.
    /// - Throws: `FileError` if the data set is missing and `downloading` is false, with ways to get it; also what
    ///   `locate` and `download` throw.
    public func find(
        _ dataset: KnownDataset, downloading: Bool,
        progress: @escaping @Sendable (_ file: RemoteFile, _ received: Int) -> Void = { _, _ in }
    ) throws(FileError) -> Location {
        if let location = try locate(dataset) { return location }
        guard downloading else {
            throw .unreadable(
                path: dataset.title,
                reason: "it is not on this machine; "
                    + (dataset.downloads.isEmpty
                        ? "`spike datasets fetch \(dataset.name)` makes it" : "download it (\(dataset.downloadText))")
                    + ", or name the folder that holds " + dataset.kind.files.expectation)
        }
        return try download(dataset, progress: progress)
    }

    /// Reads a data set of images, after downloading it if it is missing and `downloading` is true.
    ///
    /// - Parameters:
    ///   - dataset: The data set to read.
    ///   - downloading: Whether a missing data set is downloaded.
    ///   - loading: Where the images are.
    ///   - progress: Called as bytes arrive, with the file and the number of its bytes that are present.
    /// - Throws: `FileError` as `find`, and what reading the files throws.
    public func read(
        _ dataset: KnownDataset, downloading: Bool, loading: ImageLoading = .memory,
        progress: @escaping @Sendable (_ file: RemoteFile, _ received: Int) -> Void = { _, _ in }
    ) throws -> ImageDataset {
        try find(dataset, downloading: downloading, progress: progress).read(loading: loading)
    }

    /// Describes other ways to get a data set whose download failed.
    private static func otherWays(_ dataset: KnownDataset) -> String {
        if let package = dataset.debianPackage {
            return "`apt-get install \(package.name)` brings it here, on Debian and Ubuntu"
        }
        let other =
            switch dataset.kind {
            case .images: KnownDataset.mnist5k
            case .recordings: KnownDataset.basicMotions
            case .spikes: nil as KnownDataset?
            }
        return "name a folder that holds \(dataset.kind.files.expectation)"
            + (other.map { $0 == dataset ? "" : ", or take \($0.name), which pip fetches" } ?? "")
    }

    private static func below(_ base: String, _ dataset: KnownDataset) -> String? {
        for name in dataset.folders {
            if let found = dataset.kind.files.path(in: "\(base)/\(name)") { return found }
        }
        return nil
    }
}
