import Foundation
import TestSupport
import Testing
import TorchTensors

@testable import SpikeDatasets

@Suite(.leavesNothing) struct PictureLoaderTests {
    private static let augmentation = PictureAugmentation([
        HorizontalFlip(), PadAndCrop(padding: 2), RandAugment(), RandomErasing(),
    ])

    private static func split(_ count: Int) throws -> PictureSplit {
        var random = SplitMix64(seed: 11)
        return try PictureSplit(
            pictures: Tensor(Made.bytes(count * 3 * 64, &random), shape: [count, 3, 8, 8]),
            labels: Tensor((0..<count).map { $0 % 5 }))
    }

    /// What can be compared of a batch.
    private struct Content: Equatable {
        let index: Int
        let indices: [Int]
        let pictures: [Float]
        let labels: [Int]
        let targets: [Float]

        init(_ batch: PictureBatch) throws {
            index = batch.index
            indices = batch.indices
            pictures = try batch.pictures.elements()
            labels = try batch.labels.elements()
            targets = try batch.targets.elements()
        }
    }

    private func contents(_ batches: PictureBatches) throws -> [Content] {
        var contents: [Content] = []
        while let batch = try batches.next() { contents.append(try Content(batch)) }
        return contents
    }

    @Test func threadsAndResumingChangeNothing() throws {
        let loader = try PictureLoader(
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
        let reseeded = try PictureLoader(
            Self.split(53), classCount: 5, batchSize: 8, seed: 4, augmentation: Self.augmentation, labelSmoothing: 0.1,
            mixup: Mixup(alpha: 0.5))
        #expect(try contents(reseeded.batches(epoch: 4)) != plain)
    }

    @Test func aSingleImageJoinsTheBatchBeforeIt() throws {
        func sizes(_ count: Int, _ batchSize: Int, _ lastBatch: PictureLoader.LastBatch) throws -> [Int] {
            let loader = try PictureLoader(
                Self.split(count), classCount: 5, batchSize: batchSize, lastBatch: lastBatch)
            return try contents(loader.batches(epoch: 0)).map(\.indices.count)
        }
        #expect(try sizes(57, 29, .keptOrJoined) == [29, 28] && sizes(57, 28, .keptOrJoined) == [28, 29])
        #expect(try sizes(57, 28, .kept) == [28, 28, 1] && sizes(57, 28, .dropped) == [28, 28])
        #expect(try sizes(1, 4, .keptOrJoined) == [1] && sizes(4, 4, .keptOrJoined) == [4])
        #expect(try sizes(3, 1, .keptOrJoined) == [1, 1, 1] && sizes(0, 4, .keptOrJoined) == [])
    }

    @Test func augmentationDoesNotDependOnTheBatch() throws {
        func pictures(_ batchSize: Int) throws -> [Int: [Float]] {
            let loader = try PictureLoader(
                Self.split(20), classCount: 5, batchSize: batchSize, order: batchSize == 7 ? .asStored : .shuffled,
                augmentation: Self.augmentation)
            var result: [Int: [Float]] = [:]
            let batches = loader.batches(epoch: 2)
            while let batch = try batches.next() {
                for (place, index) in batch.indices.enumerated() {
                    result[index] = try batch.pictures[place].elements()
                }
            }
            return result
        }
        #expect(try pictures(4) == pictures(7))
        #expect(try pictures(4) == pictures(20))
    }

    @Test func scalesAndLabels() throws {
        let split = try Self.split(10)
        let bytes = try split.pictures.elements(as: UInt8.self)
        let plain = try PictureLoader(split, classCount: 5, batchSize: 4, order: .asStored, lastBatch: .dropped)
        #expect(plain.batchCount == 2)
        let batch = try plain.batch(1, epoch: 0)
        #expect(
            batch.indices == [4, 5, 6, 7] && batch.pictures.shape == [4, 3, 8, 8] && batch.pictures.dtype == .float32)
        #expect(try batch.pictures.elements() == bytes[4 * 192..<8 * 192].map { Float($0) / 255 })
        #expect(try batch.labels.elements(as: Int.self) == [4, 0, 1, 2])
        #expect(
            try batch.targets.elements(as: Float.self).enumerated().filter { $0.element == 1 }.map(\.offset)
                == [4, 5, 11, 17])

        let normalization = try PictureNormalization(of: split.pictures)
        let normalized = try PictureLoader(
            split, classCount: 5, batchSize: 10, order: .asStored, scaling: .normalized(normalization))
        let numbers = try normalized.batch(0, epoch: 0).pictures.elements(as: Float.self)
        let red = (0..<10).flatMap { numbers[192 * $0..<192 * $0 + 64] }
        // Sums of 640 float32 numbers of about 1.
        #expect(abs(red.reduce(0, +) / 640) < 1e-5)
        #expect(abs(red.reduce(0) { $0 + $1 * $1 } / 640 - 1) < 1e-5)
    }

    /// Counts the pictures that go through it.
    private final class Counter: PictureTransform {
        let count = Locked(0)

        func callAsFunction(_ picture: Picture, _ random: RandomStream) -> Picture {
            count.withLock { $0 += 1 }
            return picture
        }
    }

    @Test(arguments: [1, 3])
    func staysOnlySoFarAhead(_ batchesAhead: Int) throws {
        let counter = Counter()
        let loader = try PictureLoader(
            Self.split(40), classCount: 5, batchSize: 4, augmentation: PictureAugmentation([counter]))
        let batches = loader.batches(epoch: 0, threadCount: 2, batchesAhead: batchesAhead)
        #expect(try batches.next() != nil)
        // Long enough for all ten batches, were they prepared.
        Thread.sleep(forTimeInterval: 0.3)
        #expect(counter.count.withLock { $0 } == 4 * (1 + batchesAhead))
    }

    @Test func canBeDroppedEarly() throws {
        let loader = try PictureLoader(Self.split(50), classCount: 5, batchSize: 2, augmentation: Self.augmentation)
        for taken in 0..<4 {
            let batches = loader.batches(epoch: 0, threadCount: 2, batchesAhead: 3)
            for _ in 0..<taken { #expect(try batches.next() != nil) }
        }
        let empty = try PictureLoader(Self.split(0), classCount: 5, batchSize: 2)
        #expect(try empty.batchCount == 0 && empty.batches(epoch: 0).next() == nil)
    }

    @Test func refusesWhatDoesNotFit() throws {
        let split = try Self.split(10)
        #expect(message { _ = try PictureLoader(split, classCount: 5, batchSize: 0) }?.contains("got 0") == true)
        #expect(message { _ = try PictureLoader(split, classCount: 4, batchSize: 1) }?.contains("label 4") == true)
        let grey = try PictureNormalization(means: [0], deviations: [1])
        #expect(
            message { _ = try PictureLoader(split, classCount: 5, batchSize: 1, scaling: .normalized(grey)) }?
                .contains("1 channels for pictures of 3") == true)
    }
}
