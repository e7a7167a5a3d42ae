// The size and checksum of version 2 are those registered by the TensorFlow Datasets project; the checksum of version 1
// is that of torchaudio, and its size that of its server.

extension KnownDataset {
    /// Google's Speech Commands, version 0.02: 35 words of about a second, at 16 kHz.
    ///
    /// Source: Warden 2018, arXiv 1804.03209.
    public static let speechCommands = KnownDataset(
        name: "speech-commands", title: "Speech Commands",
        kind: .recordings(SpeechCommandFiles(wordCount: 35), shape: speechShape), classCount: 35,
        trainCount: 84_843, testCount: 11_005,
        downloads: [
            RemoteFile(
                "https://storage.googleapis.com/download.tensorflow.org/data/speech_commands_v0.02.tar.gz",
                mirrors: ["http://download.tensorflow.org/data/speech_commands_v0.02.tar.gz"], size: 2_428_923_189,
                sha256: "af14739ee7dc311471de98f5f9d2c9191b18aedfe957f4a6ff791c709868ff58")
        ], folders: ["SpeechCommands/speech_commands_v0.02", "speech_commands_v0.02"])

    /// Google's Speech Commands, version 0.01: 30 words of about a second, at 16 kHz.
    ///
    /// Source: Warden 2017, "Launching the Speech Commands dataset".
    public static let speechCommands1 = KnownDataset(
        name: "speech-commands-v1", title: "Speech Commands 0.01",
        kind: .recordings(SpeechCommandFiles(wordCount: 30), shape: speechShape), classCount: 30,
        trainCount: 51_088, testCount: 6835,
        downloads: [
            RemoteFile(
                "https://storage.googleapis.com/download.tensorflow.org/data/speech_commands_v0.01.tar.gz",
                mirrors: ["http://download.tensorflow.org/data/speech_commands_v0.01.tar.gz"], size: 1_489_096_277,
                sha256: "743935421bb51cccdb6bdd152e04c5c70274e935c82119ad7faeec31780d811d")
        ], folders: ["SpeechCommands/speech_commands_v0.01", "speech_commands_v0.01"])

    private static let speechShape = RecordingShape(channelCount: 1, sampleCount: 16_000, samplingRate: 16_000)
}
