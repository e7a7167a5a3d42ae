extension KnownDataset {
    /// The Free Spoken Digit Dataset: English digits, which six persons speak 50 times each, at 8 kHz.
    ///
    /// The recordings 0 to 4 of each digit and person are for testing, as its authors propose. Source: Jackson et al.,
    /// github.com/Jakobovski/free-spoken-digit-dataset, CC BY-SA 4.0.
    public static let spokenDigits = KnownDataset(
        name: "fsdd", title: "Free Spoken Digits",
        kind: .recordings(SpokenDigitFiles(), shape: RecordingShape(channelCount: 1, samplingRate: 8000)),
        classCount: 10, trainCount: 2700, testCount: 300,
        downloads: [
            // GitHub packs this archive when it is asked for, so it has no lasting size or checksum.
            RemoteFile(
                "https://github.com/Jakobovski/free-spoken-digit-dataset/archive/refs/heads/master.tar.gz",
                checksum: .gzip)
        ], folders: ["free-spoken-digit-dataset", "free-spoken-digit-dataset-master"])

    /// Spoken digits that the program `espeak-ng` makes on this machine, in several voices, speeds and pitches, at 8 kHz.
    public static let synthesizedDigits = KnownDataset(
        name: "espeak-digits", title: "Synthetic Spoken Digits",
        kind: .recordings(SynthesizedDigits(), shape: RecordingShape(channelCount: 1, samplingRate: 8000)),
        classCount: 10, trainCount: 2700, testCount: 300, downloads: [])
}
