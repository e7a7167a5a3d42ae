import Foundation
import ObjectDetection
import TestSupport
import Testing
import TorchTensors

@testable import SpikeDatasets

@Suite(.leavesNothing) struct DetectionLoaderTests {
    private struct Content: Hashable {
        let samples: [Int]
        let pixels: [Float]
        let boxes: [[LabelledBox]]
    }

    private static let samples = DrawnShapes(side: 48, trainCount: 11, testCount: 0).dataset().train

    private func contents(_ batches: DetectionBatches) throws -> [Content] {
        var contents: [Content] = []
        while let batch = try batches.next() {
            #expect(batch.images.shape == [batch.samples.count, 3, 32, 32] && batch.boxes.count == batch.samples.count)
            contents.append(
                Content(
                    samples: batch.samples, pixels: try batch.images.elements(as: Float.self), boxes: batch.boxes))
        }
        return contents
    }

    @Test func batchesDoNotDependOnThreadsCachesOrInterruptions() throws {
        func loader(cacheLimit: Int, seed: UInt64 = 5) throws -> DetectionLoader {
            try DetectionLoader(
                Self.samples, side: 32, batchSize: 4, seed: seed, augmentation: DetectionAugmentation(),
                cacheLimit: cacheLimit)
        }
        let first = try loader(cacheLimit: 0)
        #expect(first.batchCount == 3)
        let expected = try contents(first.batches(epoch: 2))
        #expect(expected.map(\.samples.count) == [4, 4, 3])
        #expect(expected.flatMap(\.samples).sorted() == Array(0..<11))
        #expect(expected.flatMap { $0.pixels }.allSatisfy { (0...1).contains($0) })
        // Room for some of the images, then for all.
        for limit in [20_000, 1 << 30] {
            let other = try loader(cacheLimit: limit)
            #expect(try contents(other.batches(epoch: 2, threadCount: 3, batchesAhead: 4)) == expected)
            #expect(try contents(other.batches(epoch: 2)) == expected)
            #expect(try contents(other.batches(epoch: 2, from: 1)) == Array(expected.dropFirst()))
        }
        #expect(try contents(first.batches(epoch: 3)) != expected)
        #expect(try contents(loader(cacheLimit: 0, seed: 6).batches(epoch: 2)) != expected)
    }

    @Test func withoutAugmentation() throws {
        let loader = try DetectionLoader(Self.samples, side: 32, batchSize: 4, order: .asStored)
        let batch = try loader.batch(1, epoch: 0)
        #expect(batch.samples == [4, 5, 6, 7] && batch.letterboxes.count == 4)
        let sample = Self.samples[5]
        let letterbox = Letterbox(width: sample.width, height: sample.height, side: 32)
        #expect(batch.letterboxes[1] == letterbox)
        #expect(batch.boxes[1].map(\.box) == sample.boxes.map { letterbox.square($0.box) })
        #expect(batch.boxes[1].map(\.label) == sample.boxes.map(\.label))
        let pixels = Array(try batch.images.elements(as: Float.self)[3072..<6144])
        let expected: [Float] = letterbox.square(try sample.image()).pixels.map { Float($0) / 255 }
        #expect(pixels == expected)
    }

    @Test func theCacheKeepsItsLimit() throws {
        let cache = ImageCache(limit: 250)
        var reads: [Int] = []
        for index in [0, 1, 2, 0, 1, 2, 2] {
            let image = try cache.image(index) { () in
                reads.append(index)
                return Image(channels: 1, height: 10, width: 10, filledWith: UInt8(index))
            }
            #expect(image.pixels[0] == UInt8(index))
        }
        #expect(reads == [0, 1, 2, 2, 2] && cache.size == 200)
    }

    @Test func imagesThatVanishAreNamed() throws {
        let files = try BoxFiles()
        try files.image("a.ppm")
        try files.voc("a.xml", [("cat", [2, 3, 12, 23], false)])
        let dataset = try files.read(.voc)
        let loader = try DetectionLoader(dataset.train + dataset.test, side: 32, batchSize: 1, cacheLimit: 0)
        try files.image("a.ppm", width: 20)
        let text = message { _ = try loader.batch(0, epoch: 0) }
        #expect(
            text?.contains("a.ppm: the image has 20×30 pixels now, and had 40×30 when the data set was read") == true)
        try FileManager.default.removeItem(atPath: files.folder.file("a.ppm"))
        let batches = loader.batches(epoch: 0)
        #expect(message { _ = try batches.next() }?.contains("a.ppm: cannot be read: there is no such file") == true)
    }

    @Test func settingsOutOfRange() throws {
        #expect(message { _ = try DetectionLoader(Self.samples, side: 0, batchSize: 1) }?.contains("side") == true)
        #expect(
            message { _ = try DetectionLoader(Self.samples, side: 8, batchSize: 0) }?.contains("batch size") == true)
        let least = try DetectionLoader(Self.samples, side: 1, batchSize: 1)
        #expect(try least.batchCount == Self.samples.count && least.batch(0, epoch: 0).images.shape == [1, 3, 1, 1])
    }
}
