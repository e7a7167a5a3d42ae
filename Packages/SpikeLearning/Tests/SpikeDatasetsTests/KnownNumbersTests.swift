import Foundation
import SpikeEncoding
import TestSupport
import Testing
import TorchTensors

@testable import SpikeDatasets

/// Facts of the known data sets, as their authors state them, and bounds of loaders.
@Suite(.leavesNothing) struct KnownNumbersTests {
    static let facts:
        [(KnownDataset, classes: Int, train: Int, test: Int, sizes: [Int?], text: String, sample: String)] = [
            (.cifar10, 10, 50_000, 10_000, [170_052_171], "170 MB", "32×32, colour"),
            (.cifar100, 100, 50_000, 10_000, [168_513_733], "169 MB", "32×32, colour"),
            (.mnist, 10, 60_000, 10_000, [9_912_422, 28_881, 1_648_877, 4542], "12 MB", "28×28, grey"),
            (.mnist5k, 10, 4000, 1000, [1_106_785], "1 MB", "28×28, grey"),
            (.fashionMNIST, 10, 60_000, 10_000, [26_421_880, 29_515, 4_422_102, 5148], "31 MB", "28×28, grey"),
            (.heidelbergDigits, 20, 8156, 2264, [nil, nil], "size unknown", "spikes on 700 channels"),
            (.spikingSpeechCommands, 35, 75_466, 20_382, [nil, nil, nil], "size unknown", "spikes on 700 channels"),
            (.speechCommands, 35, 84_843, 11_005, [2_428_923_189], "2429 MB", "1 channel, 1 s, 16 kHz"),
            (.speechCommands1, 30, 51_088, 6835, [1_489_096_277], "1489 MB", "1 channel, 1 s, 16 kHz"),
            (.spokenDigits, 10, 2700, 300, [nil], "size unknown", "1 channel, any length, 8 kHz"),
            (.synthesizedDigits, 10, 2700, 300, [], "made here", "1 channel, any length, 8 kHz"),
            (.basicMotions, 4, 40, 40, [227_790, 227_713], "456 kB", "6 channels, 100 samples"),
            (.japaneseVowels, 9, 270, 370, [487_971, 649_132], "1 MB", "12 channels, any length"),
            (.mnist1D, 10, 4000, 1000, [], "computed", "1 channel, 40 samples"),
        ]

    @Test func factsOfDatasets() {
        #expect(Set(Self.facts.map(\.0.name)) == Set(KnownDataset.names) && Self.facts.count == KnownDataset.all.count)
        for (dataset, classes, train, test, sizes, text, sample) in Self.facts {
            let name = Comment(rawValue: dataset.name)
            #expect(dataset.classCount == classes && dataset.trainCount == train && dataset.testCount == test, name)
            let found: [Int?] = dataset.downloads.map(\.size)
            #expect(found == sizes && dataset.downloadText == text, name)
            #expect(dataset.sampleText == sample, name)
        }
        #expect(KnownDataset.basicMotions.downloadSize == 455_503 && KnownDataset.spokenDigits.downloadSize == nil)
    }

    @Test func sizesOfDownloads() {
        func text(_ size: Int) -> String {
            KnownDataset(
                name: "a", title: "a", kind: .images(MNISTFiles(), shape: [1, 1, 1]), classCount: 1, trainCount: 1,
                testCount: 1, downloads: [RemoteFile("http://a/b", size: size, sha256: "")]
            ).downloadText
        }
        #expect(text(0) == "0 kB" && text(499) == "0 kB" && text(500) == "1 kB" && text(499_999) == "500 kB")
        #expect(text(500_000) == "1 MB" && text(1_499_999) == "1 MB" && text(1_500_000) == "2 MB")
    }

    @Test func partsOfMadeDatasets() async {
        let made = MNIST1D()
        #expect(made.count == 5000 && made.seed == 42 && made.areComputed)
        await #expect(processExitsWith: .failure) { _ = MNIST1D(count: 9) }
        await #expect(processExitsWith: .failure) { _ = SynthesizedDigits(countPerVoice: 5) }
        #expect(MNIST1D(count: 10).count == 10 && SynthesizedDigits(countPerVoice: 6).countPerVoice == 6)
        #expect(SynthesizedDigits().countPerVoice == 50 && SynthesizedDigits().seed == 0)
        #expect(SpokenDigitFiles.testIndices == 0..<5 && DigitTableFile.testCountPerClass == 100)
        #expect(SpeechCommandFiles().vocabulary == .all && SpeechCommandFiles().wordCount == nil)
    }

