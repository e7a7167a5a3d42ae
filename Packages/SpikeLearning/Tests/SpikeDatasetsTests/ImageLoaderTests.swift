import Foundation
import TestSupport
import Testing
import TorchTensors

@testable import SpikeDatasets

@Suite(.leavesNothing) struct ImageLoaderTests {
    private static let augmentation = ImageAugmentation([
        HorizontalFlip(), PadAndCrop(padding: 2), RandAugment(), RandomErasing(),
    ])

    private static func split(_ count: Int) throws -> ImageSplit {
        var random = SplitMix64(seed: 11)
        return try ImageSplit(
            images: Tensor(Made.bytes(count * 3 * 64, &random), shape: [count, 3, 8, 8]),
            labels: Tensor((0..<count).map { $0 % 5 }))
    }

    /// What can be compared of a batch.
    private struct Content: Equatable {
        let index: Int
        let indices: [Int]
        let images: [Float]
        let labels: [Int]
        let targets: [Float]

        init(_ batch: ImageBatch) throws {
            index = batch.index
            indices = batch.indices
            images = try batch.images.elements()
            labels = try batch.labels.elements()
            targets = try batch.targets.elements()
        }
    }

    private func contents(_ batches: ImageBatches) throws -> [Content] {
        var contents: [Content] = []
        while let batch = try batches.next() { contents.append(try Content(batch)) }
        return contents
    }

