// Both are in the wheel of the Python package aeon; the sizes and checksums were computed from it.

extension KnownDataset {
    /// Basic Motions: a watch's accelerometer and gyroscope while somebody stands, walks, runs or plays badminton.
    ///
    /// Source: the UEA archive, Bagnall et al. 2018, arXiv 1811.00075.
    public static let basicMotions = KnownDataset(
        name: "basic-motions", title: "Basic Motions",
        kind: .recordings(
            TimeSeriesFiles("BasicMotions"), shape: RecordingShape(channelCount: 6, sampleCount: 100)),
        classCount: 4, trainCount: 40, testCount: 40,
        downloads: [
            seriesFile(
                "BasicMotions", "TRAIN", 227_790, "8dc43cc6306cb679c888c01e26f91772ac4441a916da43bac8b79734a538b9d6"),
            seriesFile(
                "BasicMotions", "TEST", 227_713, "79213102bc6fca1a398ad98ce1185dff0208fa3d1465e687f48288946b0ff8dc"),
        ], folders: ["BasicMotions"])

    /// Japanese Vowels: nine men say two vowels, as 12 coefficients of linear prediction; the men are the classes.
    ///
    /// Source: Kudo, Toyama and Shimbo 1999, doi:10.1016/S0167-8655(99)00077-X; the UEA archive, arXiv 1811.00075.
    public static let japaneseVowels = KnownDataset(
        name: "japanese-vowels", title: "Japanese Vowels",
        kind: .recordings(TimeSeriesFiles("JapaneseVowels"), shape: RecordingShape(channelCount: 12)),
        classCount: 9, trainCount: 270, testCount: 370,
        downloads: [
            seriesFile(
                "JapaneseVowels", "TRAIN", 487_971, "68a430eabd919cc77f40b1f5f3bc0dcafacc1486bca9260785aeb7d262cc78cd"),
            seriesFile(
                "JapaneseVowels", "TEST", 649_132, "b3d41d6a0ca3bcad3afb9ca7d4365382aa51341e2e58bae2a574babdda5b9462"),
        ], folders: ["JapaneseVowels"])

    private static func seriesFile(_ name: String, _ part: String, _ size: Int, _ sha256: String) -> RemoteFile {
        RemoteFile(
            wheel: "aeon==1.6.0", member: "aeon/datasets/data/\(name)/\(name)_\(part).ts", size: size, sha256: sha256)
    }
}
