import Foundation
import ObjectDetection
import SpikeDatasets
import SpikingModels
import TestSupport
import Testing
import TorchModules
import TorchTensors

@testable import SpikeTraining

/// Numbers that training reports and writes, and the order in which images are mixed.
@Suite(.leavesNothing) struct TrainingArithmeticTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func task(
        _ dataset: ImageDataset, _ change: (inout TrainingConfiguration) -> Void = { _ in }
    ) throws -> ClassificationTask {
        let configuration = TrainerTests.configuration(change)
        let record = RunDescription(
            configuration: configuration, seed: 1, datasetName: "halves", classNames: dataset.classNames,
            imageShape: [1, 8, 8], trainCount: dataset.train.count)
        let network = try configuration.makeNetwork(imageShape: [1, 8, 8], classCount: 2, seed: 1)
        return try ClassificationTask(network, dataset.train, record, on: .cpu)
    }

    /// Images are mixed in the first epochs: in those before the share of all epochs.
    @Test(
        arguments: [(0.5, [0, 1]), (0.51, [0, 1, 2]), (0.25, [0]), (0.0, []), (1, [0, 1, 2, 3])] as [(Double, [Int])])
    func imagesAreMixedAtFirst(share: Double, epochs: [Int]) throws {
        let task = try task(TrainerTests.halves()) { ($0.mixup, $0.mixupShare, $0.epochs) = (5, share, 4) }
        let mixed = try (0..<4).filter { epoch in
            let batch = try #require(try task.batches(epoch: epoch, from: 0)())
            return try (batch.targets > 0).to(.int64).sum().item() > 16
        }
        #expect(mixed == epochs)
    }

    @Test func imagesOfAnEpoch() throws {
        let halves = try TrainerTests.halves(train: 20)
        let whole = try task(halves) { $0.batch = 8 }
        #expect(whole.batchCount == 3 && whole.imagesPerEpoch == 20)
        let dropped = try task(halves) { ($0.batch, $0.dropLast) = (8, true) }
        #expect(dropped.batchCount == 2 && dropped.imagesPerEpoch == 16)
        let one = try task(halves) { ($0.batch, $0.dropLast) = (20, true) }
        #expect(one.batchCount == 1 && one.imagesPerEpoch == 20)
    }

    @Test func updatesJustEnough() throws {
        for (epochs, isFew) in [(49, true), (50, false), (51, false)] {
            let record = RunDescription(
                configuration: TrainerTests.configuration { ($0.batch, $0.epochs) = (64, epochs) }, seed: 1,
                datasetName: "d", classNames: ["a"], imageShape: [1, 8, 8], trainCount: 64)
            #expect(record.updateCount == epochs && (record.updateRemark != nil) == isFew)
        }
        let endless = RunDescription(
            configuration: TrainerTests.configuration { ($0.batch, $0.epochs) = (1, .max) }, seed: 1, datasetName: "d",
            classNames: ["a"], imageShape: [1, 8, 8], trainCount: 64)
        #expect(endless.updateCount == .max && endless.updateRemark == nil)
        let equal = TrainerTests.configuration { ($0.batch, $0.dropLast) = (16, true) }
        #expect(equal.lastBatch(trainCount: 16) == .keptOrJoined && equal.lastBatch(trainCount: 17) == .dropped)
    }

    /// What is left is that of all epochs, at the rate that was measured so far.
    @Test func reportsOfBatches() throws {
        let configuration = TrainerTests.configuration { ($0.epochs, $0.warmUpEpochs) = (2, 1) }
        let trainer = try Trainer(configuration, on: TrainerTests.halves(), seed: 1, folder: folder.file("run"))
        var reports: [BatchReport] = []
        _ = try trainer.run { if case .batch(let report) = $0 { reports.append(report) } }
        #expect(reports.map(\.epoch) == [1, 1, 1, 1, 2, 2, 2, 2])
        #expect(reports.map(\.batch) == [1, 2, 3, 4, 1, 2, 3, 4] && reports.allSatisfy { $0.batchCount == 4 })
        for (index, report) in reports.enumerated() {
            #expect(report.imagesPerSecond > 0)
            #expect(abs(report.secondsLeft * report.imagesPerSecond - Double(16 * (7 - index))) < 1e-6)
        }
        #expect(abs(reports[3].loss - trainer.epochs[0].trainLoss) < 1e-12)
        #expect(abs(reports[7].loss - trainer.epochs[1].trainLoss) < 1e-12)
        // The rate rises over the first epoch, and falls along a cosine over the second.
        let expected = [1e-3 * 3 / 4, 1e-5 + (1e-3 - 1e-5) / 2 * (1 + cos(Double.pi * 3 / 4))]
        for (epoch, rate) in zip(trainer.epochs, expected) { #expect(abs(epoch.learningRate - rate) < 1e-12) }
        #expect(trainer.epochs[1].seconds > trainer.epochs[0].seconds && trainer.epochs[0].seconds > 0)
    }

    /// The loss and the accuracy of a first epoch without learning are those of the network at its start.
    @Test func figuresOfTheFirstEpoch() throws {
        let halves = try TrainerTests.halves(train: 20)
        let task = try task(halves) { ($0.batch, $0.learningRate, $0.weightDecay) = (8, 0, 0) }
        task.network.evaluate()
        var progress = Checkpoint.Progress()
        let batches = try task.batches(epoch: 0, from: 0)
        var (step, sum, correct) = (0, 0.0, 0)
        while let batch = try batches() {
            let logits = try withoutGradient { try task.network(batch.images) }
            sum += try logits.crossEntropy(batch.labels).item() * Double(batch.indices.count)
            correct += Int(try (logits.argmax(1) .== batch.labels).sum().item())
            try task.train(batch, step: step, &progress)
            step += 1
        }
        #expect(step == 3 && progress.images == 20 && progress.correct == correct)
        #expect(abs(progress.lossSum - sum) < 1e-4)
        progress.seconds = 7
        let metrics = task.metrics(epoch: 1, progress, nil)
        #expect(metrics.trainLoss == progress.lossSum / 20 && metrics.trainAccuracy == Double(correct) / 20)
        #expect(metrics.testLoss == 0 && metrics.testAccuracy == 0 && metrics.seconds == 7 && metrics.epoch == 1)
    }

    @Test func testImagesComeByTheHundred() throws {
        let configuration = TrainerTests.configuration { ($0.epochs, $0.batch) = (1, 4) }
        _ = try Trainer(configuration, on: TrainerTests.halves(train: 8), seed: 1, folder: folder.file("run")).run()
        let run = try TrainedRun(folder: folder.file("run"))
        for (count, batches) in [(99, 1), (100, 1), (101, 2), (201, 3)] {
            let images = try run.testImages(of: TrainerTests.halves(train: 8, test: count), allowsChangedData: true)
            #expect(images.batchCount == batches, "\(count)")
        }
        let large = TrainerTests.configuration { ($0.epochs, $0.batch) = (1, 150) }
        _ = try Trainer(large, on: TrainerTests.halves(train: 8), seed: 1, folder: folder.file("large")).run()
        let images = try TrainedRun(folder: folder.file("large"))
            .testImages(of: TrainerTests.halves(train: 8, test: 150), allowsChangedData: true)
        #expect(images.batchCount == 1)
        #expect(try run.parameterCount() == run.network().parameterCount)
    }

    @Test func testImagesOfDetectorsComeByTheirBatch() throws {
        let samples = DetectionTrainerTests.shapes(test: 33).test
        for (batch, count) in [(64, 2), (32, 2), (33, 2), (31, 2), (11, 3), (1, 33)] {
            let configuration = DetectionTrainerTests.configuration { $0.batch = batch }
            #expect(try configuration.testLoader(samples).batchCount == count, "\(batch)")
        }
    }

    // MARK: Detection

    @Test func thresholdsOfDetections() {
        let (evaluation, display) = (DetectionThresholds.evaluation, DetectionThresholds.display)
        #expect(evaluation.confidence == 0.001 && evaluation.overlap == 0.6 && evaluation.limit == 300)
        #expect(display.confidence == 0.25 && display.overlap == 0.45 && display.limit == 300)
        #expect(DetectionGrid.candidateLimit == 10_000)
    }

    /// Confidence on the threshold is enough: an objectness of 1/2, and a score of 1/4.
    @Test func confidenceOnTheThreshold() throws {
        let grid = DetectionGrid(height: 8, width: 8, anchors: [(8, [Anchor(width: 4, height: 2)])])
        func labels(_ confidence: Double, _ values: [Float] = [0, 0, 0, 0, 0, 0, -1]) throws -> [Int] {
            try grid.detections(
                Tensor(values, shape: [1, 1, values.count]), DetectionThresholds(confidence: confidence, overlap: 0.5))[
                    0
                ]
                .map(\.label)
        }
        #expect(try labels(0.25) == [0] && labels(0.2501).isEmpty && labels(0.1) == [0, 1])
        #expect(try labels(0.5, [0, 0, 0, 0, 0, 90]) == [0])
        let boxes = try grid.detections(
            Tensor([0, 0, 0, 0, 5, 5, 0, 0, 0, 0, 5, 5] as [Float], shape: [2, 1, 6]),
            DetectionThresholds(confidence: 0.5, overlap: 0.5))
        #expect(boxes.map(\.count) == [1, 1])
        #expect(boxes[1][0].box == Box(centreX: 4, centreY: 4, width: 4, height: 2))
    }

    @Test func sizesOfPredictionsAreBounded() throws {
        let boxes = try PredictedBoxes(
            raw: Tensor([0, 0, -90, 90] as [Double], shape: [1, 4]), cells: Tensor([0.0, 0], shape: [1, 2]), stride: 8,
            anchors: Tensor([10.0, 20], shape: [1, 2]))
        #expect(try boxes.sizes.elements(as: Double.self) == [1e-8, 80])
        #expect(try boxes.centers.elements(as: Double.self) == [4, 4])
    }

    /// The rate is that of the epoch's last batch. Warm-up begins at a part of the rate.
    @Test func ratesOfDetectors() throws {
        let configuration = DetectionTrainerTests.configuration {
            ($0.model, $0.epochs, $0.batch, $0.updateBatch, $0.warmUpEpochs) = ("yolov5n", 3, 2, 4, 1)
            ($0.averaging, $0.averagingWarmUp, $0.testEvery) = (0.5, 3, 3)
        }
        let trainer = try DetectionTrainer(
            configuration, on: DetectionTrainerTests.shapes(train: 6, test: 2), seed: 1, folder: folder.file("run"))
        let start = try trainer.network.state().mapValues { try $0.cloned() }
        var weights: [[String: Tensor]] = []
        _ = try trainer.run { event in
            guard case .batch = event else { return }
            weights.append(try trainer.network.state().mapValues { try $0.cloned() })
        }
        func linear(_ step: Int) -> Double { 0.01 + (1e-4 - 0.01) * Double(step) / 9 }
        let rates = [linear(2) * 3 / 4, linear(5), linear(8)]
        for (epoch, rate) in zip(trainer.epochs, rates) { #expect(abs(epoch.learningRate - rate) < 1e-12) }
        // Weights change after every second batch, and after the last.
        let name = "head.0.weight"
        let changes = weights.indices.filter { index in
            let before = index == 0 ? start[name]! : weights[index - 1][name]!
            return (try? !weights[index][name]!.equals(before)) ?? true
        }
        #expect(changes == [1, 3, 5, 7, 8])
        // The run keeps the moving average.
        var average = try start[name]!.elements(as: Float.self).map(Double.init)
        for (update, index) in changes.enumerated() {
            let decay = 0.5 * (1 - exp(-Double(update + 1) / 3))
            let current = try weights[index][name]!.elements(as: Float.self)
            for i in average.indices { average[i] = decay * average[i] + (1 - decay) * Double(current[i]) }
        }
        let kept = try DetectionRun(folder: folder.file("run")).network().state()[name]!.elements(as: Float.self)
        // Five roundings of float32.
        for (found, expected) in zip(kept, average) {
            #expect(abs(Double(found) - expected) < 1e-6 * (1 + abs(expected)))
        }
    }

    // MARK: Files of events

    @Test func speedsAreThoseOfEachEpoch() {
        let epochs = [(1, 4.0), (2, 4.0), (3, 6.0)].map { number, seconds in
            EpochMetrics(
                epoch: number, trainLoss: 1, trainAccuracy: 0.5, testLoss: 2, testAccuracy: 0.25, learningRate: 0.1,
                seconds: seconds)
        }
        let events = EventFile.events(epochs, imagesPerEpoch: 50, start: 100)
        #expect(events.map(\.time) == [100, 104, 104, 106] && events[0].content == .fileVersion)
        let speeds = events.dropFirst().map { event -> [Float] in
            guard case .scalars(_, let scalars) = event.content else { return [] }
            return scalars.filter { $0.tag == "images-per-second" }.map(\.value)
        }
        #expect(speeds == [[12.5], [0], [25]])
        guard case .scalars(let step, let scalars) = events[3].content else {
            Issue.record("an epoch has numbers")
            return
        }
        #expect(step == 3 && scalars.count == 6 && scalars[0] == EventMessage.Scalar(tag: "train/loss", value: 1))
    }

    @Test func numbersOfOneAndTwoBytes() {
        func bytes(_ step: Int) -> [UInt8] {
            Array(EventMessage(time: 0, content: .scalars(step: step, [])).bytes.dropFirst(9))
        }
        #expect(bytes(0) == [16, 0, 42, 0] && bytes(127) == [16, 127, 42, 0])
        #expect(bytes(128) == [16, 0x80, 1, 42, 0] && bytes(129) == [16, 0x81, 1, 42, 0])
        #expect(bytes(16_384) == [16, 0x80, 0x80, 1, 42, 0])
    }

    @Test func timesOfMessages() {
        let message = EventMessage(time: 1.5, content: .fileVersion).bytes
        #expect(EventMessage.time(of: Array(message.prefix(9))) == 1.5)
        #expect(
            EventMessage.time(of: Array(message.prefix(8))) == nil
                && EventMessage.time(of: [17] + message.dropFirst()) == nil)
        #expect(EventMessage.time(of: EventMessage(time: .infinity, content: .fileVersion).bytes) == nil)
        // The whole length, the check of the length and that of the record stand around an empty record.
        let empty = RecordFraming.framed([])
        #expect(empty.count == 16 && RecordFraming.firstRecord(of: empty) == [])
        #expect(RecordFraming.firstRecord(of: Array(repeating: 0xFF, count: 40)) == nil)
    }

    // MARK: Lists

    @Test func listsOfRunsAreCut() throws {
        for name in ["r1", "r2", "r3", "r10"] { try folder.file("four/\(name)/evaluation.json", []) }
        for name in ["r1", "r2", "r3", "r4", "r5"] { try folder.file("five/\(name)/configuration.yaml", []) }
        #expect(
            message { try TrainedRun.requireLayout(isSingle: true, in: folder.file("four")) }?
                .contains("holds several runs (r1, r2, r3, r10); name one") == true)
        #expect(
            message { try TrainedRun.requireLayout(isSingle: true, in: folder.file("five")) }?
                .contains("holds several runs (r1, r2, r3, r4, …); name one") == true)
        #expect(
            message { _ = try TrainedRun.onlyFolder(at: folder.file("five")) }?.hasSuffix(
                "(r1, r2, r3, r4, …); name one")
                == true)
    }

    @Test func listsOfClassesAreCut() throws {
        let configuration = TrainerTests.configuration { $0.epochs = 1 }
        let halves = try TrainerTests.halves(train: 8, test: 4)
        func named(_ count: Int) throws -> ImageDataset {
            try ImageDataset(
                name: "d", classNames: (0..<count).map { "n\($0)" }, train: halves.train, test: halves.test)
        }
        _ = try Trainer(configuration, on: named(8), seed: 1, folder: folder.file("run")).run()
        let text = message { _ = try TrainedRun(folder: folder.file("run")).testImages(of: named(9)) }
        #expect(text?.contains("with 8 classes (n0, n1, n2, n3, n4, n5, n6, n7) and images") == true)
        #expect(text?.contains("d has 9 classes (n0, n1, n2, n3, n4, n5, n6, n7, …) and shape") == true)
        // Five classes without images are named, and the others are counted.
        #expect(
            ImageDataset.remark(classes: ["a", "b", "c", "d", "e"], "see")
                == "there are no images of a, b, c, d, e to see")
        #expect(
            ImageDataset.remark(classes: ["a", "b", "c", "d", "e", "f"], "see")
                == "there are no images of a, b, c, d, e and 1 more classes to see")
    }

    @Test func differencesOfRuns() {
        func record(_ names: [String], seed: UInt64 = 1, count: Int = 5, shape: [Int] = [1, 8, 8]) -> RunDescription {
            RunDescription(
                configuration: TrainingConfiguration(), seed: seed, datasetName: "d", classNames: names,
                imageShape: shape,
                trainCount: count)
        }
        let one = record(["a", "b", "c"])
        #expect(one.differences(to: one).isEmpty)
        #expect(one.differences(to: record(["a", "x", "y"])) == ["class 1 (b, now x)"])
        #expect(one.differences(to: record(["a"])) == ["number of classes (3, now 1)"])
        #expect(
            one.differences(to: record(["a", "b", "c"], seed: 2, count: 6, shape: [3, 8, 8])) == [
                "seed (1, now 2)", "shape of the images ([1, 8, 8], now [3, 8, 8])",
                "number of images to train on (5, now 6)",
            ])
    }
}
