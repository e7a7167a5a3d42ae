import ArrayFiles
import Foundation
import TestSupport
import Testing

@testable import SpikeDatasets

/// Which images of a data set of boxes a second start decodes.
@Suite(.leavesNothing) struct DetectionIndexTests {
    private let files: BoxFiles
    private let cache: TemporaryFolder

    init() throws {
        (files, cache) = (try BoxFiles(), try TemporaryFolder())
        try files.text("data.yaml", "names: [cat, dog]\ntrain: images/train\nval: images/val\n")
        for (part, count) in [("train", 3), ("val", 2)] {
            for index in 0..<count {
                try files.image("images/\(part)/\(index).ppm", value: UInt8(10 * index))
                try files.text("labels/\(part)/\(index).txt", "\(index % 2) 0.5 0.5 0.25 0.5\n")
            }
        }
        // Files that were written a moment ago are not trusted, as another change within a tick would not be seen.
        Thread.sleep(forTimeInterval: 2.1)
    }

    private func read(_ brokenFiles: BrokenFiles = .skip) throws -> (dataset: DetectionDataset, notes: [String]) {
        var notes: [String] = []
        let dataset = try DetectionFormat.yolo.read(
            files.folder.path, brokenFiles: brokenFiles, indexFolder: cache.path
        ) { if case .note(let note) = $0 { notes.append(note) } }
        return (dataset, notes)
    }

    @Test func theSecondStartUsesTheIndex() throws {
        let (first, notes) = try read()
        #expect(notes.isEmpty && first.train.count == 3 && first.test.count == 2)
        #expect(try cache.names.filter { $0.hasSuffix(".index") }.count == 1)
        // The content that an index states is believed, which shows that images are not decoded.
        let index = FolderIndex(of: files.folder.path, side: 0, in: cache.path)
        let known: FolderIndex.Content<ImageShape> = index.read()
        var altered = FileRecords<ImageShape>()
        for place in 0..<known.records.count {
            let record = known.records[place]
            altered.append(
                FileRecord(
                    path: record.path, stamp: record.stamp, isSettled: true, content: record.content,
                    finding: ImageShape(size: PixelSize(width: 80, height: 60), orientation: .upright)))
        }
        try index.write([altered.bytes])
        let (second, _) = try read()
        #expect(second.train.map(\.width) == [80, 80, 80] && second.test[0].height == 60)
        #expect(second.train[0].edges == [[30, 15, 50, 45]])
        #expect(second.train.map(\.file?.sha256) == first.train.map(\.file?.sha256))
        // Without an index, everything is as it was at first.
        try FileManager.default.removeItem(atPath: index.path)
        #expect(try read().dataset.digest() == first.digest())
        #expect(try read().dataset.digest() == first.digest())
    }

    /// Annotations are read each time, and a file that was written anew is decoded anew.
    @Test func changesAreSeen() throws {
        let (first, _) = try read()
        try files.text("labels/train/1.txt", "0 0.5 0.5 0.5 0.5\n")
        try files.image("images/train/2.ppm", width: 20, height: 20)
        try files.image("images/val/2.ppm", width: 10, height: 10)
        try FileManager.default.removeItem(atPath: files.folder.file("images/train/0.ppm"))
        let (second, _) = try read()
        #expect(second.train.map(\.name) == ["images/train/1.ppm", "images/train/2.ppm"])
        #expect(second.train[0].edges == [[10, 7.5, 30, 22.5]] && second.train[0].boxes[0].label == 0)
        #expect(second.train[1].width == 20 && second.test.map(\.width) == [40, 40, 10])
        #expect(second.train[0].file?.sha256 == first.train[1].file?.sha256)
    }

    /// Damaged images are looked at again each time, as they may have been repaired.
    @Test func brokenImagesAreNotKept() throws {
        try files.text("images/train/1.ppm", "P6 40")
        for _ in 0..<2 {
            let (dataset, _) = try read()
            #expect(dataset.train.count == 2)
            #expect(dataset.remarks.contains { $0.contains("images/train/1.ppm") }, "\(dataset.remarks)")
            #expect(throws: FileError.self) { try read(.refuse) }
        }
    }

    @Test func aDamagedIndexIsReplaced() throws {
        let (first, _) = try read()
        let index = FolderIndex(of: files.folder.path, side: 0, in: cache.path).path
        var bytes = try Data(contentsOf: URL(filePath: index))
        bytes[bytes.count - 1] ^= 1
        try bytes.write(to: URL(filePath: index))
        let (second, notes) = try read()
        #expect(second.digest() == first.digest())
        #expect(notes == ["\(index): the index is damaged; all images are read anew"])
        #expect(try read().notes.isEmpty)
    }
}
