import SpikeDatasets
import TestSupport
import Testing
import TorchTensors

@Suite(.leavesNothing) struct ImageDatasetTests {
    @Test func limitsAreEvenAndInOrder() {
        let labels = [0, 0, 0, 0, 1, 2, 1, 2, 2]
        #expect(ImageLimit.all.indices(labels) == Array(0..<9))
        #expect(ImageLimit.first(3).indices(labels) == [0, 1, 2])
        #expect(ImageLimit.first(99).indices(labels) == Array(0..<9))
        #expect(ImageLimit.evenly(3).indices(labels) == [0, 4, 5])
        #expect(ImageLimit.evenly(4).indices(labels) == [0, 1, 4, 5])
        // Class 1 has but two, so class 0 and 2 fill up.
        #expect(ImageLimit.evenly(8).indices(labels) == [0, 1, 2, 4, 5, 6, 7, 8])
        #expect(ImageLimit.evenly(0).indices(labels).isEmpty)
    }

    @Test func limitedDatasetKeepsItsNormalization() throws {
        var random = SplitMix64(seed: 5)
        func split(_ count: Int) throws -> ImageSplit {
            try ImageSplit(
                images: Tensor(Made.bytes(count * 12, &random), shape: [count, 3, 2, 2]),
                labels: Tensor((0..<count).map { $0 / 4 }))
        }
        let dataset = try ImageDataset(name: "made", classNames: ["a", "b"], train: split(8), test: split(6))
        let limited = try dataset.limited(train: .evenly(4), test: .first(5))
        #expect(limited.train.classIndices == [0, 0, 1, 1] && limited.test.classIndices == [0, 0, 0, 0, 1])
        #expect(
            try limited.train.images[2].elements(as: UInt8.self) == dataset.train.images[4].elements(as: UInt8.self)
        )
        #expect(limited.normalization == dataset.normalization)
    }

    @Test func normalizationIsMeanAndDeviation() throws {
        let images = try Tensor([0, 255, 10, 10, 255, 0, 10, 10] as [UInt8], shape: [2, 2, 1, 2])
        let normalization = try ImageNormalization(of: images)
        #expect(normalization.means == [0.5, Float(10.0 / 255)])
        #expect(normalization.deviations == [0.5, 1])
    }

    @Test func refusesWhatDoesNotFit() throws {
        let images = try Tensor.zeros([2, 1, 2, 2], dtype: .uint8)
        let labels = try Tensor([0, 1])
        #expect(message { _ = try ImageSplit(images: images.to(.float32), labels: labels) } != nil)
        #expect(message { _ = try ImageSplit(images: images, labels: Tensor([0])) } != nil)
        #expect(message { _ = try ImageSplit(images: images, labels: Tensor([0, 1] as [Int32])) } != nil)
        #expect(
            message { _ = try ImageSplit(images: images.reshaped(2, 4), labels: labels) }
                == "images: uint8 [N, C, H, W] and int64 labels [N] are needed, got uint8 [2, 4] and int64 [2]")
        let split = try ImageSplit(images: images, labels: labels)
        let flaw = message { _ = try ImageDataset(name: "made", classNames: ["a"], train: split, test: split) }
        #expect(flaw == "made: label 1 is none of the 1 class")
    }

    /// However they were packed, images and labels are the same, or not.
    @Test func digestsTellDataApart() throws {
        func dataset(_ change: (inout [UInt8], inout [Int]) -> Void = { _, _ in }) throws -> ImageDataset {
            var (pixels, labels) = ([UInt8](0..<72), [0, 1, 1])
            change(&pixels, &labels)
            let train = try ImageSplit(images: Tensor(pixels, shape: [3, 1, 4, 6]), labels: Tensor(labels))
            return try ImageDataset(name: "made", classNames: ["a", "b"], train: train, test: train)
        }
        let digest = try dataset().digest()
        #expect(digest.count == 64)
        #expect(try dataset().digest() == digest)
        #expect(try dataset { pixels, _ in pixels[71] = 0 }.digest() != digest)
        #expect(try dataset { _, labels in labels[0] = 1 }.digest() != digest)
    }

    @Test func placesTakeTheirFilesAlong() throws {
        let files = ["a", "b", "c"].map { DatasetFile(name: $0, size: 1, sha256: $0) }
        let split = try ImageSplit(
            images: Tensor([UInt8](0..<3), shape: [3, 1, 1, 1]), labels: Tensor([0, 0, 1]), files: files)
        let taken = try split.taking([0, 2])
        #expect(taken.files == [files[0], files[2]] && taken.classIndices == [0, 1])
        #expect(try split.limited(.first(1)).files == [files[0]])
        let flaw = message {
            _ = try ImageSplit(images: split.images, labels: split.labels, files: Array(files.dropLast()))
        }
        #expect(flaw == "images: 2 files for 3 images")
    }
}
