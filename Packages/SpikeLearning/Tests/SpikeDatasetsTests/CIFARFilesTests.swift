import ArrayFiles
import Foundation
import SpikeDatasets
import TestSupport
import Testing
import TorchTensors

@Suite(.leavesNothing) struct CIFARFilesTests {
    private let folder = try! TemporaryFolder()

    private static func files10(_ random: inout SplitMix64) -> [(name: String, content: [UInt8])] {
        (1...5).map { ("data_batch_\($0).bin", Made.cifar([UInt8($0), 0], &random)) }
            + [
                ("test_batch.bin", Made.cifar([9, 8, 7], &random)),
                ("batches.meta.txt", Array("a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n".utf8)),
            ]
    }

    private static func files100(_ random: inout SplitMix64) -> [(name: String, content: [UInt8])] {
        [
            ("train.bin", Made.cifar([99, 0, 50], coarse: true, &random)),
            ("test.bin", Made.cifar([1], coarse: true, &random)),
            ("fine_label_names.txt", Array((0..<100).map { "fine \($0)" }.joined(separator: "\n").utf8)),
        ]
    }

    private func write(_ files: [(name: String, content: [UInt8])]) throws {
        for file in files { try folder.file(file.name, file.content) }
    }

    @Test func readsAFolderOfCIFAR10() throws {
        var random = SplitMix64(seed: 1)
        let files = Self.files10(&random)
        try write(files)
        let dataset = try CIFARFiles.cifar10.read("CIFAR-10", from: folder.path)
        #expect(dataset.classNames == "abcdefghij".map(String.init))
        #expect(dataset.train.images.shape == [10, 3, 32, 32] && dataset.test.count == 3)
        #expect(dataset.train.classIndices == [1, 0, 2, 0, 3, 0, 4, 0, 5, 0])
        #expect(dataset.test.classIndices == [9, 8, 7])
        let third = try dataset.train.images[2].elements(as: UInt8.self)
        #expect(third == Array(files[1].content[1..<3073]))
        let last = try dataset.test.images[2].elements(as: UInt8.self)
        #expect(last == Array(files[5].content.suffix(3072)))
    }

    @Test func readsFineLabelsOfCIFAR100() throws {
        var random = SplitMix64(seed: 2)
        let files = Self.files100(&random)
        try write(files)
        let dataset = try CIFARFiles.cifar100.read("CIFAR-100", from: folder.path)
        #expect(dataset.train.classIndices == [99, 0, 50] && dataset.test.classIndices == [1])
        #expect(dataset.classNames[99] == "fine 99")
        #expect(try dataset.train.images[0].elements(as: UInt8.self) == Array(files[0].content[2..<3074]))
    }

    @Test(arguments: [false, true])
    func readsArchives(_ isPacked: Bool) throws {
        var random = SplitMix64(seed: 3)
        let files = Self.files10(&random)
        try write(files)
        let expected = try CIFARFiles.cifar10.read("CIFAR-10", from: folder.path)
        let tar = Made.tar(
            [("cifar-10-batches-bin/", []), ("cifar-10-batches-bin/readme.html", [1, 2, 3])]
                + files.reversed().map { ("cifar-10-batches-bin/\($0.name)", $0.content) })
        let archive = try folder.file("cifar-10-binary.tar.gz", isPacked ? Made.gzipped(tar, folder) : tar)
        let dataset = try CIFARFiles.cifar10.read("CIFAR-10", from: archive)
        #expect(dataset.classNames == expected.classNames)
        #expect(dataset.train.classIndices == expected.train.classIndices)
        #expect(
            try dataset.train.images.elements(as: UInt8.self) == expected.train.images.elements(as: UInt8.self))
    }

    @Test func saysWhatIsWrong() throws {
        var random = SplitMix64(seed: 4)
        let files = Self.files10(&random)
        try write(files)
        func flaw(_ path: String? = nil) -> String? {
            message { _ = try CIFARFiles.cifar10.read("CIFAR-10", from: path ?? folder.path) }
        }
        try folder.file("data_batch_3.bin", files[2].content.dropLast())
        #expect(flaw()?.contains("data_batch_3.bin: its 6145 bytes are not whole records of 3073") == true)
        try folder.file("data_batch_3.bin", [])
        #expect(flaw()?.contains("data_batch_3.bin: its 0 bytes") == true)
        var wrong = files[2].content
        wrong[3073] = 10
        try folder.file("data_batch_3.bin", wrong)
        #expect(flaw()?.contains("data_batch_3.bin, record 1: the label is 10") == true)
        try FileManager.default.removeItem(atPath: folder.file("data_batch_3.bin"))
        #expect(flaw()?.contains("data_batch_3.bin: cannot be read: there is no such file; unpack") == true)
        try folder.file("data_batch_3.bin", files[2].content)
        try folder.file("batches.meta.txt", Array("cat\ndog\n".utf8))
        #expect(flaw()?.contains("it holds 2 names of classes, not 10; fetch it anew") == true)
        let archive = try folder.file("some.tar.gz", Made.tar(files.filter { $0.name != "data_batch_5.bin" }))
        #expect(flaw(archive)?.contains("data_batch_5.bin") == true)
        #expect(
            flaw(try folder.file("cut.tar", Made.tar(files).prefix(9000).map { $0 }))?.contains("cut short") == true)
        #expect(flaw(try folder.file("text.tar", Array(repeating: 65, count: 600)))?.contains("no tar archive") == true)
    }

    @Test func sendsPicklesAway() throws {
        let path = try folder.file("py/data_batch_1", [0x80, 2])
        let folderFlaw = message { _ = try CIFARFiles.cifar10.read("CIFAR-10", from: folder.file("py")) }
        #expect(folderFlaw?.hasPrefix(path) == true)
        #expect(folderFlaw?.contains("download the binary version, cifar-10-binary.tar.gz") == true)
        let archive = try folder.file("cifar-100-python.tar.gz", Made.tar([("cifar-100-python/train", [0x80, 2])]))
        let archiveFlaw = message { _ = try CIFARFiles.cifar100.read("CIFAR-100", from: archive) }
        #expect(archiveFlaw?.contains("download the binary version, cifar-100-binary.tar.gz") == true)
    }

    @Test func survivesAnything() throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        var random = SplitMix64(seed: seed)
        let tar = Made.tar(Self.files100(&random))
        for round in 0..<200 {
            var bytes = tar
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                // Mostly in a header.
                let end = Bool.random(using: &random) ? 512 : bytes.count
                bytes[Int.random(in: 0..<end, using: &random)] = .random(in: 0...255, using: &random)
            }
            if round % 4 == 0 { bytes.removeLast(Int.random(in: 0...bytes.count, using: &random)) }
            let path = try folder.file("fuzzed.tar", bytes)
            do {
                let dataset = try CIFARFiles.cifar100.read("CIFAR-100", from: path)
                #expect(dataset.train.count == 3, "seed \(seed)")
            } catch let error as FileError {
                #expect(error.path.hasPrefix(path), "seed \(seed): \(error)")
            }
        }
    }
}
