import Foundation
import ObjectDetection
import SpikingModels
import TestSupport
import Testing
import TorchModules
import TorchTensors

@testable import SpikeDatasets
@testable import SpikeTraining

@Suite(.leavesNothing) struct DetectionTrainerTests {
    static func configuration(_ change: (inout DetectionConfiguration) -> Void = { _ in }) -> DetectionConfiguration {
        var configuration = DetectionConfiguration()
        configuration.side = 64
        configuration.epochs = 3
        configuration.batch = 2
        configuration.updateBatch = 4
        configuration.warmUpEpochs = 1
        configuration.steps = 2
        change(&configuration)
        return configuration
    }

    static func shapes(train: Int = 5, test: Int = 3) -> DetectionDataset {
        DrawnShapes(side: 64, trainCount: train, testCount: test).dataset()
    }

    private func onOneThread<Result>(_ body: () throws -> Result) throws -> Result {
        let before = Torch.threadCount
        try Torch.setThreadCount(1)
        defer { try? Torch.setThreadCount(before) }
        return try body()
    }

    private struct Interruption: Error {}

    static let everyChoice: [DetectionConfiguration] =
        TrainingConfiguration.Encoding.allCases.map { encoding in configuration { $0.encoding = encoding } }
        + [
            configuration { $0.model = "yolov5n" },
            configuration { $0.learn = [.neuron] },
            configuration {
                $0.encoding = .phase
                $0.convolution = false
            },
            configuration {
                $0.encoding = .ttfs
                $0.encoderChannels = 3
                $0.precision = .bf16
            },
            configuration {
                $0.momentum = 0
                $0.clip = 0
                $0.averaging = 0
                $0.testEvery = 2
            },
        ]

    @Test(arguments: everyChoice) func runs(configuration: DetectionConfiguration) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("run")
        let trainer = try DetectionTrainer(configuration, on: Self.shapes(), seed: 3, folder: path)
        let figures = try trainer.run()
        #expect(figures.images == 3 && figures.classes.map(\.name) == DrawnShapes.classNames)
        #expect((figures.spikeRates == nil) == (configuration.model == "yolov5n"))
        #expect(trainer.epochs.count == 3 && trainer.epochs.allSatisfy { $0.trainLoss.isFinite && $0.trainLoss > 0 })
        for epoch in trainer.epochs {
            let isTested = epoch.epoch % configuration.testEvery == 0 || epoch.epoch == 3
            #expect((epoch.testLoss != nil) == isTested)
            let parts = epoch.boxLoss + epoch.objectnessLoss + epoch.classLoss
            #expect(abs(epoch.trainLoss - parts) < 1e-6 && epoch.boxLoss > 0 && epoch.classLoss > 0)
        }
        let yaml = try String(contentsOfFile: "\(path)/configuration.yaml", encoding: .utf8)
        #expect(try DetectionConfiguration(yaml: yaml, path: "configuration") == configuration)

