import Foundation
import SpikeEncoding
import SpikeGym
import TestSupport
import Testing
import TorchTensors

@testable import SpikingAgents

@Suite(.leavesNothing) struct AgentTrainerTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Small enough for a second.
    static func configuration() throws -> AgentConfiguration {
        let scaler = try ObservationScaler(minimum: [-2.4, -3, -0.25, -3.5], maximum: [2.4, 3, 0.25, 3.5])
        var configuration = AgentConfiguration(
            environment: "CartPole-v1",
            encoder: try ObservationEncoder(scaler: scaler, steps: 4, unitCode: .receptiveFields(bins: 6, sigma: 0.1)))
        configuration.widths = [16]
        configuration.copies = 8
        configuration.horizon = 32
        configuration.steps = 1024
        configuration.evaluationInterval = 2
        configuration.evaluationEpisodes = 4
        return configuration
    }

    func train(
        _ configuration: AgentConfiguration, seed: UInt64 = 7, name: String = "run",
        _ report: (AgentTrainer.Event) throws -> Void = { _ in }
    ) throws -> (AgentEvaluation, AgentTrainer) {
        // Repeatable; and networks of this size are fastest so.
        let threads = Torch.threadCount
        try Torch.setThreadCount(1)
        defer { try? Torch.setThreadCount(threads) }
        let trainer = try AgentTrainer(
            configuration, in: CartPole(count: configuration.copies), testedIn: CartPole(count: 4), seed: seed,
            folder: folder.file(name))
        return (try trainer.train(report), trainer)
    }

    /// What remains for the last update may be one step, which is taken before the evaluation.
    @Test func aLastUpdateOfOneStep() throws {
        var configuration = try Self.configuration()
        (configuration.horizon, configuration.steps, configuration.evaluationInterval) = (32, 33 * 8, 100)
        var events = ""
        _ = try train(configuration) { event in
            switch event {
            case .update: events += "u"
            case .evaluation: events += "e"
            default: break
            }
        }
        #expect(events == "uue")
    }

    @Test func aRunHasAllItsFiles() throws {
        let configuration = try Self.configuration()
        var (updates, evaluations) = (0, 0)
        let (evaluation, trainer) = try train(configuration) { event in
            switch event {
            case .update: updates += 1
            case .evaluation: evaluations += 1
            case .restart: Issue.record("no process")
            }
        }
        #expect(updates == 4 && evaluations == 2 && evaluation.returns.count == 4)
        let run = try AgentRun(folder.file("run"))
        #expect(run.configuration == configuration && run.seed == 7)
        let records = try run.records()
        #expect(records.updates == trainer.records.updates && records.updates.map(\.step) == [256, 512, 768, 1024])
        #expect(records.episodes == trainer.records.episodes && !records.episodes.isEmpty)
        #expect(records.episodes.allSatisfy { $0.total == Double($0.length) && $0.length < 500 })
        #expect(records.evaluations.map(\.step) == [512, 1024])
        // What was kept is what was evaluated best.
        let policy = try run.policy(for: CartPole(count: 1))
        let again = try AgentEvaluation(
            of: policy, configuration.encoder, in: CartPole(count: 4), episodes: 4, seed: 7 + 1_000_000)
        #expect(again == evaluation)
        #expect(evaluation.mean == records.evaluations.map(\.meanReturn).max())
        withExtendedLifetime(trainer) {}
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.file("run")).sorted().filter { $0 != ".lock" }
                == [
                    "checkpoint.safetensors", "configuration.json", "episodes.jsonl", "evaluations.jsonl",
                    "updates.jsonl",
                    "weights.safetensors",
                ])
    }

    @Test func theSeedDecides() throws {
        let configuration = try Self.configuration()
        let records = try [("a", 3), ("b", 3), ("c", 4)].map { name, seed in
            try train(configuration, seed: UInt64(seed), name: name).1.records
        }
        #expect(records[0].episodes == records[1].episodes && records[0].episodes != records[2].episodes)
        #expect(records[0].updates.map(\.policyLoss) == records[1].updates.map(\.policyLoss))
        let bytes = try ["a", "b", "c"].map { try folder.bytes("\($0)/weights.safetensors") }
        #expect(bytes[0] == bytes[1] && bytes[0] != bytes[2])
    }

    /// A policy that never learnt holds the pole for 10 to 30 steps or so; 20,000 steps are enough for several times
    /// that.
    @Test func itLearns() throws {
        var configuration = try Self.configuration()
        configuration.widths = [32]
        configuration.steps = 20_480
        configuration.horizon = 64
        configuration.evaluationInterval = 10
        configuration.evaluationEpisodes = 20
        let (evaluation, trainer) = try train(configuration, seed: 1)
        #expect(evaluation.mean > 100)
        let returns = trainer.records.episodes.map(\.total)
        func mean(_ part: ArraySlice<Double>) -> Double { part.reduce(0, +) / Double(part.count) }
        #expect(mean(returns.suffix(30)) > 2 * mean(returns.prefix(30)))
        #expect(evaluation.inputRate > 0 && evaluation.actorRate > 0 && evaluation.actorRate < 1)
    }

    @Test func aTargetEndsARun() throws {
        var configuration = try Self.configuration()
        configuration.targetReturn = 1
        #expect(try train(configuration).1.records.updates.count == 2)
    }

    @Test func anEpisodeIsReplayed() throws {
        let configuration = try Self.configuration()
        let (_, trainer) = try train(configuration)
        let policy = try trainer.run.policy(for: CartPole(count: 1))
        let episode = try AgentEpisode(of: policy, configuration.encoder, in: CartPole(count: 1), seed: 5)
        let evaluation = try AgentEvaluation(
            of: policy, configuration.encoder, in: CartPole(count: 1), episodes: 1, seed: 5)
        #expect(evaluation.returns == [episode.total] && evaluation.lengths == [episode.rewards.count])
        let steps = episode.rewards.count * 4
        #expect(episode.inputs.unitCount == 24 && episode.inputs.stepCount == steps)
        #expect(episode.neurons.unitCount == 16 && episode.neurons.stepCount == steps)
        let rate = Double(episode.neurons.spikeCount) / Double(16 * steps)
        #expect(abs(rate - evaluation.actorRate) <= 1e-9)
        #expect(episode.observations[0] == CartPole(count: 1).reset(seed: 5))
        // The actions lead from each observation to the next.
        let environment = CartPole(count: 1)
        _ = environment.reset(seed: 5)
        for index in 1..<episode.observations.count {
            let step = environment.step(.discrete(episode.actions[index - 1].map { Int($0) }))
            #expect(step.observations == episode.observations[index])
        }
        let report = try AgentReport(
            trainer.run, trainer.run.records(), evaluation, episode, featureNames: CartPole(count: 1).featureNames,
            command: "spike gym train", program: "SpikeKit 7"
        ).html
        for part in [
            "Return over steps", "SpikeKit 7", "Encoded observations", "Neurons of the actor", "angular velocity",
        ] {
            #expect(report.contains(part), "\(part)")
        }
    }

    @Test func roundsPlayAllEpisodesOnce() throws {
        let configuration = try Self.configuration()
        let (_, trainer) = try train(configuration)
        func evaluate(_ copies: Int) throws -> AgentEvaluation {
            try AgentEvaluation(
                of: trainer.policy, configuration.encoder, in: CartPole(count: copies), episodes: 5, seed: 40)
        }
        let together = try evaluate(5)
        #expect(together.returns.count == 5)
        // The same seeds in rounds of two, and one by one.
        #expect(try evaluate(2).returns == together.returns)
        #expect(try evaluate(1).returns == together.returns)
    }

    @Test func everyKindOfActionIsLearned() throws {
        for space in [
            ActionSpace.box(BoxSpace(shape: [2], low: [-1, 0], high: [1, 4])), .multiDiscrete(counts: [2, 3]),
        ] {
            var configuration = try Self.configuration()
            configuration.environment = "Matching"
            configuration.steps = 512
            let trainer = try AgentTrainer(
                configuration, in: Matching(count: 8, space), testedIn: Matching(count: 4, space), seed: 1,
                folder: folder.file("\(space.width)-\(space.outputCount)"))
            let before = try trainer.policy.state().mapValues { try $0.cloned() }
            let evaluation = try trainer.train()
            #expect(evaluation.returns.count == 4 && evaluation.lengths.allSatisfy { $0 == 10 })
            let after = try trainer.policy.state()
            for (name, tensor) in after { #expect(try !tensor.equals(before[name]!), "\(name)") }
        }
    }

    /// A process that had to be started anew: training goes on, and what is measured is measured again.
    @Test func restartsAreSurvived() throws {
        var configuration = try Self.configuration()
        configuration.steps = 256
        let space = ActionSpace.discrete(count: 2)
        let trainer = try AgentTrainer(
            configuration, in: Matching(count: 8, space, restartsAt: 15), testedIn: Matching(count: 4, space), seed: 1,
            folder: folder.file("run"))
        var restarts = 0
        let evaluation = try trainer.train { if case .restart = $0 { restarts += 1 } }
        #expect(restarts == 1)
        // Episodes are of ten steps; the one that was cut off is not among them.
        #expect(!trainer.records.episodes.isEmpty && trainer.records.episodes.allSatisfy { $0.length == 10 })
        func again(_ restartsAt: Int) -> Matching { Matching(count: 4, space, restartsAt: restartsAt) }
        let policy = trainer.policy
        let (whole, interrupted) = (
            try AgentEvaluation(of: policy, configuration.encoder, in: again(.max), episodes: 4, seed: 0),
            try AgentEvaluation(of: policy, configuration.encoder, in: again(5), episodes: 4, seed: 0)
        )
        #expect(interrupted.returns == whole.returns && interrupted.lengths == whole.lengths)
        #expect(evaluation.lengths == [10, 10, 10, 10])
        let one = Matching(count: 1, space, restartsAt: 5)
        #expect(try AgentEpisode(of: policy, configuration.encoder, in: one, seed: 0).rewards.count == 10)
    }

    @Test func aFailureKeepsWhatThereIs() throws {
        let configuration = try Self.configuration()
        let failing = Matching(count: 8, .discrete(count: 2), failsAfter: 40)
        let trainer = try AgentTrainer(
            configuration, in: failing, testedIn: Matching(count: 4, .discrete(count: 2)), seed: 1,
            folder: folder.file("run"))
        #expect(message { _ = try trainer.train() } == "Matching: failed: enough")
        #expect(try AgentRun(folder.file("run")).records().updates.count == 1)
        #expect(
            message { _ = try AgentRun(folder.file("run")).policy(for: failing) }?
                .contains("ended before its first evaluation") == true)
    }

    @Test func wrongRunsAreOneLine() throws {
        let configuration = try Self.configuration()
        _ = try train(configuration)
        func complaint(_ body: () throws -> Void) -> String { message(body) ?? "none" }
        var longer = configuration
        longer.horizon = 64
        #expect(
            complaint { _ = try train(longer, seed: 8) }
                == "\(folder.file("run")): holds a run with other settings: horizon is 32 there and 64 here; seed is 7 there "
                + "and 8 here; repeat its own command to go on with it, or choose another folder")
        #expect(complaint { _ = try AgentRun("nowhere") }.contains("nowhere: there is no run in it"))
        let run = try AgentRun(folder.file("run"))
        let other = Matching(count: 1, .discrete(count: 2), features: 3)
        #expect(complaint { _ = try run.policy(for: other) }.contains("the agent saw 4 features, and Matching has 3"))
        let same = Matching(count: 1, .discrete(count: 5))
        #expect(complaint { _ = try run.policy(for: same) }.contains("weights.safetensors"))
        let settings = String(decoding: try folder.bytes("run/configuration.json"), as: UTF8.self)
        for (from, to, expected) in [
            ("\"horizon\" : 32", "\"horizon\" : 0", "horizon must be >= 1, got 0"),
            ("\"horizon\" : 32", "\"horizon\" : \"x\"", "configuration.horizon is of another type"),
            ("\"deterministic\"", "\"sometimes\"", "encoder.conversion.kind has a value that is not known"),
            ("\"horizon\" : 32,", "", "horizon is missing"), ("spikekit agent 1", "spikekit agent 9", "agent 9"),
            ("\"clip\" : 0.2", "\"clip\" : 1.2", "clip must be > 0 and < 1, got 1.2"),
            ("\"steps\" : 4", "\"steps\" : 0", "steps must be >= 1"), ("{", "", "not valid JSON"),
        ] {
            #expect(settings.contains(from))
            try folder.file(
                "run/configuration.json", Array(settings.replacing(from, with: to, maxReplacements: 1).utf8))
            let text = complaint { _ = try AgentRun(folder.file("run")) }
            #expect(text.contains(expected) && text.contains("configuration.json") && !text.contains("\n"), "\(text)")
        }
        try folder.file("run/updates.jsonl", Array("{}\n".utf8))
        #expect(complaint { _ = try run.records() }.contains("updates.jsonl, line 1"))
        try folder.file("run/weights.safetensors", Array("{}\n".utf8))
        #expect(complaint { _ = try run.policy(for: CartPole(count: 1)) }.contains("weights.safetensors"))
        var wrong = configuration
        wrong.minibatches = 257
        #expect(complaint { _ = try train(wrong, name: "other") }.contains("minibatches must be at most"))
        #expect(complaint { _ = try train(configuration, name: "run/configuration.json/x") }.contains("cannot be made"))
        wrong = configuration
        wrong.steps = 7
        #expect(
            complaint { _ = try train(wrong, name: "other") }
                == "settings: steps must be at least one for each of the 8 copies, got 7")
        wrong = configuration
        wrong.widths = [65_536, 65_536, 65_536, 65_536, 65_536]
        #expect(complaint { _ = try train(wrong, name: "other") }.contains("of memory, and this "))
        wrong = configuration
        wrong.horizon = 1_000_000
        wrong.steps = 8_000_000
        wrong.encoder = try ObservationEncoder(scaler: configuration.encoder.scaler, steps: 1_000_000)
        #expect(complaint { _ = try train(wrong, name: "other") }.contains("of memory, and this "))
        #expect(!FileManager.default.fileExists(atPath: folder.file("other")))
    }
}

