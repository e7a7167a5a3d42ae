import ArrayFiles
import Foundation
import SpikeDatasets
import TestSupport
import Testing
import TorchTensors

@Suite(.leavesNothing) struct MNISTFilesTests {
    private let folder = try! TemporaryFolder()
    private let train: [UInt8] = (0..<5 * 4 * 3).map { UInt8($0) }
    private let test: [UInt8] = (0..<2 * 4 * 3).map { UInt8(200 - $0) }

    private func write(suffix: String = "", pack: ([UInt8]) throws -> [UInt8] = { $0 }) throws {
        let contents = [
            Made.idx([5, 4, 3], train), Made.idx([5], [0, 9, 3, 3, 1]), Made.idx([2, 4, 3], test),
            Made.idx([2], [4, 5]),
        ]
        for (name, content) in zip(MNISTFiles.names, contents) { try folder.file(name + suffix, pack(content)) }
    }

    @Test(arguments: [false, true])
    func readsPlainAndGzipped(_ isPacked: Bool) throws {
        try write(suffix: isPacked ? ".gz" : "") { isPacked ? try Made.gzipped($0, folder) : $0 }
        let dataset = try MNISTFiles().read("Made", from: folder.path)
        #expect(dataset.name == "Made" && dataset.classNames.count == 10)
        #expect(dataset.train.images.shape == [5, 1, 4, 3] && dataset.train.images.dtype == .uint8)
        #expect(try dataset.train.images.elements(as: UInt8.self) == train)
        #expect(dataset.train.labels.dtype == .int64 && dataset.train.classIndices == [0, 9, 3, 3, 1])
        #expect(try dataset.test.images.elements(as: UInt8.self) == test)
        #expect(dataset.test.classIndices == [4, 5])
    }

    @Test func saysWhatIsWrong() throws {
        func flaw(_ place: Int, _ content: [UInt8]) throws -> String? {
            try write()
            try folder.file(MNISTFiles.names[place], content)
            return message { _ = try MNISTFiles().read("Made", from: folder.path) }
        }
        let good = Made.idx([5], [0, 9, 3, 3, 1])
        #expect(try flaw(1, Array("<html>".utf8))?.contains("no IDX file") == true)
        #expect(try flaw(1, [])?.contains("no IDX file") == true)
        #expect(try flaw(1, Made.idx([5], [0, 1, 2, 3, 4], type: 13))?.contains("not bytes") == true)
        #expect(try flaw(1, Made.idx([5, 4, 3], train))?.contains("mixed up") == true)
        #expect(try flaw(1, good.dropLast())?.contains("ends before") == true)
        #expect(try flaw(1, Array(good.prefix(6)))?.contains("ends before") == true)
        #expect(try flaw(1, good + [0])?.contains("more after the 5 elements") == true)
        #expect(try flaw(1, Made.idx([4], [0, 1, 2, 3]))?.contains("4 labels for 5 images") == true)
        #expect(try flaw(1, Made.idx([5], [0, 1, 10, 3, 4]))?.contains("label 2: it is 10") == true)
        #expect(try flaw(0, Made.idx([0, 4, 3], []))?.contains("no images") == true)
        // Claims of 2^96 elements must not be believed.
        #expect(try flaw(0, Made.idx([0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF], train))?.contains("ends before") == true)
        #expect(try flaw(1, good.dropLast())?.hasPrefix(folder.file(MNISTFiles.names[1])) == true)
    }

    @Test func noticesDamagedGzip() throws {
        try write()
        let name = MNISTFiles.names[0]
        try FileManager.default.removeItem(atPath: folder.file(name))
        var packed = try Made.gzipped(Made.idx([5, 4, 3], train), folder)
        try folder.file(name + ".gz", packed.dropLast(4))
        #expect(
            message { _ = try MNISTFiles().read("Made", from: folder.path) }?.contains("damaged or cut short") == true)
        // The last eight bytes are the checksum and the size.
        packed[packed.count - 8] ^= 1
        try folder.file(name + ".gz", packed)
        #expect(
            message { _ = try MNISTFiles().read("Made", from: folder.path) }?.contains("damaged or cut short") == true)
    }

    @Test func survivesAnything() throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        var random = SplitMix64(seed: seed)
        let plain = Made.idx([5, 4, 3], train)
        let packed = try Made.gzipped(plain, folder)
        for round in 0..<300 {
            var bytes = round % 2 == 0 ? plain : packed
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            if round % 3 == 0 { bytes.removeLast(Int.random(in: 0...bytes.count, using: &random)) }
            let path = try folder.file("fuzzed", bytes)
            do {
                #expect(try IDXFile.read(path, rank: 3).count <= 1040 * bytes.count, "seed \(seed)")
            } catch let error as FileError {
                #expect(error.path == path, "seed \(seed): \(error)")
            }
        }
    }

    /// The statistics are those that papers state for Fashion-MNIST, to their four digits.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/usr/share/datasets/fashion-mnist")))
    func readsDebiansFashionMNIST() throws {
        let location = try #require(try DatasetFinder(environment: ["HOME": folder.path]).locate(.fashionMNIST))
        #expect(location.source == .package)
        let dataset = try location.read()
        #expect(
            dataset.train.images.shape == [60000, 1, 28, 28] && dataset.test.images.shape == [10000, 1, 28, 28])
        #expect((0..<10).allSatisfy { label in dataset.train.classIndices.count { $0 == label } == 6000 })
        #expect(abs(dataset.normalization.means[0] - 0.2860) < 5e-5)
        #expect(abs(dataset.normalization.deviations[0] - 0.3530) < 5e-5)
    }
}
