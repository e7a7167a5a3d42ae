// The sizes and checksums are those registered by the TensorFlow Datasets project (`url_checksums` in its repository).

extension KnownDataset {
    /// CIFAR-10: colour images of 32×32 pixels in 10 classes.
    ///
    /// Source: Krizhevsky, "Learning multiple layers of features from tiny images", 2009.
    public static let cifar10 = KnownDataset(
        name: "cifar10", title: "CIFAR-10", kind: .images(CIFARFiles.cifar10, shape: [3, 32, 32]),
        classCount: 10, trainCount: 50_000, testCount: 10_000,
        downloads: [
            RemoteFile(
                "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz", size: 170_052_171,
                sha256: "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd")
        ], folders: ["cifar-10", "CIFAR-10", "cifar-10-batches-bin"])

    /// CIFAR-100: colour images of 32×32 pixels in 100 classes, the fine ones of the data set.
    ///
    /// Source: Krizhevsky, "Learning multiple layers of features from tiny images", 2009.
    public static let cifar100 = KnownDataset(
        name: "cifar100", title: "CIFAR-100", kind: .images(CIFARFiles.cifar100, shape: [3, 32, 32]),
        classCount: 100, trainCount: 50_000, testCount: 10_000,
        downloads: [
            RemoteFile(
                "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz", size: 168_513_733,
                sha256: "58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec")
        ], folders: ["cifar-100", "CIFAR-100", "cifar-100-binary"])
}
