import TestSupport
import Testing
import TorchTensors

@testable import SpikeDatasets

@Suite(.leavesNothing) struct BatchShareTests {
    @Test(arguments: [1, 2, 3, 7, 64], [1, 2, 3, 5, 8]) func sharesAreTheBatch(count: Int, size: Int) {
        let shares = (0..<size).map { BatchShare(rank: $0, size: size).places(of: count) }
        #expect(shares.filter { !$0.isStandIn }.flatMap { Array($0.places) } == Array(0..<count))
        #expect(shares.filter(\.isStandIn).allSatisfy { $0.places == 0..<1 })
        #expect(shares.count { $0.isStandIn } == max(0, size - count))
        let sizes = shares.filter { !$0.isStandIn }.map(\.places.count)
        #expect(sizes.max()! - sizes.min()! <= 1)
        #expect(BatchShare.whole.places(of: count) == (0..<count, false))
    }

    /// The images of all workers, one after the other, are those of one, bit for bit: augmented, smoothed and mixed with
    /// partners that may be in another worker's share. The last batch has 2 images.
    @Test(arguments: [2, 3, 4], [false, true]) func theBatchesDoNotDependOnTheWorkers(size: Int, mixes: Bool) throws {
        var random = SplitMix64(seed: 5)
        let split = try ImageSplit(
            images: Tensor(Made.bytes(18 * 3 * 64, &random), shape: [18, 3, 8, 8]),
            labels: Tensor((0..<18).map { $0 % 5 }))
        func loader(_ share: BatchShare) throws -> ImageLoader {
            try ImageLoader(
                split, classCount: 5, batchSize: 8, seed: 3,
                augmentation: ImageAugmentation([HorizontalFlip(), PadAndCrop(padding: 2), RandomErasing()]),
                labelSmoothing: 0.1, mixup: mixes ? Mixup(alpha: 0.5) : nil, share: share)
        }
        let whole = try loader(.whole)
        let parts = try (0..<size).map { try loader(BatchShare(rank: $0, size: size)) }
        #expect(parts.allSatisfy { $0.batchCount == whole.batchCount })
        for index in 0..<whole.batchCount {
            let expected = try whole.batch(index, epoch: 2)
            #expect(expected.wholeCount == [8, 8, 2][index] && expected.count == expected.wholeCount)
            #expect(whole.imageCount(ofBatch: index) == expected.wholeCount)
            let shares = try parts.map { try $0.batch(index, epoch: 2) }
            #expect(shares.allSatisfy { $0.wholeCount == expected.wholeCount && $0.indices.count >= 1 })
            let own = shares.filter { !$0.isStandIn }
            #expect(own.count == min(size, expected.wholeCount))
            #expect(own.reduce(0) { $0 + $1.count } == expected.wholeCount)
            #expect(own.flatMap(\.indices) == expected.indices)
            #expect(try Tensor.concatenated(own.map(\.images)).equals(expected.images))
            #expect(try Tensor.concatenated(own.map(\.targets)).equals(expected.targets))
            #expect(try Tensor.concatenated(own.map(\.labels)).equals(expected.labels))
        }
    }
}
