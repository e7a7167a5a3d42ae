import SpikeDatasets
import TestSupport
import Testing
import TorchTensors

@Suite(.leavesNothing) struct PictureDatasetTests {
    @Test func limitsAreEvenAndInOrder() {
        let labels = [0, 0, 0, 0, 1, 2, 1, 2, 2]
        #expect(PictureLimit.all.indices(labels) == Array(0..<9))
        #expect(PictureLimit.first(3).indices(labels) == [0, 1, 2])
        #expect(PictureLimit.first(99).indices(labels) == Array(0..<9))
        #expect(PictureLimit.evenly(3).indices(labels) == [0, 4, 5])
        #expect(PictureLimit.evenly(4).indices(labels) == [0, 1, 4, 5])
        // Class 1 has but two, so class 0 and 2 fill up.
        #expect(PictureLimit.evenly(8).indices(labels) == [0, 1, 2, 4, 5, 6, 7, 8])
        #expect(PictureLimit.evenly(0).indices(labels).isEmpty)
    }

    @Test func limitedDatasetKeepsItsNormalization() throws {
        var random = SplitMix64(seed: 5)
        func split(_ count: Int) throws -> PictureSplit {
            try PictureSplit(
                pictures: Tensor(Made.bytes(count * 12, &random), shape: [count, 3, 2, 2]),
                labels: Tensor((0..<count).map { $0 / 4 }))
        }
        let dataset = try PictureDataset(name: "made", classNames: ["a", "b"], train: split(8), test: split(6))
        let limited = try dataset.limited(train: .evenly(4), test: .first(5))
        #expect(limited.train.classIndices == [0, 0, 1, 1] && limited.test.classIndices == [0, 0, 0, 0, 1])
        #expect(
            try limited.train.pictures[2].elements(as: UInt8.self) == dataset.train.pictures[4].elements(as: UInt8.self)
        )
        #expect(limited.normalization == dataset.normalization)
    }

    @Test func normalizationIsMeanAndDeviation() throws {
        let pictures = try Tensor([0, 255, 10, 10, 255, 0, 10, 10] as [UInt8], shape: [2, 2, 1, 2])
        let normalization = try PictureNormalization(of: pictures)
        #expect(normalization.means == [0.5, Float(10.0 / 255)])
        #expect(normalization.deviations == [0.5, 1])
    }

    @Test func refusesWhatDoesNotFit() throws {
        let pictures = try Tensor.zeros([2, 1, 2, 2], dtype: .uint8)
        let labels = try Tensor([0, 1])
        #expect(message { _ = try PictureSplit(pictures: pictures.to(.float32), labels: labels) } != nil)
        #expect(message { _ = try PictureSplit(pictures: pictures, labels: Tensor([0])) } != nil)
        let split = try PictureSplit(pictures: pictures, labels: labels)
        let flaw = message { _ = try PictureDataset(name: "made", classNames: ["a"], train: split, test: split) }
        #expect(flaw == "made: label 1 is none of the 1 classes")
    }
}
