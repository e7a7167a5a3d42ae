import ArrayFiles
import Foundation
import TestSupport
import Testing
import TorchTensors

@testable import SpikeDatasets

/// Which files a second start reads, after changes to the folder, to the files and to the index.
@Suite(.leavesNothing) struct FolderScanTests {
    private let folder: TemporaryFolder
    private let cache: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        cache = try TemporaryFolder()
        for (label, name) in ["cat", "dog"].enumerated() {
            for index in 0..<5 { try put("\(name)/\(index).png", UInt8(100 * label + index)) }
        }
    }

    /// An image of one colour. All of these files have the same size.
    private func put(_ name: String, _ value: UInt8) throws {
        try folder.file(name, PNGImage.encode(Image(channels: 3, height: 4, width: 4, filledWith: value), name))
    }

    private func index(side: Int = 4, in cache: String? = nil) -> FolderIndex {
        FolderIndex(of: folder.path, side: side, in: cache ?? self.cache.path)
    }

    /// Scans all images, as a start of a program does.
    ///
    /// - Parameter settlingTime: 0 trusts files at once that were written a moment ago.
    private func scan(
        side: Int = 4, in cache: String? = nil, settlingTime: Int = 0
    ) throws -> (result: FolderScan.Result, names: [String]) {
        let content = try FolderContent(folder.path, share: TestShare(fraction: 0, seed: 0))
        var scan = FolderScan(root: BytePath(folder.path), side: side, index: index(side: side, in: cache))
        scan.files.settlingTime = settlingTime
        // So that several portions are needed.
        scan.files.portion = 3
        let prefix = folder.path.utf8.count + 1
        let result = try scan(content.train.map { Array($0.path.bytes[prefix...]) })
        return (result, content.train.map(\.name))
    }

    /// The clock of a file system is coarse: changes within one tick cannot be told apart.
    private func waitForAnotherTick() { Thread.sleep(forTimeInterval: 0.03) }

    private func names(_ result: FolderScan.Result) -> [String] {
        (0..<result.records.count).map { result.records[$0].file.name }
    }

    @Test func theSecondStartReadsNothing() throws {
        let (first, _) = try scan()
        #expect(first.readCount == 10 && first.notes.isEmpty && first.broken.isEmpty)
        let written = FileStamp(BytePath(index().path))
        waitForAnotherTick()
        let (second, files) = try scan()
        #expect(second.readCount == 0 && second.notes.isEmpty)
        #expect(second.records.bytes == first.records.bytes)
        #expect(names(second) == files && second.places == Array(0..<10))
        #expect(FileStamp(BytePath(index().path)) == written, "an index that fits is not written again")
        // Another size has other pixels, and so an index of its own.
        #expect(try scan(side: 2).result.readCount == 10)
        #expect(try scan().result.readCount == 0 && scan(side: 2).result.readCount == 0)
    }

    @Test func theRecordsAreThoseOfTheFiles() throws {
        let (result, _) = try scan()
        let image = Image(channels: 3, height: 4, width: 4, filledWith: 103)
        let record = result.records[8]
        let content = try folder.bytes("dog/3.png")
        #expect(record.file == DatasetFile(name: "dog/3.png", content: content, image: image))
        #expect(
            record.finding.sums.values == SIMD3(repeating: 103 * 16)
                && record.finding.sums.squares == SIMD3(repeating: 103 * 103 * 16))
        #expect(record.stamp.size == content.count)
        // After the index was stored and read.
        #expect(try scan().result.records[8].file == record.file)
    }

    @Test func onlyWhatChangedIsReadAgain() throws {
        _ = try scan()
        waitForAnotherTick()
        try put("cat/5.png", 50)
        let (added, _) = try scan()
        #expect(added.readCount == 1 && names(added)[5] == "cat/5.png")

        try FileManager.default.removeItem(atPath: folder.file("cat/0.png"))
        let (removed, _) = try scan()
        #expect(removed.readCount == 0 && removed.records.count == 10 && names(removed)[0] == "cat/1.png")
        let kept: FolderIndex.Content<ScaledImage> = index().read()
        #expect(kept.records.count == 10, "the index forgets removed files")

        try FileManager.default.moveItem(atPath: folder.file("cat/1.png"), toPath: folder.file("cat/9.png"))
        let (renamed, _) = try scan()
        #expect(renamed.readCount == 1 && names(renamed)[4] == "cat/9.png")

        waitForAnotherTick()
        let size = try folder.bytes("dog/2.png").count
        try put("dog/2.png", 77)
        #expect(try folder.bytes("dog/2.png").count == size, "only the times tell the files apart")
        let (rewritten, _) = try scan()
        #expect(rewritten.readCount == 1 && rewritten.records[7].finding.sums.values[0] == 77 * 16)

        try FileManager.default.moveItem(atPath: folder.file("dog"), toPath: folder.file("wolf"))
        let (moved, _) = try scan()
        #expect(moved.readCount == 5 && names(moved).suffix(5).allSatisfy { $0.hasPrefix("wolf/") })
        #expect(try scan().result.readCount == 0)
    }

    /// A program that copies a file with its times cannot set the time of the change.
    @Test func contentWithAnOldTimeIsNoticed() throws {
        _ = try scan()
        waitForAnotherTick()
        let path = folder.file("cat/3.png")
        let before = try #require(FileStamp(BytePath(path)))
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        // In place, so that the file stays the same.
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.write(contentsOf: PNGImage.encode(Image(channels: 3, height: 4, width: 4, filledWith: 60), path))
        try file.close()
        var times = [timespec](repeating: timespec(), count: 2)
        for place in times.indices {
            times[place] = timespec(tv_sec: before.modified / 1_000_000_000, tv_nsec: before.modified % 1_000_000_000)
        }
        #expect(utimensat(AT_FDCWD, path, times, 0) == 0)
        let after = try #require(FileStamp(BytePath(path)))
        #expect(after.modified == before.modified && after.size == before.size && attributes[.size] != nil)
        let (result, _) = try scan()
        #expect(result.readCount == 1 && result.records[3].finding.sums.values[0] == 60 * 16)
    }

    /// Files that were written less than two seconds before they were read might have been written again since, within
    /// the same tick.
    @Test func freshFilesAreNotTrusted() throws {
        #expect(try scan(settlingTime: 60_000_000_000).result.readCount == 10)
        #expect(try scan(settlingTime: 60_000_000_000).result.readCount == 10)
        #expect(try scan(settlingTime: 0).result.readCount == 10, "they were fresh when they were read")
        #expect(try scan(settlingTime: 60_000_000_000).result.readCount == 0)
    }

    /// Any damage, at any place: the index is used whole or not at all.
    @Test func aDamagedIndexIsMadeAnew() throws {
        let expected = try scan().result.records.bytes
        let path = index().path
        let good = try #require(FileManager.default.contents(atPath: path))
        let seed = UInt64.random(in: 0..<1_000_000)
        var random = SplitMix64(seed: seed)
        var damaged: [Data] = [Data(), Data("SpikeKit folder index 0\n".utf8), good.dropLast(), good + [0]]
        for _ in 0..<40 {
            var bytes = good
            bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
            damaged.append(bytes)
        }
        damaged.append(good.prefix(Int.random(in: 0..<good.count, using: &random)))
        for bytes in damaged {
            try bytes.write(to: URL(fileURLWithPath: path))
            let (result, _) = try scan()
            #expect(result.readCount == 10 && result.records.bytes == expected, "seed \(seed)")
            #expect(
                result.notes.count == 1 && result.notes[0].hasPrefix("\(path): the index is damaged"), "\(result.notes)"
            )
            #expect(FileManager.default.contents(atPath: path) == good, "it is made anew")
        }
        // The index of another folder, under the name of this one.
        let other = FolderIndex(of: cache.path, side: 4, in: cache.path)
        try other.write([expected])
        try FileManager.default.removeItem(atPath: path)
        try FileManager.default.moveItem(atPath: other.path, toPath: path)
        let (result, _) = try scan()
        #expect(
            result.readCount == 10
                && result.notes.first?.hasSuffix("is that of another folder; all images are read anew") == true)
    }

    /// Below a file, no folder can be made, not even by root.
    @Test func aCacheThatCannotBeWrittenCostsOnlyTime() throws {
        let blocked = try cache.file("file", [1]) + "/folders"
        for _ in 0..<2 {
            let (result, _) = try scan(in: blocked)
            #expect(result.readCount == 10 && result.records.count == 10)
            #expect(
                result.notes == [
                    "\(blocked): cannot be written: the folder cannot be made; without an index, the next start reads all images "
                        + "again"
                ])
        }
        // A folder in the place of the index.
        try FileManager.default.createDirectory(atPath: index().path, withIntermediateDirectories: true)
        let (result, _) = try scan()
        #expect(result.readCount == 10 && result.notes.count == 2 && result.notes[0].contains("cannot be read"))
    }

    @Test func brokenFilesAreReadEachTime() throws {
        try folder.file("cat/1.png", [])
        let (first, _) = try scan()
        #expect(first.broken.map(\.place) == [1] && first.records.count == 9 && first.places.prefix(2) == [0, 2])
        let (second, _) = try scan()
        #expect(second.broken.count == 1 && second.readCount == 1)
        waitForAnotherTick()
        try put("cat/1.png", 1)
        let (mended, _) = try scan()
        #expect(mended.broken.isEmpty && mended.readCount == 1 && mended.places == Array(0..<10))
    }

    struct Interruption: Error {}

    /// An interrupted scan has saved what it found, together with what was known before.
    @Test func anInterruptedScanHasNotBeenForNothing() throws {
        _ = try scan()
        waitForAnotherTick()
        for index in 0..<5 { try put("cat/\(index).png", UInt8(200 + index)) }
        let content = try FolderContent(folder.path, share: TestShare(fraction: 0, seed: 0))
        var interrupted = FolderScan(root: BytePath(folder.path), side: 4, index: index())
        (interrupted.files.settlingTime, interrupted.files.portion, interrupted.files.savingInterval) = (0, 2, -1)
        let prefix = folder.path.utf8.count + 1
        #expect(throws: Interruption.self) {
            try interrupted(content.train.map { Array($0.path.bytes[prefix...]) }) { done in
                if done == 4 { throw Interruption() }
            }
        }
        // Two of the five were saved before the interruption; the other class was known.
        let (result, _) = try scan()
        #expect(result.readCount == 3)
        #expect((0..<5).allSatisfy { result.records[$0].finding.sums.values[0] == (200 + $0) * 16 })
    }

    /// Two at the same time, in one process: both find all images.
    @Test func scansAtTheSameTimeAgree() throws {
        let expected = try scan(in: cache.file("other")).result.records.bytes
        let found = Locked<[[UInt8]]>([])
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            if let bytes = try? scan().result.records.bytes { found.withLock { $0.append(bytes) } }
        }
        #expect(found.withLock { $0 } == [[UInt8]](repeating: expected, count: 4))
        #expect(try scan().result.readCount == 0)
    }

    #if os(Linux)
        @Test func pathsNeedNotBeUTF8() throws {
            let path = Array(folder.path.utf8) + Array("/cat/caf".utf8) + [0xE9] + Array(".png".utf8) + [0]
            let content = try folder.bytes("cat/1.png")
            let file = path.withUnsafeBytes { fopen($0.baseAddress!.assumingMemoryBound(to: CChar.self), "wb") }
            try #require(file != nil)
            fwrite(content, 1, content.count, file)
            fclose(file)
            _ = try scan()
            let (result, _) = try scan()
            #expect(result.readCount == 0 && names(result)[5] == "cat/caf\\xE9.png")
        }
    #endif
}
