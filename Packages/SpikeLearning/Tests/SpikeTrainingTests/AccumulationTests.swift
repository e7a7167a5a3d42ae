import Foundation
import SpikeDatasets
import TestSupport
import Testing
import TorchModules
import TorchTensors

@testable import SpikeTraining

@Suite(.leavesNothing) struct AccumulationTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// 40 images in batches of 16, 16 and 8; two batches for an update, so that an epoch has updates of 32 and 8 images.
    private static let configuration = TrainerTests.configuration {
        $0.accumulate = 2
        $0.epochs = 2
        $0.weightDecay = 0.1
        $0.finalLearningRate = 1e-4
    }

    private func onOneThread<Result>(_ body: () throws -> Result) throws -> Result {
        let before = Torch.threadCount
        try Torch.setThreadCount(1)
        defer { try? Torch.setThreadCount(before) }
        return try body()
    }

    /// The same training, written out: the loss of an update is the mean over its images.
    private func expectedWeights(_ dataset: ImageDataset, seed: UInt64) throws -> [String: Tensor] {
        let configuration = Self.configuration
        let network = try configuration.makeNetwork(imageShape: [1, 8, 8], classCount: 2, seed: seed)
        let optimizer = AdamW(network.parameterGroups(learningRate: 1e-3, weightDecay: 0.1))
        let loader = try ImageLoader(dataset.train, classCount: 2, batchSize: 16, seed: seed, lastBatch: .keptOrJoined)
        let schedule = CosineSchedule(base: 1e-3, final: 1e-4, warmUpSteps: 0, totalSteps: 4)
        network.train()
        var update = 0
        for epoch in 0..<2 {
            for batches in [[0, 1], [2]] {
                try optimizer.clearGradients()
                let images = batches == [2] ? 8.0 : 32.0
                for index in batches {
                    let batch = try loader.batch(index, epoch: epoch)
                    let loss = try network(batch.images).crossEntropy(batch.targets)
                    try (loss * (Double(batch.indices.count) / images)).backward()
                }
                optimizer.setLearningRate(schedule.learningRate(at: update))
                try optimizer.step()
                update += 1
            }
        }
        return try network.state()
    }

    @Test func anUpdateIsTheMeanOverItsImages() throws {
        try onOneThread {
            let dataset = try TrainerTests.halves(train: 40)
            _ = try Trainer(Self.configuration, on: dataset, seed: 4, folder: folder.file("run")).run()
            let found = try Safetensors.read("\(folder.file("run"))/weights.safetensors").tensors
            for (name, tensor) in try expectedWeights(dataset, seed: 4) {
                let difference = try (found[name]!.to(.float64) - tensor.to(.float64)).absolute().maximum().item()
                #expect(difference <= 1e-6, "\(name): \(difference)")
            }
            var single = Self.configuration
            single.accumulate = 1
            _ = try Trainer(single, on: dataset, seed: 4, folder: folder.file("single")).run()
            let other = try Safetensors.read("\(folder.file("single"))/weights.safetensors").tensors
            #expect(try !other["head.weight"]!.equals(found["head.weight"]!))
        }
    }

    /// Interrupted after any batch, it goes on from the last whole update, to the same bits.
    @Test(arguments: 1...5) func goesOnBetweenUpdates(interruption: Int) throws {
        struct Interruption: Error {}
        try onOneThread {
            let dataset = try TrainerTests.halves(train: 40)
            let whole = try Trainer(Self.configuration, on: dataset, seed: 5, folder: folder.file("whole")).run()
            var batches = 0
            #expect(throws: Interruption.self) {
                _ = try Trainer(
                    Self.configuration, on: dataset, seed: 5, folder: folder.file("parts"), checkpointInterval: 0
                ).run { event in
                    guard case .batch = event else { return }
                    batches += 1
                    if batches == interruption { throw Interruption() }
                }
            }
            let parts = try Trainer(Self.configuration, on: dataset, seed: 5, folder: folder.file("parts")).run()
            #expect(parts == whole)
            let (a, b) = (
                try Safetensors.read("\(folder.file("whole"))/weights.safetensors").tensors,
                try Safetensors.read("\(folder.file("parts"))/weights.safetensors").tensors
            )
            for (name, tensor) in a { #expect(try b[name]?.equals(tensor) == true, "\(name)") }
        }
    }

    /// A run that is asked to stop within an update stops after it.
    @Test func stopsBetweenUpdates() throws {
        let trainer = try Trainer(
            Self.configuration, on: TrainerTests.halves(train: 40), seed: 5, folder: folder.file("run"))
        trainer.isAskedToStop = { true }
        let error = #expect(throws: TrainingStopped.self) { try trainer.run() }
        #expect(error?.epoch == 1 && error?.batch == 2)
    }

    @Test func theScheduleCountsUpdates() throws {
        let trainer = try Trainer(
            Self.configuration, on: TrainerTests.halves(train: 40), seed: 5, folder: folder.file("run"))
        _ = try trainer.run()
        let schedule = CosineSchedule(base: 1e-3, final: 1e-4, warmUpSteps: 0, totalSteps: 4)
        #expect(trainer.epochs.map(\.learningRate) == [schedule.learningRate(at: 1), schedule.learningRate(at: 3)])
    }
}