    @Test func facesOfCIFAR() {
        #expect(CIFARFiles.cifar10.trainFiles == (1...5).map { "data_batch_\($0).bin" })
        #expect(CIFARFiles.cifar10.labelBytes == 1 && CIFARFiles.cifar100.labelBytes == 2)
        #expect(CIFARFiles.cifar10.classCount == 10 && CIFARFiles.cifar100.classCount == 100)
    }

    // MARK: Loaders

    private static func split(_ count: Int) throws -> ImageSplit {
        try ImageSplit(
            images: Tensor.zeros([count, 1, 2, 2], dtype: .uint8), labels: Tensor((0..<count).map { $0 % 2 }))
    }

    @Test func numbersOfBatches() {
        func counts(_ count: Int, _ size: Int) -> [Int] {
            [ImageLoader.LastBatch.kept, .keptOrJoined, .dropped].map {
                ImageLoader.batchCount(ofImages: count, batchSize: size, $0)
            }
        }
        #expect(counts(0, 4) == [0, 0, 0] && counts(1, 4) == [1, 1, 0] && counts(2, 4) == [1, 1, 0])
        #expect(counts(4, 4) == [1, 1, 1] && counts(5, 4) == [2, 1, 1] && counts(6, 4) == [2, 2, 1])
        #expect(counts(3, 1) == [3, 3, 3] && counts(9, 4) == [3, 2, 2])
    }

