extension KnownDataset {
    /// MNIST-1D: ten shapes of 12 points that stand for digits, padded, scaled, shifted, sheared and noisy, as series of
    /// 40 samples. They are computed.
    ///
    /// Source: Greydanus and Kobak 2024, arXiv 2011.14439.
    public static let mnist1D = KnownDataset(
        name: "mnist-1d", title: "MNIST-1D",
        kind: .recordings(MNIST1D(), shape: RecordingShape(channelCount: 1, sampleCount: 40)), classCount: 10,
        trainCount: 4000, testCount: 1000, downloads: [])
}
