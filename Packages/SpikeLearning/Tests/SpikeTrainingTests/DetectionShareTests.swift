import Foundation
import ObjectDetection
import SpikingModels
import TestSupport
import Testing
import TorchModules

@testable import SpikeDatasets
@testable import SpikeTraining
@testable import TorchTensors

/// Several workers that have a share of each batch against one that has all of it.
@Suite(.leavesNothing) struct DetectionShareTests {
    private let use: DetectorUse
    private let samples: [DetectionSample]

    init() throws {
        let configuration = DetectionTrainerTests.configuration { $0.batch = 5 }
        let network = try configuration.makeNetwork(classCount: DrawnShapes.classNames.count, seed: 1)
        use = DetectorUse(network, configuration, on: .cpu)
        samples = DetectionTrainerTests.shapes(train: 7, test: 0).train
    }

    private func loader(_ share: BatchShare, _ augmentation: DetectionAugmentation?) throws -> DetectionLoader {
        try DetectionLoader(
            samples, side: 64, batchSize: 5, seed: 3, order: .asStored, augmentation: augmentation, share: share)
    }

    /// The images and boxes of all workers, one after the other, are those of one, bit for bit: mosaics too, whose images
    /// may be in another worker's share. The last batch has 2 images.
    @Test(arguments: [2, 3, 4], [nil, DetectionAugmentation()])
    func theBatchesDoNotDependOnTheWorkers(size: Int, augmentation: DetectionAugmentation?) throws {
        let whole = try loader(.whole, augmentation)
        let parts = try (0..<size).map { try loader(BatchShare(rank: $0, size: size), augmentation) }
        for index in 0..<whole.batchCount {
            let expected = try whole.batch(index, epoch: 2)
            #expect(expected.count == expected.wholeCount && expected.wholeCount == [5, 2][index])
            let shares = try parts.map { try $0.batch(index, epoch: 2) }
            #expect(shares.allSatisfy { $0.wholeCount == expected.wholeCount && $0.samples.count >= 1 })
            #expect(shares.reduce(0) { $0 + $1.count } == expected.wholeCount)
            let own = shares.filter { !$0.isStandIn }
            #expect(own.flatMap(\.samples) == expected.samples && own.flatMap(\.boxes) == expected.boxes)
            #expect(own.flatMap(\.letterboxes) == expected.letterboxes)
            #expect(try Tensor.concatenated(own.map(\.images)).equals(expected.images))
        }
    }