    @Test func defaultsOfLoaders() throws {
        let loader = try ImageLoader(Self.split(4), classCount: 2, batchSize: 1)
        #expect(
            loader.seed == 0 && loader.order == .shuffled && loader.lastBatch == .kept && loader.labelSmoothing == 0)
        #expect(loader.augmentation == nil && loader.mixup == nil && loader.batchCount == 4)
        let detection = try DetectionLoader([], side: 1, batchSize: 1)
        #expect(detection.seed == 0 && detection.order == .shuffled && detection.batchCount == 0)
        for smoothing in [0.0, 1] {
            #expect(
                try ImageLoader(Self.split(4), classCount: 2, batchSize: 1, labelSmoothing: smoothing).batchCount == 4)
        }
        for smoothing in [-0.01, 1.01] {
            #expect(
                message { _ = try ImageLoader(Self.split(4), classCount: 2, batchSize: 1, labelSmoothing: smoothing) }
                    == "loader: label smoothing must be in 0...1, got \(smoothing)")
        }
    }

    @Test func loadersCheckWhatIsAskedFor() async {
        await #expect(processExitsWith: .failure) {
            _ = try ImageLoader(KnownNumbersTests.split(4), classCount: 2, batchSize: 2).batches(epoch: -1)
        }
        await #expect(processExitsWith: .failure) {
            _ = try ImageLoader(KnownNumbersTests.split(4), classCount: 2, batchSize: 2).batches(epoch: 0, from: -1)
        }
        await #expect(processExitsWith: .failure) {
            _ = try ImageLoader(KnownNumbersTests.split(4), classCount: 2, batchSize: 2).batch(2, epoch: 0)
        }
        await #expect(processExitsWith: .failure) {
            _ = try ImageLoader(KnownNumbersTests.split(4), classCount: 2, batchSize: 2).batches(
                epoch: 0, threadCount: 0)
        }
        await #expect(processExitsWith: .failure) {
            _ = try ImageLoader(KnownNumbersTests.split(4), classCount: 2, batchSize: 2).batches(
                epoch: 0, batchesAhead: 0)
        }
        await #expect(processExitsWith: .failure) {
            _ = try DetectionLoader([], side: 1, batchSize: 1).batches(epoch: -1)
        }
        await #expect(processExitsWith: .failure) {
            _ = try DetectionLoader([], side: 1, batchSize: 1).batches(epoch: 0, from: -1)
        }
        await #expect(processExitsWith: .failure) { _ = ImageLimit.first(-1).indices([]) }
        await #expect(processExitsWith: .failure) { _ = ImageLimit.evenly(-1).indices([]) }
        #expect(ImageLimit.first(0).indices([1]).isEmpty && ImageLimit.evenly(0).indices([1]).isEmpty)
    }

    @Test func downloadsCheckTheirSettings() async {
        await #expect(processExitsWith: .failure) {
            _ = Download(RemoteFile("http://a/b", size: 1, sha256: ""), to: "a", attempts: 0)
        }
        await #expect(processExitsWith: .failure) {
            _ = Download(RemoteFile("http://a/b", size: 1, sha256: ""), to: "a", timeout: 0)
        }
        let usual = Download(RemoteFile("http://a/b", size: 1, sha256: ""), to: "a")
        #expect(usual.attempts == 3 && usual.timeout == 60 && usual.partialPath == "a.part")
    }

    @Test func foldersCheckTheirSettings() throws {
        func complaint(_ size: Int, _ fraction: Double = 0.2) -> String? {
            message { _ = try ImageFolder("f", size: size, testFraction: fraction) }
        }
        #expect(complaint(1) == nil && complaint(4096) == nil && complaint(8, 0) == nil && complaint(8, 0.999) == nil)
        #expect(complaint(0)?.hasSuffix("to a size of 1 to 4096, got 0") == true && complaint(4097) != nil)
        #expect(complaint(8, -0.01) != nil && complaint(8, 1)?.hasSuffix(">= 0 and < 1, got 1.0") == true)
        let folder = try ImageFolder("f", size: 10)
        #expect(folder.testFraction == 0.2 && folder.seed == 0)
        #expect(message { try folder.checkMemory(count: 100, limit: MemoryLimit(bytes: 30_000)) } == nil)
        #expect(
            message { try folder.checkMemory(count: 10_000_000, limit: MemoryLimit(bytes: 2.999e9)) }?
                .contains("10000000 images of 10 × 10 pixels take 3.0 GB; ") == true)
    }

    @Test func listsOfFilesAreCut() {
        let names = ["a", "b", "c", "d", "e"]
        #expect(LeftOut.listed(names) == "a, b, c, d, e" && LeftOut.listed(names + ["f"]) == "a, b, c, d, e and 1 more")
        #expect(LeftOut.listed(names, limit: 3) == "a, b, c and 2 more" && LeftOut.listed([]) == "")
        var leftOut: [LeftOut] = []
        for subject in [nil, .box, .repairedBox, .image, .recording] as [LeftOut.Subject?] {
            leftOut.add("n", "r", subject)
        }
        #expect(
            leftOut.map(\.fate) == ["file left out", "box left out", "box repaired", "image kept", "recording kept"])
        for subject in [nil, .box, .repairedBox, .image, .recording] as [LeftOut.Subject?] {
            leftOut.add("m", "r", subject, count: 2)
        }
        #expect(
            leftOut.map(\.fate) == [
                "files left out", "boxes left out", "boxes repaired", "images kept", "recordings kept",
            ])
        #expect(leftOut.allSatisfy { $0.count == 3 && $0.names == ["n", "m"] })
        var merged: [LeftOut] = []
        merged.merge(leftOut)
        merged.merge(leftOut)
        #expect(merged.map(\.count) == [6, 6, 6, 6, 6] && merged[0].names == ["n", "m", "n", "m"])
    }

    @Test func statisticsOfImages() throws {
        let images = try Tensor([0, 255, 51, 204, 10, 10, 10, 10] as [UInt8], shape: [1, 2, 2, 2])
        let found = try ImageNormalization(of: images)
        #expect(abs(found.means[0] - 0.5) < 1e-6 && abs(found.means[1] - 10.0 / 255) < 1e-7)
        #expect(abs(found.deviations[0] - Float((0.17).squareRoot())) < 1e-6 && found.deviations[1] == 1)
        #expect(message { _ = try ImageNormalization(means: [0], deviations: [0]) } != nil)
        #expect(message { _ = try ImageNormalization(means: [0], deviations: [1e-30]) } == nil)
        #expect(message { _ = try ImageNormalization(means: [0, 1], deviations: [1]) } != nil)
        #expect(message { _ = try ImageNormalization(means: [.nan], deviations: [1]) } != nil)
        #expect(message { _ = try ImageNormalization(of: .zeros([0, 1, 2, 2], dtype: .uint8)) } != nil)
        #expect(message { _ = try ImageNormalization(of: .zeros([1, 2, 2], dtype: .uint8)) } != nil)
    }
}
