import Foundation
import SpikeDatasets
import TestSupport
import Testing
import TorchTensors

@testable import SpikeTraining

/// Detectors that train in several processes on this machine against one that trains in one.
@Suite(.serialized) struct DetectionWorkersTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Four batches per epoch of 3, 3, 3 and 2 images, so that one of four workers has no image.
    private func arguments(_ name: String, epochs: Int = 5, _ others: String...) -> [String] {
        [
            "train", "--dataset", "shapes", "--model", "spiking-yolov5n", "--side", "32", "--encoding", "phase",
            "--steps", "2", "--epochs", "\(epochs)", "--batch", "3", "--limit-train", "11", "--limit-test", "5",
            "--threads", "1", "--set", "warm-up-epochs=1", "--output", folder.file(name),
        ] + others
    }

    private static let eachBatch = "update-batch=3"
    /// Three batches are an update, so that epochs end within one.
    private static let threeBatches = "update-batch=9"

    private func succeed(_ arguments: [String], environment: [String: String] = [:]) throws {
        let result = try run(arguments, environment: environment)
        try #require(result.status == 0, "\(result.errors)")
    }

    private func checkpoint(_ name: String) throws -> [String: Tensor] {
        try Safetensors.read("\(folder.file(name))/checkpoint.safetensors").tensors
    }

    /// Compares weights, their averages, momenta and gradients, and figures.
    private func expectSame(_ name: String, _ other: String, within tolerance: Double, _ comment: String = "") throws {
        let (found, expected) = (try checkpoint(name), try checkpoint(other))
        #expect(found.keys.sorted() == expected.keys.sorted())
        for (key, tensor) in expected where !key.hasPrefix("optimizer.") || tolerance == 0 {
            let difference = try (found[key]!.to(.float64) - tensor.to(.float64)).absolute().maximum().item()
            #expect(difference <= tolerance, "\(key): \(difference) \(comment)")
        }
        let (a, b) = (try DetectionRun(folder: folder.file(name)), try DetectionRun(folder: folder.file(other)))
        #expect(a.figures.images == 5 && b.figures.images == 5)
        if tolerance == 0 { #expect(a.figures == b.figures, "\(comment)") }
        for (a, b) in zip(a.epochs, b.epochs) {
            for (found, expected) in [
                (a.trainLoss, b.trainLoss), (a.boxLoss, b.boxLoss), (a.objectnessLoss, b.objectnessLoss),
                (a.classLoss, b.classLoss), (a.testLoss!, b.testLoss!), (a.mAP50!, b.mAP50!),
            ] { #expect(abs(found - expected) <= tolerance, "\(found) \(expected) \(comment)") }
            #expect(a.learningRate == b.learningRate)
        }
    }

    /// 20 updates. Only the order of sums in float32 differs.
    @Test(.timeLimit(.minutes(10))) func severalWorkersTrainAsOne() throws {
        let set = ["--set", Self.eachBatch]
        try succeed(arguments("one") + set)
        for size in [2, 4] {
            try succeed(arguments("\(size)") + set + ["--workers", "\(size)"])
            try succeed(arguments("\(size)-again") + set + ["--workers", "\(size)"])
            try expectSame("\(size)", "one", within: 1e-5, "\(size) workers")
            try expectSame("\(size)-again", "\(size)", within: 0, "\(size) workers, again")
            #expect(RunEnvironment(folder: folder.file("\(size)"))?.workers == size)
        }
        // Statistics of their own would be seen.
        try succeed(arguments("apart") + set + ["--workers", "2", "--no-sync-batch-norm"])
        try succeed(arguments("apart-again") + set + ["--workers", "2", "--no-sync-batch-norm"])
        try expectSame("apart-again", "apart", within: 0)
        let (apart, one) = (try checkpoint("apart"), try checkpoint("one"))
        let difference = try one.filter { $0.key.hasPrefix("model.") }.map { name, tensor in
            try (apart[name]!.to(.float64) - tensor.to(.float64)).absolute().maximum().item()
        }.max()!
        #expect(difference > 1e-4)
    }

    /// Interrupted by any number of workers after any batch, and taken up by any other.
    @Test(.timeLimit(.minutes(10)), arguments: [2, 4, 5]) func othersGoOnWithAccumulatedGradients(
        interruption: Int
    ) throws {
        struct Interruption: Error {}
        let set = ["--set", Self.threeBatches]
        try succeed(arguments("whole") + set)
        try succeed(arguments("two") + set + ["--workers", "2"])
        try expectSame("two", "whole", within: 1e-5)
        let settings = try SettingsFile<DetectionConfiguration>(file: "\(folder.file("whole"))/configuration.yaml")
        let threads = Torch.threadCount
        try Torch.setThreadCount(1)
        defer { try? Torch.setThreadCount(threads) }
        var batches = 0
        #expect(throws: Interruption.self) {
            _ = try DetectionTrainer(
                settings.configuration, on: DetectionFormat.shapes.read(""), seed: #require(settings.seed),
                folder: folder.file("parts"), checkpointInterval: 0
            ).run { event in
                guard case .batch = event else { return }
                batches += 1
                if batches == interruption { throw Interruption() }
            }
        }
        try succeed(arguments("parts") + set + ["--workers", "2"])
        try expectSame("parts", "whole", within: 1e-5)
    }

    /// Asked to stop at any moment, two workers go on where they stood, bit for bit, and one worker takes up from two.
    @Test(.timeLimit(.minutes(10))) func stoppedWorkersGoOn() throws {
        let set = ["--set", Self.threeBatches, "--workers", "2"]
        try succeed(arguments("whole", epochs: 8) + set)
        let launched = try Launched(arguments("run", epochs: 8) + set)
        try wait { FileManager.default.fileExists(atPath: "\(folder.file("run"))/metrics.jsonl") }
        kill(launched.process.processIdentifier, SIGINT)
        let (status, errors) = launched.outcome()
        #expect(status == .exit(130))
        #expect(errors.split(separator: "\n").count { $0.hasPrefix("SIGINT in epoch ") } == 1, "\(errors)")
        try FileManager.default.copyItem(atPath: folder.file("run"), toPath: folder.file("alone"))
        try succeed(arguments("run", epochs: 8) + set)
        try expectSame("run", "whole", within: 0)
        try succeed(arguments("alone", epochs: 8) + set.dropLast(2))
        try expectSame("alone", "whole", within: 1e-5)
    }

    /// Kill −9 of any worker at any moment.
    @Test(.timeLimit(.minutes(20))) func killedWorkersAreStartedAgain() throws {
        let seed = UInt64.random(in: 0..<1_000_000)
        var random = SplitMix64(seed: seed)
        let others = ["--set", Self.threeBatches, "--workers", "2"]
        let begin = ContinuousClock.now
        try succeed(arguments("whole", epochs: 10) + others)
        let duration = (ContinuousClock.now - begin) / .seconds(1)
        let launched = try Launched(arguments("run", epochs: 10) + others + ["--max-restarts", "3"])
        try wait { launched.workers().count == 2 }
        Thread.sleep(forTimeInterval: .random(in: 0...duration, using: &random))
        if let victim = launched.workers().randomElement(using: &random) { kill(victim, SIGKILL) }
        let (status, errors) = launched.outcome()
        #expect(status == .exit(0), "seed \(seed): \(errors)")
        try expectSame("run", "whole", within: 0, "seed \(seed)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.file("run"))
        #expect(!names.contains { $0.hasPrefix(".") }, "seed \(seed): \(names)")
    }

    private func wait(until isSo: () -> Bool) throws {
        let limit = ContinuousClock.now + .seconds(60)
        while !isSo() {
            try #require(ContinuousClock.now < limit)
            Thread.sleep(forTimeInterval: 0.01)
        }
    }
}
