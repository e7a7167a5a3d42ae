/// Data sets that are found by name.
public enum KnownDataset: String, Sendable, Hashable, CaseIterable {
    case cifar10
    case cifar100
    case mnist
    case fashionMNIST = "fashion-mnist"

    /// As its authors write it.
    public var title: String {
        switch self {
        case .cifar10: "CIFAR-10"
        case .cifar100: "CIFAR-100"
        case .mnist: "MNIST"
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
        case .fashionMNIST: ["fashion-mnist", "Fashion-MNIST", "FashionMNIST", "FashionMNIST/raw"]
        }
    }

    /// The folder of Debian's package, if there is one.
    var packageFolder: String? { self == .fashionMNIST ? "/usr/share/datasets/fashion-mnist" : nil }

    /// What to fetch.
    ///
    /// Sizes and checksums of Fashion-MNIST were computed from its repository's files; the others are those that the
    /// TensorFlow Datasets project registered (`url_checksums` in its repository).
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

/// A file to download, and what it must turn out to be.
public struct RemoteFile: Sendable, Hashable {
    public let address: String

    /// In bytes.
    public let size: Int

    /// In 64 hexadecimal digits, lower case.
    public let sha256: String

    public init(_ address: String, size: Int, sha256: String) {
        self.address = address
        self.size = size
        self.sha256 = sha256.lowercased()
    }

    /// The last part of the address.
    public var name: String { address.split(separator: "/").last.map(String.init) ?? address }
}
