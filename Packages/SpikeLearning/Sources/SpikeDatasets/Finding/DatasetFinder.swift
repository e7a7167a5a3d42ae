import ArrayFiles
import Foundation

/// Finds data sets on this machine, and fetches those that are not there.
///
/// Looked through in this order: the given folder; the one that the environment variable `SPIKEKIT_DATA` names; the
/// folder of a Debian package; the user's cache, `$XDG_CACHE_HOME/spikekit/data` or `~/.cache/spikekit/data`, which is
/// also where downloads go. A given folder may be the data set's own or hold it; the others hold a folder for each.
public struct DatasetFinder: Sendable {
    /// Where a data set lies.
    public struct Location: Sendable, Hashable {
        public enum Source: String, Sendable, Hashable {
            case given = "given folder"
            case environment = "SPIKEKIT_DATA"
            case package = "Debian package"
            case cache
        }

        public let dataset: KnownDataset
        public let source: Source

        /// A folder with the files, CIFAR's archive, or the file of MNIST-5k.
        public let path: String

        /// Reads it.
        public func read() throws -> ImageDataset {
            switch dataset {
            case .cifar10: try CIFARFiles.read(.cifar10, from: path)
            case .cifar100: try CIFARFiles.read(.cifar100, from: path)
            case .mnist: try MNISTFiles.read(dataset.title, from: path)
            case .mnist5k: try DigitTableFile.read(dataset.title, from: path)
            case .fashionMNIST:
                try MNISTFiles.read(dataset.title, from: path, classNames: MNISTFiles.fashionClassNames)
            }
        }
    }

    public let folder: String?
    private let environment: [String: String]
    /// Stands before the packages' folders.
    private let root: String

    /// - Parameters:
    ///   - folder: Looked in alone, if there is one.
    ///   - environment: Of the process, unless a test says otherwise.
    ///   - root: Of the file system, for packages.
    public init(
        folder: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment, root: String = ""
    ) {
        self.folder = folder
        self.environment = environment
        self.root = root
    }

    /// The user's cache.
    public var cache: String {
        let base = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        return (base ?? "\(environment["HOME"] ?? NSHomeDirectory())/.cache") + "/spikekit/data"
    }

    /// Where the data set is; nil if it is nowhere.
    ///
    /// - Throws: `FileError` if a folder was given that does not hold it, or holds only its version for Python.
    public func locate(_ dataset: KnownDataset) throws(FileError) -> Location? {
        if let folder {
            for path in [folder] + dataset.folders.map({ "\(folder)/\($0)" }) {
                if let found = Self.content(of: path, dataset) {
                    return Location(dataset: dataset, source: .given, path: found)
                }
            }
            throw Self.pickled(folder, dataset)
                ?? .unsuitable(
                    path: folder,
                    problem: "\(dataset.title) is not in it, nor in \(dataset.folder) below it; it should hold "
                        + Self.expectation(dataset))
        }
        if let base = environment["SPIKEKIT_DATA"], !base.isEmpty, let found = Self.below(base, dataset) {
            return Location(dataset: dataset, source: .environment, path: found)
        }
        if let package = dataset.debianPackage, let found = Self.content(of: root + package.folder, dataset) {
            return Location(dataset: dataset, source: .package, path: found)
        }
        return Self.below(cache, dataset).map { Location(dataset: dataset, source: .cache, path: $0) }
    }

    /// Fetches into the cache what is not there yet, and verifies it. What an interrupted call has fetched is kept, and
    /// the next call goes on from there.
    ///
    /// - Parameters:
    ///   - files: The catalogue's, unless there is a mirror.
    ///   - progress: Called with the file's name and how many of its bytes are there, as they arrive.
    /// - Throws: `FileError`, if a file cannot be fetched, with what else would bring the data set here, or if it is not
    ///   what it should be.
    public func download(
        _ dataset: KnownDataset, files: [RemoteFile]? = nil,
        progress: @escaping @Sendable (_ file: RemoteFile, _ received: Int) -> Void = { _, _ in }
    ) throws(FileError) -> Location {
        let folder = "\(cache)/\(dataset.folder)"
        for file in files ?? dataset.downloads {
            do throws(FileError) {
                try Download(file, to: "\(folder)/\(file.name)", environment: environment).run { progress(file, $0) }
            } catch .unreadable(let address, let reason) {
                throw .unreadable(
                    path: dataset.title, reason: "\(Self.otherWays(dataset)) (\(address): \(reason))")
            }
        }
        guard let path = Self.content(of: folder, dataset) else {
            throw .unsuitable(path: folder, problem: "what was downloaded is not \(dataset.title); remove the folder")
        }
        return Location(dataset: dataset, source: .cache, path: path)
    }