    @Test func threadsAndResumingChangeNothing() throws {
        let loader = try ImageLoader(
            Self.split(53), classCount: 5, batchSize: 8, seed: 3, augmentation: Self.augmentation, labelSmoothing: 0.1,
            mixup: Mixup(alpha: 0.5))
        let plain = try (0..<loader.batchCount).map { try Content(loader.batch($0, epoch: 4)) }
        #expect(plain.count == 7 && plain.last?.indices.count == 5)
        #expect(Set(plain.flatMap(\.indices)) == Set(0..<53))
        #expect(try contents(loader.batches(epoch: 4)) == plain)
        #expect(try contents(loader.batches(epoch: 4, threadCount: 4, batchesAhead: 6)) == plain)
        #expect(try contents(loader.batches(epoch: 4, threadCount: 3, batchesAhead: 1)) == plain)
        for first in 0...8 {
            #expect(
                try contents(loader.batches(epoch: 4, from: first, threadCount: 2)) == Array(plain.dropFirst(first)))
        }
        #expect(try contents(loader.batches(epoch: 5)) != plain)
        let reseeded = try ImageLoader(
            Self.split(53), classCount: 5, batchSize: 8, seed: 4, augmentation: Self.augmentation, labelSmoothing: 0.1,
            mixup: Mixup(alpha: 0.5))
        #expect(try contents(reseeded.batches(epoch: 4)) != plain)
    }

    @Test func aSingleImageJoinsTheBatchBeforeIt() throws {
        func sizes(_ count: Int, _ batchSize: Int, _ lastBatch: ImageLoader.LastBatch) throws -> [Int] {
            let loader = try ImageLoader(
                Self.split(count), classCount: 5, batchSize: batchSize, lastBatch: lastBatch)
            return try contents(loader.batches(epoch: 0)).map(\.indices.count)
        }
        #expect(try sizes(57, 29, .keptOrJoined) == [29, 28] && sizes(57, 28, .keptOrJoined) == [28, 29])
        #expect(try sizes(57, 28, .kept) == [28, 28, 1] && sizes(57, 28, .dropped) == [28, 28])
        #expect(try sizes(1, 4, .keptOrJoined) == [1] && sizes(4, 4, .keptOrJoined) == [4])
        #expect(try sizes(3, 1, .keptOrJoined) == [1, 1, 1] && sizes(0, 4, .keptOrJoined) == [])
    }

    @Test func augmentationDoesNotDependOnTheBatch() throws {
        func images(_ batchSize: Int) throws -> [Int: [Float]] {
            let loader = try ImageLoader(
                Self.split(20), classCount: 5, batchSize: batchSize, order: batchSize == 7 ? .asStored : .shuffled,
                augmentation: Self.augmentation)
            var result: [Int: [Float]] = [:]
            let batches = loader.batches(epoch: 2)
            while let batch = try batches.next() {
                for (place, index) in batch.indices.enumerated() {
                    result[index] = try batch.images[place].elements()
                }
            }
            return result
        }
        #expect(try images(4) == images(7))
        #expect(try images(4) == images(20))
    }

    @Test func scalesAndLabels() throws {
        let split = try Self.split(10)
        let bytes = try split.images.elements(as: UInt8.self)
        let plain = try ImageLoader(split, classCount: 5, batchSize: 4, order: .asStored, lastBatch: .dropped)
        #expect(plain.batchCount == 2)
        let batch = try plain.batch(1, epoch: 0)
        #expect(
            batch.indices == [4, 5, 6, 7] && batch.images.shape == [4, 3, 8, 8] && batch.images.dtype == .float32)
        let expected: [Float] = bytes[768..<1536].map { Float($0) / 255 }
        #expect(try batch.images.elements() == expected)
        #expect(try batch.labels.elements(as: Int.self) == [4, 0, 1, 2])
        let targets = try batch.targets.elements(as: Float.self)
        #expect(targets.indices.filter { targets[$0] == 1 } == [4, 5, 11, 17])

        let normalization = try ImageNormalization(of: split.images)
        let normalized = try ImageLoader(
            split, classCount: 5, batchSize: 10, order: .asStored, scaling: .normalized(normalization))
        let numbers = try normalized.batch(0, epoch: 0).images.elements(as: Float.self)
        let red: [Float] = (0..<10).flatMap { (image: Int) in numbers[(192 * image)...].prefix(64) }
        let squares: [Float] = red.map { $0 * $0 }
        // Sums of 640 float32 numbers of about 1.
        let (mean, power): (Float, Float) = (red.reduce(0, +) / 640, squares.reduce(0, +) / 640)
        #expect(abs(mean) < 1e-5)
        #expect(abs(power - 1) < 1e-5)
    }

    /// Counts the images that go through it.
    private final class Counter: ImageTransform {
        let count = Locked(0)

        func callAsFunction(_ image: Image, _ random: RandomStream) -> Image {
            count.withLock { $0 += 1 }
            return image
        }
    }

    /// Without a number, this is one more than there are threads.
    @Test(arguments: [1, 3, nil])
    func staysOnlySoFarAhead(_ batchesAhead: Int?) throws {
        let counter = Counter()
        let loader = try ImageLoader(
            Self.split(40), classCount: 5, batchSize: 4, augmentation: ImageAugmentation([counter]))
        let batches = loader.batches(epoch: 0, threadCount: 2, batchesAhead: batchesAhead)
        #expect(try batches.next() != nil)
        // Long enough for all ten batches, were they prepared.
        Thread.sleep(forTimeInterval: 0.3)
        let batchCount = 1 + (batchesAhead ?? 3)
        #expect(counter.count.withLock { $0 } == 4 * batchCount)
    }

    @Test func canBeDroppedEarly() throws {
        let loader = try ImageLoader(Self.split(50), classCount: 5, batchSize: 2, augmentation: Self.augmentation)
        for taken in 0..<4 {
            let batches = loader.batches(epoch: 0, threadCount: 2, batchesAhead: 3)
            for _ in 0..<taken { #expect(try batches.next() != nil) }
        }
        let empty = try ImageLoader(Self.split(0), classCount: 5, batchSize: 2)
        #expect(try empty.batchCount == 0 && empty.batches(epoch: 0).next() == nil)
    }

    @Test func refusesWhatDoesNotFit() throws {
        let split = try Self.split(10)
        #expect(message { _ = try ImageLoader(split, classCount: 5, batchSize: 0) }?.contains("got 0") == true)
        #expect(message { _ = try ImageLoader(split, classCount: 4, batchSize: 1) }?.contains("label 4") == true)
        let grey = try ImageNormalization(means: [0], deviations: [1])
        #expect(
            message { _ = try ImageLoader(split, classCount: 5, batchSize: 1, scaling: .normalized(grey)) }?
                .contains("1 channel for images of 3") == true)
    }
}
