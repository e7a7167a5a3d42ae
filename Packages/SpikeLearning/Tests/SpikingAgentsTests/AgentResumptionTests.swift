import ArrayFiles
import Foundation
import SpikeEncoding
import SpikeGym
import TestSupport
import Testing
import TorchTensors

@testable import SpikingAgents

@Suite(.leavesNothing) struct AgentResumptionTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// With an encoder that remembers the observation before, and random spikes; the last update is a short one.
    static func configuration(steps: Int = 1000) throws -> AgentConfiguration {
        var configuration = try AgentTrainerTests.configuration()
        configuration.encoder = try ObservationEncoder(
            scaler: configuration.encoder.scaler, steps: 4, coders: .stepAndRate(thresholds: [0.05]),
            unitCode: .splitPolarity, conversion: .poisson(seed: 3))
        configuration.steps = steps
        return configuration
    }

    func trainer(
        _ configuration: AgentConfiguration, seed: UInt64 = 7, name: String = "run"
    ) throws -> AgentTrainer {
        try AgentTrainer(
            configuration, in: CartPole(count: configuration.copies), testedIn: CartPole(count: 4), seed: seed,
            folder: folder.file(name))
    }

    func onOneThread<Result>(_ body: () throws -> Result) throws -> Result {
        let threads = Torch.threadCount
        try Torch.setThreadCount(1)
        defer { try? Torch.setThreadCount(threads) }
        return try body()
    }

    /// What does not depend on the clock.
    func figures(_ records: AgentRecords) -> [[Double]] {
        records.updates.map {
            [Double($0.step), $0.meanReturn ?? -1, $0.policyLoss, $0.valueLoss, $0.entropy, $0.learningRate]
        } + records.episodes.map { [Double($0.step), $0.total, Double($0.length)] }
            + records.evaluations.map { [Double($0.step), $0.meanReturn, $0.standardDeviation] }
    }

    /// Stopped again and again, in the middle of updates and of evaluations: in the end all is as if nothing had been.
    @Test func aStoppedRunGoesOnExactly() throws {
        try onOneThread {
            let configuration = try Self.configuration()
            let whole = try trainer(configuration, name: "whole")
            let evaluation = try whole.train()
            let seed = UInt64.random(in: 0..<1_000_000)
            print("stopped runs: seed \(seed)")
            var random = SplitMix64(seed: seed)
            for round in 0..<3 {
                var (sessions, result): (Int, AgentEvaluation?) = (0, nil)
                while result == nil {
                    let trainer = try trainer(configuration, name: "run-\(round)")
                    // The first stop is before the first step; a few steps more each time, so that it comes to an end.
                    var left = sessions == 0 ? 0 : Int.random(in: 0...40, using: &random) + 5 * sessions
                    let before = trainer.step
                    do {
                        result = try trainer.train(shouldStop: {
                            left -= 1
                            return left < 0
                        })
                    } catch let interruption as AgentInterruption {
                        #expect(interruption.checkpoint == folder.file("run-\(round)/checkpoint.safetensors"))
                        #expect(interruption.step >= before && interruption.step % 8 == 0)
                    }
                    sessions += 1
                }
                #expect(sessions > 1 && result == evaluation, "seed \(seed)")
                let run = try AgentRun(folder.file("run-\(round)"))
                #expect(try figures(run.records()) == figures(whole.records), "seed \(seed)")
                #expect(
                    try folder.bytes("run-\(round)/weights.safetensors") == folder.bytes("whole/weights.safetensors"))
                let (expected, found) = (
                    try Safetensors.read(folder.file("whole/checkpoint.safetensors")).tensors,
                    try Safetensors.read(folder.file("run-\(round)/checkpoint.safetensors")).tensors
                )
                #expect(found.keys.sorted() == expected.keys.sorted())
                for (name, tensor) in expected where name != "progress" {
                    #expect(try found[name]!.equals(tensor), "\(name), seed \(seed)")
                }
            }
        }
    }

    @Test func aFinishedRunIsNotTrainedAgain() throws {
        try onOneThread {
            let configuration = try Self.configuration(steps: 300)
            let evaluation = try trainer(configuration).train()
            let weights = try folder.bytes("run/weights.safetensors")
            let again = try trainer(configuration)
            #expect(again.isFinished && again.step == 296)
            #expect(try again.train { _ in Issue.record("nothing is to be done") } == evaluation)
            #expect(try folder.bytes("run/weights.safetensors") == weights)
        }
    }

    /// 256 steps fill an update; each copy takes as many as the others.
    @Test(arguments: [
        (8, [8]), (255, [248]), (256, [256]), (1000, [256, 512, 768, 1000]), (1003, [256, 512, 768, 1000]),
    ])
    func totalStepsAreTheMost(steps: Int, ends: [Int]) throws {
        let trainer = try trainer(Self.configuration(steps: steps))
        _ = try trainer.train()
        #expect(trainer.records.updates.map(\.step) == ends && trainer.step == ends.last)
    }

    /// An environment that cannot be saved begins other episodes; those that were under way are not counted.
    @Test func otherEnvironmentsGoOnWithNewEpisodes() throws {
        var configuration = try AgentTrainerTests.configuration()
        configuration.environment = "Matching"
        let space = ActionSpace.discrete(count: 2)
        var seeds: [UInt64?] = []
        // The first session is stopped 15 steps after the first update, in the middle of an episode.
        for limit in [1 + 32 + 1 + 15, Int.max] {
            let environment = Matching(count: 8, space)
            let trainer = try AgentTrainer(
                configuration, in: environment, testedIn: Matching(count: 4, space), seed: 1, folder: folder.file("run")
            )
            var left = limit
            do {
                _ = try trainer.train(shouldStop: {
                    left -= 1
                    return left < 0
                })
                #expect(trainer.step == 1024 && trainer.records.updates.map(\.step) == [256, 512, 768, 1024])
                // Three whole episodes before the checkpoint, at step 256 of all copies, and nine after it.
                #expect(trainer.records.episodes.count == 8 * (3 + 9))
                #expect(trainer.records.episodes.allSatisfy { $0.length == 10 })
            } catch let interruption as AgentInterruption {
                #expect(interruption.step == 256 && trainer.step == 256 + 15 * 8)
            }
            seeds += environment.seeds
        }
        #expect(seeds == [1, 1 + 256 << 32])
    }

    @Test func aFolderIsLockedWhileItsTrainerLives() throws {
        let configuration = try Self.configuration(steps: 8)
        do {
            let trainer = try trainer(configuration)
            #expect(
                message { _ = try self.trainer(configuration) }
                    == "\(folder.file("run")): is in use by process \(getpid()); wait until that has finished, or choose "
                    + "another folder")
            // Reading is free.
            #expect(message { _ = try AgentRun(folder.file("run")).records() } == nil)
            withExtendedLifetime(trainer) {}
        }
        #expect(message { _ = try trainer(configuration).train() } == nil)
        #expect(try !FileManager.default.contentsOfDirectory(atPath: folder.file("run")).contains(".lock"))
    }

    @Test func whatIsNotFiniteIsNamed() throws {
        var configuration = try AgentTrainerTests.configuration()
        configuration.environment = "Matching"
        let space = ActionSpace.discrete(count: 2)
        func complaint(_ flaw: Matching.Flaw, _ configuration: AgentConfiguration, name: String) -> String? {
            message {
                _ = try AgentTrainer(
                    configuration, in: Matching(count: 8, space, flaw: flaw), testedIn: Matching(count: 4, space),
                    seed: 1, folder: folder.file(name)
                ).train()
            }
        }
        #expect(
            complaint(.observation, configuration, name: "a")?.hasPrefix(
                "Matching: element 2 of the observation of copy 1 after step 3 of its episode is NaN") == true)
        #expect(
            complaint(.reward, configuration, name: "b")?.hasPrefix(
                "Matching: the reward of copy 1 after step 3 of its episode is NaN") == true)
        let large = try #require(complaint(.largeRewards, configuration, name: "c"))
        #expect(large.contains("training diverged in update 1, after step 256: the value loss is NaN or infinite"))
        // There are none yet.
        #expect(!large.contains("weights"))
        configuration.learningRate = 1e30
        let fast = try #require(complaint(.none, configuration, name: "d"))
        #expect(fast.contains("training diverged in update 1") && fast.contains("lower the learning rate (1e+30)"))
        for name in ["a", "b", "c", "d"] {
            #expect(!FileManager.default.fileExists(atPath: folder.file("\(name)/weights.safetensors")))
        }
        // Evaluations and replays are watched, too.
        let policy = try trainer(try Self.configuration(steps: 8)).policy
        let encoder = try Self.configuration().encoder
        let flawed = Matching(count: 2, space, flaw: .reward)
        #expect(
            message { _ = try AgentEvaluation(of: policy, encoder, in: flawed, episodes: 2, seed: 1) }?
                .contains("the reward of copy 1 after step 3") == true)
    }

    @Test func weightsOfNaNAreRefused() throws {
        let configuration = try Self.configuration(steps: 8)
        let path = folder.file("run/weights.safetensors")
        _ = try trainer(configuration).train()
        let (tensors, texts) = try Safetensors.read(path)
        for value in [Double.nan, .infinity] {
            var flawed = tensors
            flawed["actor.0.bias"] = try Tensor.full([16], value)
            try Safetensors.write(flawed, metadata: texts, to: path)
            #expect(
                message { _ = try AgentRun(folder.file("run")).policy(for: CartPole(count: 1)) }
                    == "\(path): actor.0.bias holds NaN or infinity; the file is damaged, or training diverged")
        }
    }

    /// Files of a run that are missing, empty, cut, changed or another run's: one line, or as if nothing had been.
    @Test func damagedFoldersAreOneLine() throws {
        try onOneThread {
            // Long enough for some episodes to end.
            let configuration = try Self.configuration(steps: 320)
            let evaluation = try trainer(configuration, name: "whole").train()
            _ = try trainer(configuration, seed: 8, name: "seed").train()
            var other = configuration
            other.widths = [8, 8]
            _ = try trainer(other, name: "widths").train()
            let names = [
                "configuration.json", "checkpoint.safetensors", "weights.safetensors", "updates.jsonl",
                "episodes.jsonl",
                "evaluations.jsonl",
            ]
            let seed = UInt64.random(in: 0..<1_000_000)
            print("damaged folders: seed \(seed)")
            var random = SplitMix64(seed: seed)
            var errors = 0
            for round in 0..<240 {
                let name = names[round % names.count]
                let path = folder.file("run/\(name)")
                try? FileManager.default.removeItem(atPath: folder.file("run"))
                try FileManager.default.copyItem(atPath: folder.file("whole"), toPath: folder.file("run"))
                var bytes = try folder.bytes("whole/\(name)")
                switch round / names.count % 8 {
                case 0: try FileManager.default.removeItem(atPath: path)
                case 1: try folder.file("run/\(name)", [])
                case 2:
                    try folder.file("run/\(name)", Array(bytes.prefix(.random(in: 0..<bytes.count, using: &random))))
                case 3: try folder.file("run/\(name)", folder.bytes("seed/\(name)"))
                case 4: try folder.file("run/\(name)", folder.bytes("widths/\(name)"))
                case 5:
                    try FileManager.default.removeItem(atPath: path)
                    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
                default:
                    for _ in 0..<3 {
                        bytes[.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
                    }
                    try folder.file("run/\(name)", bytes)
                }
                var found: AgentEvaluation?
                let complaints = [
                    message {
                        let run = try AgentRun(folder.file("run"))
                        _ = try AgentEvaluation(
                            of: run.policy(for: CartPole(count: 1)), run.configuration.encoder, in: CartPole(count: 1),
                            episodes: 1, seed: 3)
                    },
                    message { _ = try AgentRun(folder.file("run")).records() },
                    message { found = try trainer(configuration).train() },
                ].compactMap { $0 }
                errors += complaints.count
                for text in complaints {
                    #expect(!text.contains("\n") && text.contains(folder.file("run")), "\(text), seed \(seed)")
                    for raw in ["NSCocoa", "Swift", "CodingKey", "Domain"] {
                        #expect(!text.contains(raw), "\(text), seed \(seed)")
                    }
                }
                // Changed bytes of weights may be weights still.
                if let found, round / names.count % 8 < 6 { #expect(found == evaluation, "\(name), round \(round)") }
            }
            #expect(errors > 60)
        }
    }

    @Test func anotherRunsFilesAreNamed() throws {
        let configuration = try Self.configuration(steps: 8)
        for (name, seed) in [("run", 7), ("other", 8)] {
            _ = try trainer(configuration, seed: UInt64(seed), name: name).train()
        }
        for name in ["weights", "checkpoint"] {
            try folder.file("run/\(name).safetensors", folder.bytes("other/\(name).safetensors"))
        }
        let expected =
            "is of another run than configuration.json: seed is 8 there and 7 here; put the run's own file there"
        #expect(
            message { _ = try AgentRun(folder.file("run")).policy(for: CartPole(count: 1)) }
                == "\(folder.file("run/weights.safetensors")): \(expected)")
        #expect(
            message { _ = try trainer(configuration) } == "\(folder.file("run/checkpoint.safetensors")): \(expected)")
        try FileManager.default.removeItem(atPath: folder.file("run/configuration.json"))
        #expect(
            message { _ = try trainer(configuration) }
                == "\(folder.file("run/checkpoint.safetensors")): is of a run whose configuration.json is not there; choose "
                + "another folder, or remove it")
    }
}
