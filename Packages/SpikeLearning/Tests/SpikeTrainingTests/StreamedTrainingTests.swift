import Foundation
import SpikeDatasets
import SpikeTraining
import TestSupport
import Testing
import TorchTensors

/// Training on images that stay on disk.
@Suite(.leavesNothing) struct StreamedTrainingTests {
    private let data: TemporaryFolder
    private let output: TemporaryFolder

    init() throws {
        data = try TemporaryFolder()
        output = try TemporaryFolder()
        var random = SplitMix64(seed: 1)
        for (part, count) in [("train", 20), ("test", 6)] {
            for (label, name) in ["left", "right"].enumerated() {
                for index in 0..<count {
                    let pixels = (0..<64).map { place in
                        UInt8.random(in: 0..<100, using: &random) + (place % 8 / 4 == label ? 120 : 0)
                    }
                    try data.file("\(part)/\(name)/\(index).pgm", Array("P5 8 8 255\n".utf8) + pixels)
                }
            }
        }
    }

    private func read(_ loading: ImageLoading, _ brokenFiles: BrokenFiles = .refuse) throws -> ImageDataset {
        try ImageFolder(data.path, size: 8).read(
            loading: loading, brokenFiles: brokenFiles, indexFolder: output.file("index"))
    }

    private let configuration = TrainerTests.configuration {
        ($0.dataset, $0.side, $0.epochs, $0.batch) = ("folder", 8, 2, 12)
        ($0.flip, $0.crop, $0.randAugment, $0.mixup, $0.labelSmoothing) = (true, 1, 2, 0.3, 0.1)
    }

    private func onOneThread<Result>(_ body: () throws -> Result) throws -> Result {
        let before = Torch.threadCount
        try Torch.setThreadCount(1)
        defer { try? Torch.setThreadCount(before) }
        return try body()
    }

    private func train(_ dataset: ImageDataset, _ name: String) throws -> Evaluation {
        try Trainer(configuration, on: dataset, seed: 3, folder: output.file(name)).run()
    }

    private func weights(_ name: String) throws -> [String: [Float]] {
        try Safetensors.read(output.file("\(name)/weights.safetensors")).tensors.filter { $0.value.dtype == .float32 }
            .mapValues { try $0.elements(as: Float.self) }
    }

    /// Bit for bit, with every random change that there is, and on any number of threads that read.
    @Test func learnsTheSameAsInMemory() throws {
        try onOneThread {
            let memory = try train(read(.memory), "memory")
            let disk = try train(read(.disk), "disk")
            #expect(memory == disk)
            #expect(try weights("memory") == weights("disk"))
            // The record of the data is the same, too, so that a run can go on in the other way.
            let records = ["memory", "disk"].map {
                FileManager.default.contents(atPath: output.file("\($0)/data.json"))
            }
            #expect(records[0] != nil && records[0] == records[1])
            let run = try TrainedRun(folder: output.file("memory"))
            let images = try run.testImages(of: read(.disk))
            #expect(try run.evaluate(on: images).evaluation.confusion == memory.confusion)
        }
    }

    struct Interruption: Error {}

    /// Begun in memory, gone on with from disk.
    @Test func resumesARunFromMemory() throws {
        try onOneThread {
            let expected = try train(read(.memory), "whole")
            #expect(throws: Interruption.self) {
                try Trainer(
                    configuration, on: read(.memory), seed: 3, folder: output.file("parts"), checkpointInterval: 0
                )
                .run { if case .batch(let batch) = $0, batch.epoch == 2, batch.batch == 2 { throw Interruption() } }
            }
            #expect(try train(read(.disk), "parts") == expected)
            #expect(try weights("parts") == weights("whole"))
        }
    }

    /// The file is named, and nothing that was learned before is lost.
    @Test func aFileThatVanishesEndsTheRunWithACheckpoint() throws {
        let dataset = try read(.disk)
        let folder = output.file("run")
        let trainer = try Trainer(configuration, on: dataset, seed: 3, folder: folder, checkpointInterval: 1e6)
        let kept = try data.bytes("train/left/7.pgm")
        let flaw = message {
            _ = try trainer.run { event in
                guard case .epoch(let epoch) = event, epoch.epoch == 1 else { return }
                try FileManager.default.removeItem(atPath: data.file("train/left/7.pgm"))
            }
        }
        #expect(flaw == "\(data.file("train/left/7.pgm")): cannot be read: there is no such file or directory")
        let progress = try Safetensors.read("\(folder)/checkpoint.safetensors").metadata["progress"]
        #expect(progress?.contains("\"epoch\":1") == true, "\(progress ?? "")")
        try data.file("train/left/7.pgm", kept)
        let resumed = try onOneThread { try train(read(.disk), "run") }
        #expect(resumed.count == 12)
    }

    @Test func aFileThatVanishesIsSkippedAndNamed() throws {
        let dataset = try read(.disk, .skip)
        let trainer = try Trainer(configuration, on: dataset, seed: 3, folder: output.file("run"))
        var images: [Int] = []
        _ = try trainer.run { event in
            guard case .epoch(let epoch) = event, epoch.epoch == 1 else { return }
            #expect(trainer.dataset.takeNewlyLeftOut().isEmpty)
            try FileManager.default.removeItem(atPath: data.file("train/left/7.pgm"))
            try FileManager.default.removeItem(atPath: data.file("test/right/2.pgm"))
        }
        let news = trainer.dataset.takeNewlyLeftOut()
        #expect(news.map(\.count) == [2] && Set(news[0].names) == ["train/left/7.pgm", "test/right/2.pgm"])
        images = trainer.epochs.map(\.epoch)
        #expect(images == [1, 2] && trainer.epochs.allSatisfy { $0.trainLoss.isFinite })
    }

    /// Whoever asks a run to stop does not wait for images that are still to be read.
    @Test func stoppingEndsTheThreads() throws {
        let trainer = try Trainer(configuration, on: read(.disk), seed: 3, folder: output.file("run"))
        var batches = 0
        trainer.isAskedToStop = { batches == 2 }
        #expect(throws: Trainer.Stopped.self) { try trainer.run { if case .batch = $0 { batches += 1 } } }
        let progress = try Safetensors.read(output.file("run/checkpoint.safetensors")).metadata["progress"]
        #expect(progress?.contains("\"batch\":2") == true, "\(progress ?? "")")
        trainer.isAskedToStop = { false }
        let (resumed, whole) = try onOneThread { (try train(read(.disk), "run"), try train(read(.disk), "whole")) }
        #expect(resumed.count == whole.count)
    }
}