    /// Losses, their parts and gradients add up to those of the whole batch, although each is a mean over matches, of
    /// which the workers have different numbers, or none.
    @Test func theLossesOfSharesAddUp() throws {
        let whole = try loader(.whole, nil).batch(0, epoch: 0)
        var boxes = whole.boxes
        boxes[1] = []
        boxes[4] = []
        let count = use.grid.count
        let values = spread(5 * count * 11, -1...1).map(Float.init)
        func loss(
            _ images: Range<Int>, isStandIn: Bool = false, sum: ([Double]) throws(TensorError) -> [Double] = { $0 }
        ) throws -> (value: DetectionLoss.Value, gradient: Tensor) {
            let raw = try Tensor(
                Array(values[images.lowerBound * count * 11..<images.upperBound * count * 11]),
                shape: [images.count, count, 11]
            ).requireGradient()
            let value = try DetectionLoss()(
                raw, Array(boxes[images]), grid: use.grid, side: 64, isStandIn: isStandIn, sum: sum)
            try value.total.backward()
            return (value, try #require(raw.gradient))
        }
        let expected = try loss(0..<5)
        #expect(expected.value.parts.allSatisfy { $0 > 0 })
        // The last worker has no image.
        let shares = [(0..<1, false), (1..<2, false), (2..<5, false), (0..<1, true)]
        var own: [[Double]] = []
        for (images, isStandIn) in shares {
            _ = try loss(images, isStandIn: isStandIn) { numbers in
                own.append(numbers)
                return numbers.map { max($0, 1) }
            }
        }
        #expect(own[1].dropFirst().allSatisfy { $0 == 0 } && own[3].allSatisfy { $0 == 0 })
        let totals = own[0].indices.map { place in own.reduce(0) { $0 + $1[place] } }
        #expect(totals[0] == 5)
        let parts = try shares.map { images, isStandIn in try loss(images, isStandIn: isStandIn) { _ in totals } }
        func sum(_ value: (DetectionLoss.Value) throws -> Double) rethrows -> Double {
            try parts.reduce(0) { $0 + (try value($1.value)) }
        }
        #expect(abs(try sum { try $0.total.item() } - expected.value.total.item()) < 1e-6)
        for place in 0..<3 { #expect(abs(sum { $0.parts[place] } - expected.value.parts[place]) < 1e-7) }
        let gradients = try Tensor.concatenated(parts.dropLast().map(\.gradient))
        #expect(try (gradients - expected.gradient).absolute().maximum().item() < 1e-8)
        #expect(try parts[3].gradient.absolute().maximum().item() == 0 && parts[3].value.total.item() == 0)
    }

    /// Runs `body` on a thread for each of several workers of this process.
    private func together<Result>(_ size: Int, _ body: @escaping @Sendable (Workers) throws -> Result) throws
        -> [Result]
    {
        let server = try RendezvousStore(host: "127.0.0.1", port: 0, serves: true)
        #if os(Linux)
            let loopback = "lo"
        #else
            let loopback = "lo0"
        #endif
        let results = try ThreadExchange.run(counts: [Bool](repeating: true, count: size)) { thread in
            let place = WorkerPlace(
                rank: thread.rank, size: size, host: "127.0.0.1", port: server.port, launcherServes: true,
                interface: loopback)
            let workers = try Workers(joining: place) { fault in Issue.record("\(fault.description)") }
            let result = try body(workers)
            try workers.leave()
            return result
        }
        return withExtendedLifetime(server) { results }
    }

    /// The same numbers of detections and the same precisions of each class as with one worker, in all workers. An
    /// untrained network has many detections.
    @Test(.timeLimit(.minutes(5)), arguments: [2, 4]) func sharedEvaluationsAreThoseOfOne(size: Int) throws {
        let names = DrawnShapes.classNames
        let expected = try use.evaluate(loader(.whole, nil), classNames: names, countsSpikes: true)
        #expect(expected.images == 7 && expected.classes.reduce(0) { $0 + $1.detections } > 100)
        let (configuration, samples) = (use.configuration, samples)
        let all = try together(size) { workers in
            let network = try configuration.makeNetwork(classCount: names.count, seed: 1)
            let loader = try DetectionLoader(
                samples, side: 64, batchSize: 5, order: .asStored, share: workers.share, cacheLimit: 0)
            return try DetectorUse(network, configuration, on: .cpu).evaluate(
                loader, classNames: names, countsSpikes: true, workers: workers)
        }
        #expect(all.allSatisfy { $0 == all[0] })
        let found = all[0]
        #expect(abs(found.loss - expected.loss) < 1e-6 && found.images == 7)
        #expect(found.mAP50 == expected.mAP50 && found.mAP5095 == expected.mAP5095 && found.coco == expected.coco)
        #expect(found.classes == expected.classes && found.confusion == expected.confusion)
        #expect(found.spikeRates == expected.spikeRates)
    }

    @Test func numbersOfAllWorkers() throws {
        let own: [[Double]] = [[1, 2], [], [3]]
        #expect(try together(3) { try $0.gathered(own[$0.rank]) } == [own, own, own])
        #expect(try together(2) { $0.localSize } == [2, 2])
        #expect(try Workers.alone.gathered([4]) == [[4]] && Workers.alone.localSize == 1)
        let found = [
            [
                GatheredDetections(sample: 2, detections: []),
                GatheredDetections(sample: 3, detections: [Self.detection(3), Self.detection(1)]),
            ],
            [GatheredDetections(sample: 0, detections: [Self.detection(0.1)])],
        ]
        for gathered in try together(2, { try GatheredDetections.gathered(found[$0.rank], $0) }) {
            #expect(gathered.map(\.sample) == [0, 2, 3])
            #expect(gathered.map(\.detections) == [found[1][0].detections, [], found[0][1].detections])
        }
    }

    private static func detection(_ value: Double) -> Detection {
        Detection(
            box: Box(left: value, top: value / 3, right: value * 7, bottom: value + 0.1), label: 5, score: value / 9)
    }
}
