import ArrayFiles
import Foundation
import TestSupport
import Testing
import TorchTensors

@testable import SpikeDatasets

/// Data sets in files of records, on disk and in memory.
@Suite(.leavesNothing) struct RecordStreamTests {
    private let folder = try! TemporaryFolder()

    private func expectSame(_ memory: ImageDataset, _ disk: ImageDataset) throws {
        #expect(!memory.isStreamed && disk.train.isStreamed && disk.test.isStreamed)
        #expect(memory.classNames == disk.classNames && memory.normalization == disk.normalization)
        for (first, second) in [(memory.train, disk.train), (memory.test, disk.test)] {
            #expect(first.classIndices == second.classIndices && first.imageShape == second.imageShape)
            for index in 0..<first.count { #expect(try first.image(at: index) == second.image(at: index)) }
            #expect(second.files == nil && !second.hasUnlistedFiles)
            let batches = try [first, second].map { split in
                let loader = try ImageLoader(
                    split, classCount: 100, batchSize: 3, seed: 2, augmentation: ImageAugmentation([HorizontalFlip()]))
                return try (0..<loader.batchCount).map {
                    try loader.batch($0, epoch: 1).images.elements(as: Float.self)
                }
            }
            #expect(batches[0] == batches[1])
        }
        #expect(try memory.digest() == disk.digest())
        let limited = try (memory.train.limited(.evenly(3)), disk.train.limited(.evenly(3)))
        #expect(limited.0.classIndices == limited.1.classIndices)
        #expect(try limited.0.image(at: 2) == limited.1.image(at: 2))
    }

    @Test(arguments: CIFARFiles.allCases, ["folder", "tar", "tar.gz"])
    func cifar(kind: CIFARFiles, form: String) throws {
        var random = SplitMix64(seed: 4)
        let isCoarse = kind == .cifar100
        var files = kind.trainFiles.enumerated().map { index, name in
            (name, Made.cifar([UInt8(index), 9, UInt8(2 * index)], coarse: isCoarse, &random))
        }
        files.append((kind.testFile, Made.cifar([3, 1], coarse: isCoarse, &random)))
        let names = (0..<kind.classCount).map { "name \($0)" }.joined(separator: "\n")
        files.append((kind.namesFile, Array(names.utf8)))
        var path = folder.path
        if form == "folder" {
            for (name, content) in files { try folder.file(name, content) }
        } else {
            let archive = Made.tar(files.map { ("\(kind.folder)/\($0.0)", $0.1) })
            path = try folder.file("made.tar", form == "tar" ? archive : Made.gzipped(archive, folder))
        }
        let disk = try kind.stream("Made", from: path)
        #expect(disk.classNames[7] == "name 7")
        try expectSame(kind.read("Made", from: path), disk)
    }

    private func writeMNIST(packed: Bool) throws {
        var random = SplitMix64(seed: 6)
        let contents = [
            Made.idx([7, 4, 3], Made.bytes(84, &random)), Made.idx([7], [0, 9, 3, 3, 1, 0, 9]),
            Made.idx([2, 4, 3], Made.bytes(24, &random)), Made.idx([2], [4, 5]),
        ]
        for (name, content) in zip(MNISTFiles.names, contents) {
            try folder.file(name + (packed ? ".gz" : ""), packed ? Made.gzipped(content, folder) : content)
        }
    }

    @Test(arguments: [false, true]) func mnist(packed: Bool) throws {
        try writeMNIST(packed: packed)
        try expectSame(
            MNISTFiles().read("Made", from: folder.path), MNISTFiles().stream("Made", from: folder.path))
        let location = try #require(try DatasetFinder(folder: folder.path).locate(.mnist))
        #expect(try location.read(loading: .disk).isStreamed && !location.read(loading: .auto).isStreamed)
    }

    /// What is wrong with the files is said in the same words.
    @Test func saysWhatIsWrong() throws {
        func expectSameFlaw(_ part: String, _ read: (ImageLoading) throws -> Void) {
            let flaws = [ImageLoading.memory, .disk].map { loading in message { try read(loading) } }
            #expect(flaws[0] == flaws[1] && flaws[0]?.contains(part) == true, "\(flaws)")
        }
        func mnist(_ loading: ImageLoading) throws {
            _ =
                try loading == .disk
                ? MNISTFiles().stream("Made", from: folder.path) : MNISTFiles().read("Made", from: folder.path)
        }
        for packed in [false, true] {
            try? FileManager.default.removeItem(atPath: folder.path)
            try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
            expectSameFlaw("there is no such file, nor one with .gz", mnist)
            try writeMNIST(packed: packed)
            let name = MNISTFiles.names[0] + (packed ? ".gz" : "")
            let good = Made.idx([7, 4, 3], [UInt8](repeating: 1, count: 84))
            func put(_ content: [UInt8]) throws {
                try folder.file(name, packed ? Made.gzipped(content, folder) : content)
            }
            try put(good.dropLast())
            expectSameFlaw("ends before the elements", mnist)
            try put(good + [0])
            expectSameFlaw("there is more after the 84 elements", mnist)
            try put(Made.idx([6, 4, 3], [UInt8](repeating: 1, count: 72)))
            expectSameFlaw("7 labels for 6 images", mnist)
        }
        var random = SplitMix64(seed: 8)
        func cifar(_ loading: ImageLoading) throws {
            _ =
                try loading == .disk
                ? CIFARFiles.cifar100.stream("Made", from: folder.path)
                : CIFARFiles.cifar100.read("Made", from: folder.path)
        }
        expectSameFlaw("train.bin: cannot be read: there is no such file", cifar)
        try folder.file("train.bin", Made.cifar([1, 2], coarse: true, &random))
        try folder.file("test.bin", Made.cifar([1, 100], coarse: true, &random))
        expectSameFlaw("test.bin, record 1: the label is 100", cifar)
        try folder.file("test.bin", [1, 2, 3])
        expectSameFlaw("its 3 bytes are not whole records of 3074", cifar)
    }

    /// A file that is written anew, or becomes shorter, after it was opened.
    @Test func aFileThatChangesIsNoticed() throws {
        try writeMNIST(packed: false)
        let train = try MNISTFiles().stream("Made", from: folder.path).train
        let path = folder.file(MNISTFiles.names[0])
        // A file that is removed stays readable as long as it is open.
        let content = try folder.bytes(MNISTFiles.names[0])
        Thread.sleep(forTimeInterval: 0.03)
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.write(contentsOf: [7])
        #expect(
            message { _ = try train.image(at: 1) }
                == "\(path): the file has changed since it was opened; start again to use it")
        try file.truncate(atOffset: UInt64(content.count - 12))
        #expect(message { _ = try train.image(at: 6) } == "\(path): cannot be read: it has become shorter")
        try file.close()

        try writeMNIST(packed: false)
        let removed = try MNISTFiles().stream("Made", from: folder.path).train
        try FileManager.default.removeItem(atPath: path)
        #expect(try removed.image(at: 1).pixels.count == 12)
    }

    @Test func smallDataSetsStayInMemory() throws {
        // 101 images of each digit, so that one of each is for training.
        let rows = (0..<10).flatMap { digit in
            (0..<101).map { _ in (Array(repeating: "0", count: 784) + ["\(digit)"]).joined(separator: ",") + "\n" }
        }
        let path = try folder.file(DigitTableFile.name, Made.gzipped(Array(rows.joined().utf8), folder))
        #expect(try !DigitTableFile().stream("Made", from: path).isStreamed)
    }
}
