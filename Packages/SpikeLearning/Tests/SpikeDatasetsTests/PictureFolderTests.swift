import Foundation
import SpikeDatasets
import TestSupport
import Testing
import TorchTensors

@Suite(.leavesNothing) struct PictureFolderTests {
    private let folder = try! TemporaryFolder()

    /// A picture of one colour, whose red value tells it from others.
    private func put(_ name: String, _ value: UInt8) throws {
        try folder.file(name, Made.ppm(Picture(channels: 3, height: 6, width: 9, filledWith: value)))
    }

    private func values(_ split: PictureSplit) throws -> [UInt8] {
        try (0..<split.count).map { try split.pictures[$0].elements(as: UInt8.self)[0] }
    }

    @Test func readsTrainAndTest() throws {
        for (part, values) in [("train", [10, 20, 30] as [UInt8]), ("val", [40, 50, 60])] {
            try put("\(part)/dog/b.ppm", values[1])
            try put("\(part)/dog/a.PPM", values[0])
            try put("\(part)/cat/z.ppm", values[2])
        }
        try folder.file("train/dog/notes.txt", [1])
        try folder.file("train/dog/.hidden.png", [1])
        let dataset = try PictureFolder(folder.path, size: 4).read()
        #expect(dataset.classNames == ["cat", "dog"])
        #expect(dataset.train.pictures.shape == [3, 3, 4, 4])
        #expect(dataset.train.classIndices == [0, 1, 1])
        #expect(try values(dataset.train) == [30, 10, 20])
        #expect(try values(dataset.test) == [60, 40, 50])
        let limited = try PictureFolder(folder.path, size: 4).read(train: .evenly(2), test: .first(1))
        #expect(try values(limited.train) == [30, 10] && values(limited.test) == [60])
    }

    @Test func setsAPartAside() throws {
        for index in 0..<10 {
            try put("one/\(index).ppm", UInt8(index))
            try put("two/\(index).ppm", UInt8(100 + index))
        }
        try folder.file("notes/today.txt", [1])
        let dataset = try PictureFolder(folder.path, size: 2, testFraction: 0.3).read()
        #expect(dataset.classNames == ["one", "two"])
        #expect(dataset.train.count == 14 && dataset.test.classIndices == [0, 0, 0, 1, 1, 1])
        let (train, test) = (try values(dataset.train), try values(dataset.test))
        #expect(Set(train).union(test).count == 20, "no picture is in both")
        let again = try PictureFolder(folder.path, size: 2, testFraction: 0.3).read()
        #expect(try values(again.test) == test)
        let other = try PictureFolder(folder.path, size: 2, testFraction: 0.3, seed: 1).read()
        #expect(try values(other.test) != test)
        #expect(try PictureFolder(folder.path, size: 2, testFraction: 0).read().test.count == 0)
    }

    @Test func saysWhatIsWrong() throws {
        func flaw() -> String? { message { _ = try PictureFolder(folder.path, size: 4).read() } }
        #expect(flaw()?.contains("there are no pictures in it") == true)
        try put("train/cat/a.ppm", 1)
        #expect(flaw()?.contains("neither test nor val") == true)
        try put("test/cow/a.ppm", 1)
        #expect(flaw()?.contains("test/cow: there is no class of this name in train") == true)
        try FileManager.default.removeItem(atPath: folder.file("test"))
        try put("test/cat/a.ppm", 1)
        try folder.file("train/cat/b.png", [1, 2, 3])
        try folder.file("train/cat/c.png", [1, 2, 3])
        #expect(flaw()?.hasPrefix(folder.file("train/cat/b.png")) == true)
        #expect(message { _ = try PictureFolder(folder.path, size: 0) }?.contains("got 0") == true)
        #expect(message { _ = try PictureFolder(folder.file("none"), size: 4).read() }?.contains("no folder") == true)
    }
}
