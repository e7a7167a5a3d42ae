import ArrayFiles
import Foundation
import TestSupport
import Testing
import TorchTensors

@testable import SpikeDatasets

/// The images of a folder on disk are those in memory: names, order, labels, pixels, batches.
@Suite(.leavesNothing) struct StreamedFolderTests {
    private let folder: TemporaryFolder
    private let cache: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        cache = try TemporaryFolder()
    }

    /// Images of several formats and sizes in three classes.
    private func fill(_ count: Int = 8, parts: [String] = ["train/", "test/"]) throws {
        var random = SplitMix64(seed: 5)
        for part in parts {
            for name in ["ape", "bat", "cow"] {
                for index in 0..<count {
                    let image = Made.image(height: 6 + index % 3, width: 9, &random)
                    let (path, content) =
                        switch index % 4 {
                        case 0: ("\(index).png", try PNGImage.encode(image, "made"))
                        case 1: ("\(index).jpg", Made.jpeg(image))
                        case 2: ("\(index).webp", Made.webp(image))
                        default: ("\(index).ppm", Made.ppm(image))
                        }
                    try folder.file("\(part)\(name)/\(path)", content)
                }
            }
        }
    }

    private func read(
        _ loading: ImageLoading, _ brokenFiles: BrokenFiles = .refuse, train: ImageLimit = .all,
        test: ImageLimit = .all,
        progress: (ReadingProgress) throws -> Void = { _ in }
    ) throws -> ImageDataset {
        try ImageFolder(folder.path, size: 5).read(
            train: train, test: test, loading: loading, brokenFiles: brokenFiles, indexFolder: cache.path,
            progress: progress)
    }

    private func expectSame(_ a: ImageDataset, _ b: ImageDataset) throws {
        #expect(a.name == b.name && a.classNames == b.classNames && a.leftOut == b.leftOut)
        #expect(a.normalization == b.normalization)
        for (first, second) in [(a.train, b.train), (a.test, b.test)] {
            #expect(first.classIndices == second.classIndices && first.files == second.files)
            #expect(first.imageShape == second.imageShape)
            #expect(try first.labels.equals(second.labels))
            for index in 0..<first.count { #expect(try first.image(at: index) == second.image(at: index)) }
        }
        #expect(try a.digest() == b.digest())
    }

    @Test(arguments: [["train/", "test/"], [""]])
    func isTheFolderInMemory(parts: [String]) throws {
        try fill(parts: parts)
        let memory = try read(.memory)
        #expect(!memory.isStreamed && memory.train.count > 12)
        for _ in 0..<2 {
            let disk = try read(.disk)
            #expect(disk.isStreamed && disk.train.isStreamed)
            try expectSame(memory, disk)
        }
        let limits = (ImageLimit.evenly(7), ImageLimit.first(4))
        let limited = try (read(.memory, train: limits.0, test: limits.1), read(.disk, train: limits.0, test: limits.1))
        #expect(limited.0.train.files == limited.1.train.files && limited.0.test.files == limited.1.test.files)
        let places = [0, 2, 5]
        #expect(try memory.train.taking(places).files == read(.disk).train.taking(places).files)
    }

    /// What can be compared of a batch.
    private struct Content: Equatable {
        let indices: [Int]
        let images: [Float]
        let labels: [Int]
        let targets: [Float]

        /// An image that stands in for an empty share does not count.
        init(_ batch: ImageBatch) throws {
            indices = batch.isStandIn ? [] : batch.indices
            images = batch.isStandIn ? [] : try batch.images.elements()
            labels = batch.isStandIn ? [] : try batch.labels.elements()
            targets = batch.isStandIn ? [] : try batch.targets.elements()
        }
    }

    private func loader(_ split: ImageSplit, mixup: Bool = true, share: BatchShare = .whole) throws -> ImageLoader {
        try ImageLoader(
            split, classCount: 3, batchSize: 5, seed: 9,
            augmentation: ImageAugmentation([HorizontalFlip(), PadAndCrop(padding: 1), RandAugment()]),
            labelSmoothing: 0.1, mixup: mixup ? Mixup(alpha: 0.4) : nil, share: share)
    }

    private func contents(_ batches: ImageBatches) throws -> [Content] {
        var contents: [Content] = []
        while let batch = try batches.next() { contents.append(try Content(batch)) }
        return contents
    }

    @Test func batchesAreThoseInMemoryOnAnyNumberOfThreads() throws {
        try fill()
        let expected = try contents(loader(read(.memory).train).batches(epoch: 3))
        #expect(expected.count == 5)
        let onDisk = try loader(read(.disk).train)
        #expect(try contents(onDisk.batches(epoch: 3)) == expected)
        for threads in [1, 2, 5] {
            #expect(try contents(onDisk.batches(epoch: 3, threadCount: threads, batchesAhead: threads + 1)) == expected)
            #expect(
                try contents(onDisk.batches(epoch: 3, from: 2, threadCount: threads, batchesAhead: 2))
                    == Array(expected.dropFirst(2)))
        }
        #expect(try contents(onDisk.batches(epoch: 4)) != expected)
    }

    /// Workers that share the batches prepare together what one prepares, bit for bit, also with mixup, whose partners
    /// lie in the parts of others.
    @Test(arguments: [false, true], [1, 2, 3, 4])
    func partsOfBatchesAreTheBatch(mixup: Bool, workers: Int) throws {
        try fill()
        for split in [try read(.memory).train, try read(.disk).train] {
            let whole = try contents(loader(split, mixup: mixup).batches(epoch: 1))
            let parts = try (0..<workers).map { rank in
                try contents(
                    loader(split, mixup: mixup, share: BatchShare(rank: rank, size: workers)).batches(epoch: 1))
            }
            for (index, batch) in whole.enumerated() {
                #expect(parts.flatMap { $0[index].indices } == batch.indices)
                #expect(parts.flatMap { $0[index].images } == batch.images)
                #expect(parts.flatMap { $0[index].labels } == batch.labels)
                #expect(parts.flatMap { $0[index].targets } == batch.targets)
            }
        }
    }

    /// Counts the images that go through it.
    private final class Counter: ImageTransform {
        let count = Locked(0)

        func callAsFunction(_ image: Image, _ random: RandomStream) -> Image {
            count.withLock { $0 += 1 }
            return image
        }
    }

    /// However many threads there are, no more images are decoded than fit in the queue and in the caller's hand.
    @Test(arguments: [1, 2, 5])
    func theQueueIsBounded(threads: Int) throws {
        try fill(20)
        let counter = Counter()
        let loader = try ImageLoader(
            read(.disk).train, classCount: 3, batchSize: 4, augmentation: ImageAugmentation([counter]))
        let batches = loader.batches(epoch: 0, threadCount: threads, batchesAhead: 3)
        for taken in 1...4 {
            #expect(try batches.next() != nil)
            Thread.sleep(forTimeInterval: 0.2)
            #expect(counter.count.withLock { $0 } == 4 * (taken + 3))
        }
    }

    /// The threads end with the batches, and nothing is read any more.
    @Test func threadsEndWhenTheBatchesAreDropped() throws {
        try fill(20)
        let counter = Counter()
        let loader = try ImageLoader(
            read(.disk).train, classCount: 3, batchSize: 2, augmentation: ImageAugmentation([counter]))
        var batches: ImageBatches? = loader.batches(epoch: 0, threadCount: 4, batchesAhead: 6)
        #expect(try batches?.next() != nil)
        batches = nil
        let count = counter.count.withLock { $0 }
        Thread.sleep(forTimeInterval: 0.1)
        #expect(counter.count.withLock { $0 } == count && count < 60)
    }

    // MARK: broken files

    /// A text, an empty file, and files that are cut short.
    private func breakFiles() throws {
        try folder.file("train/ape/0.png", Array(folder.bytes("train/ape/0.png").prefix(60)))
        try folder.file("train/bat/1.jpg", Array(folder.bytes("train/bat/1.jpg").prefix(200)))
        try folder.file("train/bat/4.png", Array("This is no image.\n".utf8))
        try folder.file("test/cow/2.webp", [])
    }

    @Test(arguments: [ImageLoading.memory, .disk])
    func brokenFilesAreRefusedOrLeftOut(loading: ImageLoading) throws {
        try fill()
        try breakFiles()
        let refusal = try #require(message { _ = try read(loading) })
        let first = folder.file("train/ape/0.png")
        #expect(refusal.hasPrefix("\(first): the PNG image cannot be decoded"), "\(refusal)")
        if loading == .disk {
            #expect(
                refusal.hasSuffix(
                    "; nor can 3 other files be read: train/bat/1.jpg, train/bat/4.png, test/cow/2.webp; repair or remove "
                        + "them, or leave them out with --broken-files skip"), "\(refusal)")
        }
        let dataset = try read(loading, .skip)
        #expect(dataset.train.count == 21 && dataset.test.count == 23)
        #expect(
            dataset.leftOut.map(\.text) == [
                "4 files left out, damaged, cut short or no images: train/ape/0.png, train/bat/1.jpg, train/bat/4.png, "
                    + "test/cow/2.webp"
            ])
        #expect(dataset.train.files?.contains { $0.name == "train/bat/4.png" } == false)
        #expect(dataset.train.classIndices.count { $0 == 1 } == 6)
    }

    @Test func withoutBrokenFilesMemoryAndDiskAgree() throws {
        try fill()
        try breakFiles()
        try expectSame(read(.memory, .skip), read(.disk, .skip))
        // As if they had never been there.
        let skipped = try read(.disk, .skip)
        for name in ["train/ape/0.png", "train/bat/1.jpg", "train/bat/4.png", "test/cow/2.webp"] {
            try FileManager.default.removeItem(atPath: folder.file(name))
        }
        let clean = try read(.disk)
        #expect(try clean.digest() == skipped.digest() && clean.train.files == skipped.train.files)
        #expect(clean.normalization == skipped.normalization)
    }

    @Test(arguments: [ImageLoading.memory, .disk])
    func aFolderOfBrokenFilesIsRefused(loading: ImageLoading) throws {
        for index in 0..<7 { try folder.file("ape/\(index).png", [1]) }
        let flaw = message { _ = try read(loading, .skip) }
        #expect(
            flaw?.hasPrefix("\(folder.path): no image to train on can be read (7 files left out, damaged") == true,
            "\(flaw ?? "")")
    }

    @Test(.enabled(if: geteuid() != 0, "root may read every file"))
    func filesWithoutPermissionAreBroken() throws {
        try fill()
        #expect(chmod(folder.file("train/ape/0.png"), 0) == 0)
        #expect(
            message { _ = try read(.disk) } == "\(folder.file("train/ape/0.png")): cannot be read: permission denied")
        #expect(try read(.disk, .skip).leftOut.map(\.reason) == ["missing or not readable"])
    }

    /// Files that are removed, emptied or replaced after the data set was opened.
    @Test func filesThatChangeLaterAreRefusedOrLeftOut() throws {
        try fill()
        let (refusing, skipping) = (try read(.disk).train, try read(.disk, .skip))
        let names = try #require(refusing.files?.map(\.name))
        let (gone, empty, other) = (3, 10, 20)
        Thread.sleep(forTimeInterval: 0.03)
        try FileManager.default.removeItem(atPath: folder.file(names[gone]))
        try folder.file(names[empty], [])
        try folder.file(names[other], folder.bytes(names[other - 1]))

        let missing = message { _ = try refusing.image(at: gone) }
        #expect(missing == "\(folder.file(names[gone])): cannot be read: there is no such file or directory")
        for index in [empty, other] {
            let flaw = message { _ = try refusing.image(at: index) }
            #expect(
                flaw
                    == "\(folder.file(names[index])): the file has changed since the data set was opened; start again to use it"
            )
        }
        let refused = try loader(refusing).batches(epoch: 0, threadCount: 2)
        #expect(message { while try refused.next() != nil {} }?.contains(folder.path) == true)

        for mixup in [false, true] {
            let loader = try loader(skipping.train, mixup: mixup)
            let whole = try contents(loader.batches(epoch: 0))
            let seen = whole.flatMap(\.indices)
            #expect(Set(seen) == Set(0..<24).subtracting([gone, empty, other]) && seen.count == 21)
            #expect(
                whole.allSatisfy {
                    $0.images.count == $0.indices.count * 75 && $0.targets.count == $0.indices.count * 3
                })
            // Several workers leave out the same images, also if nothing of a share is left.
            for workers in [2, 5] {
                let parts = try (0..<workers).map { rank in
                    let share = BatchShare(rank: rank, size: workers)
                    return try contents(self.loader(skipping.train, mixup: mixup, share: share).batches(epoch: 0))
                }
                for (index, batch) in whole.enumerated() {
                    #expect(parts.flatMap { $0[index].images } == batch.images)
                    #expect(parts.flatMap { $0[index].targets } == batch.targets)
                    #expect(parts.flatMap { $0[index].indices } == batch.indices)
                }
            }
        }
        let news = skipping.takeNewlyLeftOut()
        #expect(news.map(\.reason) == ["missing, changed or damaged since the start"] && news[0].count == 3)
        #expect(Set(news[0].names) == Set([gone, empty, other].map { names[$0] }))
        #expect(skipping.takeNewlyLeftOut().isEmpty, "each file is said once")
    }

    @Test func aBatchOfWhichNothingIsLeftIsAnError() throws {
        try fill(4)
        let train = try read(.disk, .skip).train
        try FileManager.default.removeItem(atPath: folder.file("train"))
        let flaw = message { _ = try loader(train).batch(0, epoch: 0) }
        #expect(flaw?.hasSuffix("there is no such file or directory") == true, "\(flaw ?? "")")
    }

    // MARK: where the images are

    @Test func theMemoryDecidesUnlessTheUserDoes() throws {
        let limit = MemoryLimit(bytes: 1000)
        #expect(!ImageLoading.auto.streams(500, limit: limit) && ImageLoading.auto.streams(501, limit: limit))
        #expect(ImageLoading.disk.streams(1, limit: limit) && !ImageLoading.memory.streams(1e9, limit: limit))
        try fill(2)
        #expect(try !read(.auto).isStreamed)
        #expect(try FileManager.default.contentsOfDirectory(atPath: cache.path).isEmpty, "memory needs no index")
    }

    @Test func progressAndRemarksAreReported() throws {
        try fill()
        let index = FolderIndex(of: folder.path, side: 5, in: cache.path)
        try cache.file((index.path as NSString).lastPathComponent, Array("damaged".utf8))
        var events: [ReadingProgress] = []
        _ = try read(.disk) { events.append($0) }
        #expect(
            events == [
                .images(done: 48, count: 48),
                .note("\(index.path): the index is damaged, or of another version; all images are read anew"),
            ])
    }

    /// Beyond 100,000 images, a list of files would take more than it tells.
    @Test func manyFilesAreNotListed() throws {
        try fill(2)
        let source = try #require(try read(.disk).train.streamed)
        let count = ImageSplit.listedFileLimit
        let labels = [Int](repeating: 0, count: count + 1)
        let many = try ImageSplit(source, places: labels, labels: labels)
        #expect(many.hasUnlistedFiles && many.files == nil)
        let few = try many.limited(.first(count))
        #expect(!few.hasUnlistedFiles && few.files?.count == count)
        #expect(try !read(.memory).train.hasUnlistedFiles)
    }
}
