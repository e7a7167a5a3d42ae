import ArrayFiles
import TorchTensors

/// A data set that is found by its name, and downloaded if it is not on this machine.
///
/// To add a data set, declare it in a new file of this folder and add it to `all`.
public struct KnownDataset: Sendable {
    /// The name that users type, such as `fashion-mnist`. A download creates a folder of this name.
    public let name: String

    /// The name as the authors of the data set write it, such as `Fashion-MNIST`.
    public let title: String

    /// The kind of the samples, with the reader of their files.
    public let kind: Kind

    /// The number of classes.
    public let classCount: Int

    /// The number of samples to train on.
    public let trainCount: Int

    /// The number of samples to test on.
    public let testCount: Int

    /// The files to download.
    public let downloads: [RemoteFile]

    /// The names of the folders in which the data set is looked for. The first is `name`.
    let folders: [String]

    /// The Debian package that installs the data set; `nil` if there is none.
    public let debianPackage: DebianPackage?

    /// A kind of samples, with the reader of their files.
    public enum Kind: Sendable {
        /// Images.
        ///
        /// - files: The reader of the image files.
        /// - shape: The shape of one image, [C, H, W].
        case images(any ImageFiles, shape: [Int])

        /// Recordings: sound, movements, or other series of numbers.
        ///
        /// - files: The reader of the recordings.
        /// - shape: The shape of one recording.
        case recordings(any RecordingFiles, shape: RecordingShape)

        /// Recordings of spikes.
        ///
        /// - files: The reader of the spikes.
        /// - channelCount: The number of channels on which spikes arrive.
        case spikes(any SpikeCountFiles, channelCount: Int)

        var files: any DatasetFiles {
            switch self {
            case .images(let files, _): files
            case .recordings(let files, _): files
            case .spikes(let files, _): files
            }
        }
    }

    /// The shape of the recordings of a data set.
    public struct RecordingShape: Sendable, Hashable {
        /// The number of channels.
        public let channelCount: Int
        /// The number of samples of each channel; `nil` if the recordings differ in length.
        public let sampleCount: Int?
        /// The sampling rate in Hz; `nil` if it is not known.
        public let samplingRate: Double?

        init(channelCount: Int, sampleCount: Int? = nil, samplingRate: Double? = nil) {
            self.channelCount = channelCount
            self.sampleCount = sampleCount
            self.samplingRate = samplingRate
        }
    }

    /// A Debian package that installs a data set.
    public struct DebianPackage: Sendable, Hashable {
        /// The name of the package.
        public let name: String
        /// The folder in which the package installs the data set.
        public let folder: String
    }

    /// Creates the description of a data set.
    ///
    /// - Parameter folders: The names of folders in which the data set is looked for, in addition to `name`.
    init(
        name: String, title: String, kind: Kind, classCount: Int, trainCount: Int, testCount: Int,
        downloads: [RemoteFile], folders: [String] = [], debianPackage: DebianPackage? = nil
    ) {
        self.name = name
        self.title = title
        self.kind = kind
        self.classCount = classCount
        self.trainCount = trainCount
        self.testCount = testCount
        self.downloads = downloads
        self.folders = [name] + folders
        self.debianPackage = debianPackage
    }

    /// The total size of the files to download, in bytes; `nil` if it is not known.
    public var downloadSize: Int? {
        downloads.reduce(0) { sum, file in sum.flatMap { sum in file.size.map { sum + $0 } } }
    }

    /// What one sample is, as text, such as `32×32, colour` or `1 channel, 16 kHz`.
    public var sampleText: String {
        switch kind {
        case .images(_, let shape): return "\(shape[1])×\(shape[2]), \(shape[0] == 1 ? "grey" : "colour")"
        case .recordings(_, let shape):
            let length = shape.sampleCount.map { $0 == Int(shape.samplingRate ?? 0) ? "1 s" : counted($0, "sample") }
            let rate = shape.samplingRate.map { "\(($0 / 1000).text) kHz" }
            let channels = counted(shape.channelCount, "channel")
            return ([channels] + [length ?? "any length", rate].compactMap(\.self)).joined(separator: ", ")
        case .spikes(_, let channelCount): return "spikes on \(counted(channelCount, "channel"))"
        }
    }

    /// The total size of the files to download as text, such as `12 MB`, or how the data set comes about without them.
    public var downloadText: String {
        if kind.files.areComputed { return "computed" }
        if downloads.isEmpty { return "made here" }
        guard let size = downloadSize else { return "size unknown" }
        return size < 500_000 ? "\((size + 500) / 1000) kB" : "\((size + 500_000) / 1_000_000) MB"
    }
}

extension KnownDataset {
    /// All known data sets, in the order in which they are listed.
    public static let all =
        [cifar10, cifar100, mnist, mnist5k, fashionMNIST, heidelbergDigits, spikingSpeechCommands]
        + [speechCommands, speechCommands1, spokenDigits, synthesizedDigits, basicMotions, japaneseVowels, mnist1D]

    /// The names of all known data sets.
    public static var names: [String] { all.map(\.name) }

    /// The known data sets of images.
    public static var ofImages: [KnownDataset] {
        all.filter { if case .images = $0.kind { true } else { false } }
    }

    /// The values of a setting or option that names a data set of images: the names of the known ones, and
    /// `ImageFolder.choice` for a folder of images.
    public static var choices: [String] { ofImages.map(\.name) + [ImageFolder.choice] }

    /// Returns the data set with the given name, or `nil` if there is none.
    public static func named(_ name: String) -> KnownDataset? { all.first { $0.name == name } }
}

/// Two data sets are equal if their names are.
extension KnownDataset: Hashable {
    public static func == (a: KnownDataset, b: KnownDataset) -> Bool { a.name == b.name }
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