    /// Reads the data set from where it is, after a download if need be and allowed.
    ///
    /// - Throws: `FileError` that says how to get it, if it is nowhere and `downloading` is false.
    public func read(
        _ dataset: KnownDataset, downloading: Bool,
        progress: @escaping @Sendable (_ file: RemoteFile, _ received: Int) -> Void = { _, _ in }
    ) throws -> ImageDataset {
        if let location = try locate(dataset) { return try location.read() }
        guard downloading else {
            let megabytes = dataset.downloads.reduce(0) { $0 + $1.size } / 1_000_000
            throw FileError.unreadable(
                path: dataset.title,
                reason: "it is not on this machine; download it (\(megabytes) MB), or name the folder that holds "
                    + Self.expectation(dataset))
        }
        return try download(dataset, progress: progress).read()
    }

    /// What brings a data set here that cannot be fetched.
    private static func otherWays(_ dataset: KnownDataset) -> String {
        if let package = dataset.debianPackage {
            return "`apt-get install \(package.name)` brings it here, on Debian and Ubuntu"
        }
        return "name a folder that holds \(expectation(dataset))"
            + (dataset == .mnist5k ? "" : ", or take \(KnownDataset.mnist5k.rawValue), which pip fetches")
    }

    private static func below(_ base: String, _ dataset: KnownDataset) -> String? {
        for name in dataset.folders {
            if let found = content(of: "\(base)/\(name)", dataset) { return found }
        }
        return nil
    }

    /// The path to read from, if the folder holds the data set: itself, one in it, or an archive in it.
    private static func content(of folder: String, _ dataset: KnownDataset) -> String? {
        func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
        switch dataset {
        case .mnist, .fashionMNIST:
            return MNISTFiles.names.allSatisfy { MNISTFiles.file($0, in: folder) != nil } ? folder : nil
        case .cifar10, .cifar100:
            let variant: CIFARFiles.Variant = dataset == .cifar10 ? .cifar10 : .cifar100
            // One file tells; what else is missing is for the reader to say.
            let candidates = [folder, "\(folder)/\(variant.folder)"]
            if let found = candidates.first(where: { exists("\($0)/\(variant.trainFiles[0])") }) { return found }
            let archive = "\(folder)/\(variant.archive)"
            return exists(archive) ? archive : nil
        case .mnist5k:
            let table = "\(folder)/\(DigitTableFile.name)"
            return exists(table) ? table : nil
        }
    }

    private static func pickled(_ folder: String, _ dataset: KnownDataset) -> FileError? {
        guard dataset == .cifar10 || dataset == .cifar100 else { return nil }
        let variant: CIFARFiles.Variant = dataset == .cifar10 ? .cifar10 : .cifar100
        for path in [folder] + dataset.folders.map({ "\(folder)/\($0)" }) {
            for name in variant.pickles where FileManager.default.fileExists(atPath: "\(path)/\(name)") {
                // A folder called train is no pickle.
                if name == "train", !FileManager.default.fileExists(atPath: "\(path)/meta") { continue }
                return CIFARFiles.pickled(variant, "\(path)/\(name)")
            }
        }
        return nil
    }

    private static func expectation(_ dataset: KnownDataset) -> String {
        switch dataset {
        case .cifar10: "data_batch_1.bin and so on, or cifar-10-binary.tar.gz"
        case .cifar100: "train.bin and test.bin, or cifar-100-binary.tar.gz"
        case .mnist5k: DigitTableFile.name
        case .mnist, .fashionMNIST: MNISTFiles.names.joined(separator: ", ") + " (.gz or not)"
        }
    }
}
