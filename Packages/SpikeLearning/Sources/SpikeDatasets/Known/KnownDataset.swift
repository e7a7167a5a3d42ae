import ArrayFiles

/// A data set that is found by its name, and downloaded if it is not on this machine.
///
/// To add a data set, declare it in a new file of this folder and add it to `all`.
public struct KnownDataset: Sendable {
    /// The name that users type, such as `fashion-mnist`. A download creates a folder of this name.
    public let name: String

    /// The name as the authors of the data set write it, such as `Fashion-MNIST`.
    public let title: String

    /// The kind of the samples, with the reader of their files.
    public let kind: Kind

    /// The number of classes.
    public let classCount: Int

    /// The number of samples to train on.
    public let trainCount: Int

    /// The number of samples to test on.
    public let testCount: Int

    /// The files to download.
    public let downloads: [RemoteFile]

    /// The names of the folders in which the data set is looked for. The first is `name`.
    let folders: [String]

    /// The Debian package that installs the data set; `nil` if there is none.
    public let debianPackage: DebianPackage?

    /// A kind of samples. Sound or events would need another case, with a reader of their own.
    public enum Kind: Sendable {
        /// Images.
        ///
        /// - files: The reader of the image files.
        /// - shape: The shape of one image, [C, H, W].
        case images(any ImageFiles, shape: [Int])

        var files: any DatasetFiles {
            switch self {
            case .images(let files, _): files
            }
        }
    }

    /// A Debian package that installs a data set.
    public struct DebianPackage: Sendable, Hashable {
        /// The name of the package.
        public let name: String
        /// The folder in which the package installs the data set.
        public let folder: String
    }

    /// Creates the description of a data set.
    ///
    /// - Parameter folders: The names of folders in which the data set is looked for, in addition to `name`.
    init(
        name: String, title: String, kind: Kind, classCount: Int, trainCount: Int, testCount: Int,
        downloads: [RemoteFile], folders: [String] = [], debianPackage: DebianPackage? = nil
    ) {
        self.name = name
        self.title = title
        self.kind = kind
        self.classCount = classCount
        self.trainCount = trainCount
        self.testCount = testCount
        self.downloads = downloads
        self.folders = [name] + folders
        self.debianPackage = debianPackage
    }

    /// The total size of the files to download, in bytes.
    public var downloadSize: Int { downloads.reduce(0) { $0 + $1.size } }
}

extension KnownDataset {
    /// All known data sets, in the order in which they are listed.
    public static let all = [cifar10, cifar100, mnist, mnist5k, fashionMNIST]

    /// The names of all known data sets.
    public static var names: [String] { all.map(\.name) }

    /// The values of a setting or option that names a data set: the names of the known data sets, and
    /// `ImageFolder.choice` for a folder of images.
    public static var choices: [String] { names + [ImageFolder.choice] }

    /// Returns the data set with the given name, or `nil` if there is none.
    public static func named(_ name: String) -> KnownDataset? { all.first { $0.name == name } }
}

/// Two data sets are equal if their names are.
extension KnownDataset: Hashable {
    public static func == (a: KnownDataset, b: KnownDataset) -> Bool { a.name == b.name }
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// The files of a data set, and how they are recognized.
public protocol DatasetFiles: Sendable {
    /// The files that a folder with the data set contains, as text for messages, such as `train.bin and test.bin`.
    var expectation: String { get }

    /// Returns the path from which to read the data set, if the folder contains it.
    ///
    /// - Returns: The folder itself, a folder in it or a file in it; `nil` if the folder does not contain the data set.
    func path(in folder: String) -> String?

    /// Returns the reason why the folder cannot be used, if it contains another version of the data set; `nil`
    /// otherwise.
    func problem(in folder: String) -> FileError?
}

extension DatasetFiles {
    /// Returns `nil`, because there is no other version of the data set to recognize.
    public func problem(in folder: String) -> FileError? { nil }
}

/// The files of a data set of images.
public protocol ImageFiles: DatasetFiles {
    /// Reads the whole data set.
    ///
    /// - Parameters:
    ///   - title: The title of the data set.
    ///   - path: The path that `path(in:)` returned.
    /// - Throws: `FileError` that names a file which is missing or damaged.
    func read(_ title: String, from path: String) throws -> ImageDataset
}
