// The checksums of SHD are those of several public programs that fetch it, and those of SSC's validation file likewise.
// For the other files of SSC none is published outside their server.

extension KnownDataset {
    /// Spiking Heidelberg Digits: digits spoken in German and English, as spikes on 700 channels of a model of the cochlea.
    ///
    /// Source: Cramer, Stradmann, Schemmel and Zenke 2022, doi:10.1109/TNNLS.2020.3044364.
    public static let heidelbergDigits = KnownDataset(
        name: "shd", title: "Spiking Heidelberg Digits", kind: .spikes(HeidelbergFiles.digits, channelCount: 700),
        classCount: 20, trainCount: 8156, testCount: 2264,
        downloads: [
            heidelbergFile("shd_train", .md5("d47c9825dee33347913e8ce0f2be08b0")),
            heidelbergFile("shd_test", .md5("3062a80ec0c5719404d5b02e166543b1")),
        ], folders: ["SHD"])

    /// Spiking Speech Commands: the words of Google's Speech Commands 0.02, as spikes on 700 channels of a model of the
    /// cochlea.
    ///
    /// Source: Cramer, Stradmann, Schemmel and Zenke 2022, doi:10.1109/TNNLS.2020.3044364.
    public static let spikingSpeechCommands = KnownDataset(
        name: "ssc", title: "Spiking Speech Commands", kind: .spikes(HeidelbergFiles.commands, channelCount: 700),
        classCount: 35, trainCount: 75_466, testCount: 20_382,
        downloads: [
            heidelbergFile("ssc_train", .gzip),
            heidelbergFile("ssc_valid", .md5("555645b13e15fe270fbfe39cb763f805")),
            heidelbergFile("ssc_test", .gzip),
        ], folders: ["SSC"])

    private static func heidelbergFile(_ name: String, _ checksum: RemoteFile.Checksum) -> RemoteFile {
        RemoteFile(
            "https://zenkelab.org/datasets/\(name).h5.gz", mirrors: ["https://compneuro.net/datasets/\(name).h5.gz"],
            checksum: checksum)
    }
}