/// Episodes of ten steps; the reward is the first action's closeness to the first feature.
final class Matching: VectorEnvironment {
    let name = "Matching"
    let count: Int
    let observationSpace: BoxSpace
    let actionSpace: ActionSpace
    let featureNames: [String] = []
    private let failsAfter: Int
    /// What is wrong with the second copy at its third step.
    private let flaw: Flaw
    /// Of each reset.
    private(set) var seeds: [UInt64?] = []
    /// The step at which, once, all begins anew.
    private var restartsAt: Int
    private var steps = 0

    enum Flaw { case none, observation, reward, largeRewards }

    init(
        count: Int, _ actionSpace: ActionSpace, features: Int = 4, failsAfter: Int = .max, restartsAt: Int = .max,
        flaw: Flaw = .none
    ) {
        self.count = count
        self.flaw = flaw
        self.actionSpace = actionSpace
        self.failsAfter = failsAfter
        self.restartsAt = restartsAt
        observationSpace = BoxSpace(
            shape: [features], low: Array(repeating: -1, count: features), high: Array(repeating: 1, count: features))
    }

    private var observations: [Float] {
        (0..<count * observationSpace.count).map { Float(($0 * 37 + steps * 11) % 20) / 10 - 1 }
    }

    func reset(seed: UInt64?) -> [Float] {
        seeds.append(seed)
        steps = 0
        return observations
    }

    func step(_ actions: Actions) throws(EnvironmentError) -> EnvironmentStep {
        steps += 1
        if steps > failsAfter { throw .failed(environment: name, reason: "enough") }
        if steps == restartsAt {
            restartsAt = .max
            let before = observations
            return EnvironmentStep(
                observations: reset(seed: nil), reached: before, rewards: Array(repeating: 0, count: count),
                terminated: Array(repeating: false, count: count), truncated: Array(repeating: true, count: count),
                isRestarted: true)
        }
        let width = actionSpace.width
        var rewards = (0..<count).map { row in
            switch actions {
            case .discrete(let values): Double(values[row * width])
            case .box(let values): 1 - abs(Double(values[row * width]))
            }
        }
        let ends = [Bool](repeating: steps % 10 == 0, count: count)
        var observations = observations
        switch flaw {
        case .observation where steps == 3: observations[observationSpace.count + 2] = .nan
        case .reward where steps == 3: rewards[1] = .nan
        case .largeRewards: rewards = rewards.map { $0 * 1e30 }
        default: break
        }
        return EnvironmentStep(
            observations: observations, reached: observations, rewards: rewards, terminated: ends,
            truncated: ends.map { _ in false })
    }

    func close() {}
}