        let run = try DetectionRun(folder: path)
        #expect(run.record.configuration == configuration && run.record.seed == 3 && run.epochs == trainer.epochs)
        #expect(run.figures == figures && NetworkTask(ofRunIn: path) == .detection)
        // The saved weights give the same figures again, exactly.
        let again = try run.evaluate(on: run.testImages(of: Self.shapes()))
        #expect(again == figures)
    }

    /// Interrupted after any batch, also twice and within an update of several batches, and taken up again: the same
    /// bits as without. With 5 images, an epoch has batches of 2, 2 and 1, and updates have two batches.
    @Test(arguments: [1, 2, 3, 4]) func goesOnWhereItStood(interruption: Int) throws {
        let configuration = Self.configuration { $0.encoding = .phase }
        func weights(_ path: String) throws -> [String: Tensor] {
            try Safetensors.read("\(path)/weights.safetensors").tensors
        }
        try onOneThread {
            let folder = try TemporaryFolder()
            let (whole, parts) = (folder.file("whole"), folder.file("parts"))
            let expected = try DetectionTrainer(configuration, on: Self.shapes(), seed: 5, folder: whole).run()
            for _ in 0..<2 {
                var batches = 0
                #expect(throws: Interruption.self) {
                    try DetectionTrainer(
                        configuration, on: Self.shapes(), seed: 5, folder: parts, checkpointInterval: 0
                    ).run { event in
                        guard case .batch = event else { return }
                        batches += 1
                        if batches == interruption { throw Interruption() }
                    }
                }
            }
            let resumed = try DetectionTrainer(configuration, on: Self.shapes(), seed: 5, folder: parts)
            #expect(try resumed.run() == expected)
            let (a, b) = (try weights(whole), try weights(parts))
            #expect(a.keys.sorted() == b.keys.sorted())
            for (name, tensor) in a { #expect(try tensor.equals(b[name]!), "\(name)") }
        }
    }

    /// Asked to stop during the test, it writes a checkpoint with its own weights and not with their averages.
    @Test func stopsDuringATest() throws {
        let folder = try TemporaryFolder()
        let (whole, parts) = (folder.file("whole"), folder.file("parts"))
        let configuration = Self.configuration { $0.averaging = 0.9 }
        try onOneThread {
            let expected = try DetectionTrainer(configuration, on: Self.shapes(), seed: 1, folder: whole).run()
            do {
                let trainer = try DetectionTrainer(configuration, on: Self.shapes(), seed: 1, folder: parts)
                var asked = 0
                // Three training batches, then the first of the test.
                trainer.isAskedToStop = {
                    asked += 1
                    return asked == 4
                }
                let stopped = #expect(throws: TrainingStopped.self) { try trainer.run() }
                #expect(stopped?.epoch == 1 && stopped?.batch == 3)
            }
            #expect(try DetectionTrainer(configuration, on: Self.shapes(), seed: 1, folder: parts).run() == expected)
        }
    }

    @Test func aFinishedRunStaysAsItIs() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("run")
        let configuration = Self.configuration { $0.epochs = 2 }
        let first = try DetectionTrainer(configuration, on: Self.shapes(), seed: 1, folder: path).run()
        var events = 0
        let again = try DetectionTrainer(configuration, on: Self.shapes(), seed: 1, folder: path).run { _ in events += 1
        }
        #expect(first == again && events == 0)
        // Without its checkpoint, too.
        try FileManager.default.removeItem(atPath: "\(path)/checkpoint.safetensors")
        #expect(try DetectionTrainer(configuration, on: Self.shapes(), seed: 1, folder: path).run() == first)
    }

    @Test func otherRunsAndOtherDataAreRefused() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("run")
        _ = try DetectionTrainer(Self.configuration { $0.epochs = 2 }, on: Self.shapes(), seed: 1, folder: path).run()
        func message(_ body: () throws -> Void) -> String {
            #expect(throws: TrainingError.self, performing: body)?.description ?? ""
        }
        #expect(
            message {
                _ = try DetectionTrainer(
                    Self.configuration { ($0.epochs, $0.batch) = (2, 3) }, on: Self.shapes(), seed: 1, folder: path)
            }.contains("belongs to a run with other settings: batch (2, now 3)"))
        #expect(
            message {
                _ = try DetectionTrainer(
                    Self.configuration { $0.epochs = 2 }, on: Self.shapes(train: 4), seed: 1, folder: path)
            }.contains("the images of shapes are not those that the run began with"))
        // A classifier's run and a detector's are told apart.
        #expect(message { _ = try TrainedRun(folder: path) }.contains("is a run of a detector"))
        let other = folder.file("other")
        _ = try Trainer(
            TrainerTests.configuration { $0.epochs = 1 }, on: TrainerTests.halves(), seed: 1, folder: other
        ).run()
        #expect(message { _ = try DetectionRun(folder: other) }.contains("which run of a detector"))
        #expect(NetworkTask(ofRunIn: other) == .classification)
        #expect(
            message {
                _ = try DetectionTrainer(
                    Self.configuration { ($0.epochs, $0.warmUpEpochs) = (1, 0) }, on: Self.shapes(), seed: 1,
                    folder: other)
            }.contains("this is no checkpoint of a run"))
    }

    @Test func aLossThatIsNoNumberStopsTheRun() throws {
        let folder = try TemporaryFolder()
        let configuration = Self.configuration {
            $0.model = "yolov5n"
            $0.learningRate = 1e30
            $0.epochs = 20
        }
        let error = #expect(throws: TrainingError.self) {
            try DetectionTrainer(configuration, on: Self.shapes(), seed: 1, folder: folder.file("run")).run()
        }
        #expect(error?.description.contains("lower the learning rate") == true)
    }

    /// Gradients of two batches of two are those of one update; weight decay is scaled by its images.
    @Test func updatesHaveSeveralBatches() {
        func counts(_ batch: Int, _ update: Int) -> (Int, Double) {
            let configuration = Self.configuration {
                $0.batch = batch
                $0.updateBatch = update
            }
            return (configuration.batchesPerUpdate, configuration.scaledWeightDecay)
        }
        #expect(counts(24, 64) == (3, 5e-4 * 72 / 64))
        #expect(counts(64, 64) == (1, 5e-4) && counts(128, 64) == (1, 1e-3) && counts(8, 8) == (1, 5e-4 / 8))
    }

    /// In 180 updates, a few drawn images with small objects are learned in part: an untrained network has an mAP50 of 0.
    @Test(.timeLimit(.minutes(5)), arguments: [("yolov5n", 0.3), ("spiking-yolov5n", 0.05)])
    func learnsAFewImages(model: String, atLeast: Double) throws {
        let folder = try TemporaryFolder()
        let drawn = DrawnShapes(side: 64, trainCount: 4, testCount: 0, seed: 4).dataset()
        let dataset = DetectionDataset(
            name: "shapes", classNames: drawn.classNames,
            train: Array(repeating: drawn.train, count: 30).flatMap { $0 },
            test: drawn.train, leftOut: [])
        let configuration = Self.configuration {
            $0.model = model
            $0.encoding = model == "yolov5n" ? .direct : .phase
            ($0.epochs, $0.batch, $0.updateBatch, $0.testEvery, $0.warmUpEpochs) = (6, 4, 4, 6, 0.5)
            ($0.mosaic, $0.translation, $0.scale, $0.hue, $0.saturation, $0.brightness, $0.flip) = (0, 0, 0, 0, 0, 0, 0)
            ($0.learningRate, $0.finalLearningRate, $0.weightDecay) = (0.03, 0.003, 0)
            // The formula of the loss makes objectness 1/100 at this size, and the class 6/80.
            ($0.objectnessLoss, $0.classLoss) = (50, 2)
        }
        // Two threads on a machine with other work wait for each other longer than they compute.
        let figures = try onOneThread {
            try DetectionTrainer(configuration, on: dataset, seed: 1, folder: folder.file("run")).run()
        }
        let mAP50 = try #require(figures.mAP50)
        #expect(mAP50 > atLeast, "\(mAP50)")
    }
}
