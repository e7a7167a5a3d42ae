extension KnownDataset {
    /// Fashion-MNIST: grey images of 28×28 pixels, which show clothing of 10 classes.
    ///
    /// The sizes and checksums were computed from the files of its repository. Source: Xiao, Rasul and Vollgraf 2017,
    /// arXiv 1708.07747.
    public static let fashionMNIST = KnownDataset(
        name: "fashion-mnist", title: "Fashion-MNIST",
        kind: .images(
            MNISTFiles(classNames: [
                "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
                "Ankle boot",
            ]), shape: [1, 28, 28]),
        classCount: 10, trainCount: 60_000, testCount: 10_000,
        downloads: MNISTFiles.downloads(
            "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion",
            mirrors: ["http://fashion-mnist.s3-website.eu-central-1.amazonaws.com"],
            [
                (26_421_880, "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
                (29_515, "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
                (4_422_102, "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
                (5_148, "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"),
            ]), folders: ["Fashion-MNIST", "FashionMNIST", "FashionMNIST/raw"],
        debianPackage: DebianPackage(
            name: "dataset-fashion-mnist", folder: "/usr/share/datasets/fashion-mnist"))
}
