import Foundation
import SpikeEncoding
import SpikeGym
import TestSupport
import Testing
import TorchModules
import TorchTensors

@testable import SpikingAgents

/// Defaults and bounds of agents, and figures of their runs.
@Suite(.leavesNothing) struct AgentSettingsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func configuration() throws -> AgentConfiguration { try AgentTrainerTests.configuration() }

    @Test func defaults() throws {
        let encoder = try configuration().encoder
        let found = AgentConfiguration(environment: "CartPole-v1", encoder: encoder)
        #expect(!found.usesGymnasium && found.widths == [64, 64] && found.decay == 0.5)
        #expect(found.copies == 16 && found.horizon == 128 && found.steps == 400_000)
        #expect(found.epochs == 6 && found.minibatches == 4 && found.learningRate == 0.002)
        #expect(found.discount == 0.99 && found.traceDecay == 0.95 && found.clip == 0.2)
        #expect(found.entropyWeight == 0.005 && found.valueWeight == 0.5 && found.gradientLimit == 0.5)
        #expect(found.evaluationInterval == 5 && found.evaluationEpisodes == 100 && found.targetReturn == 495)
        #expect(AgentConfiguration(environment: "Other-v1", encoder: encoder).targetReturn == nil)
        #expect(AgentConfiguration.usualTime == 8)
        #expect(AgentConfiguration.usualUnits == .receptiveFields(bins: 8, sigma: 0.1))
        #expect(AgentEvaluation.stepLimit == 100_000 && AgentDescription.currentFormat == "spikekit agent 1")
    }

    private func complaint(_ change: (inout AgentConfiguration) -> Void) throws -> String? {
        var configuration = try configuration()
        change(&configuration)
        return message { try configuration.check("s") }
    }

    @Test func settingsOnTheirBoundsAreTaken() throws {
        let changes: [(inout AgentConfiguration) -> Void] = [
            { $0.widths = [1] }, { $0.widths = [65_536, 1] }, { $0.decay = 0 }, { $0.decay = 1 },
            { ($0.copies, $0.horizon, $0.steps, $0.epochs, $0.minibatches) = (1, 1, 1, 1, 1) },
            { ($0.evaluationInterval, $0.evaluationEpisodes) = (1, 1) },
            { ($0.steps, $0.epochs, $0.evaluationInterval) = (1_000_000_000, 1_000_000_000, 1_000_000_000) },
            { ($0.copies, $0.steps) = (65_536, 65_536) }, { $0.horizon = 1_000_000 },
            { $0.minibatches = $0.copies * $0.horizon }, { $0.learningRate = 1e-300 },
            { ($0.discount, $0.traceDecay) = (0, 0) }, { ($0.discount, $0.traceDecay) = (1, 1) },
            { $0.clip = 0.001 }, { $0.clip = 0.999 }, { ($0.entropyWeight, $0.valueWeight) = (0, 0) },
            { $0.gradientLimit = 1e-300 }, { $0.targetReturn = -1e300 },
        ]
        for (index, change) in changes.enumerated() { #expect(try complaint(change) == nil, "\(index)") }
    }

    @Test func settingsBeyondThemAreNamed() throws {
        let cases: [(String, (inout AgentConfiguration) -> Void)] = [
            ("widths must be 1 to 65536 neurons a layer, got []", { $0.widths = [] }),
            ("widths must be 1 to 65536 neurons a layer, got [3, 0]", { $0.widths = [3, 0] }),
            ("widths must be 1 to 65536 neurons a layer, got [65537]", { $0.widths = [65_537] }),
            ("decay must be within 0...1, got 1.01", { $0.decay = 1.01 }),
            ("decay must be within 0...1, got -0.01", { $0.decay = -0.01 }),
            ("copies must be >= 1, got 0", { $0.copies = 0 }), ("steps must be >= 1, got 0", { $0.steps = 0 }),
            ("epochs must be >= 1, got 0", { $0.epochs = 0 }),
            ("epochs must be >= 1, got 1000000001", { $0.epochs = 1_000_000_001 }),
            ("minibatches must be >= 1, got 0", { $0.minibatches = 0 }),
            ("evaluation interval must be >= 1, got 0", { $0.evaluationInterval = 0 }),
            ("evaluation episodes must be >= 1, got 0", { $0.evaluationEpisodes = 0 }),
            ("copies and horizon must be smaller", { ($0.copies, $0.steps) = (65_537, 65_537) }),
            ("copies and horizon must be smaller", { $0.horizon = 1_000_001 }),
            ("minibatches must be at most copies × horizon, 256, got 257", { $0.minibatches = 257 }),
            ("learning rate must be finite and > 0, got 0.0", { $0.learningRate = 0 }),
            ("learning rate must be finite and > 0, got inf", { $0.learningRate = .infinity }),
            ("discount must be within 0...1, got 1.01", { $0.discount = 1.01 }),
            ("discount must be within 0...1, got -0.01", { $0.discount = -0.01 }),
            ("trace decay must be within 0...1, got 1.01", { $0.traceDecay = 1.01 }),
            ("trace decay must be within 0...1, got -0.01", { $0.traceDecay = -0.01 }),
            ("clip must be > 0 and < 1, got 0.0", { $0.clip = 0 }),
            ("clip must be > 0 and < 1, got 1.0", { $0.clip = 1 }),
            ("entropy weight must be finite and >= 0, got -0.01", { $0.entropyWeight = -0.01 }),
            ("entropy weight must be finite and >= 0, got inf", { $0.entropyWeight = .infinity }),
            ("value weight must be finite and >= 0, got -0.01", { $0.valueWeight = -0.01 }),
            ("value weight must be finite and >= 0, got inf", { $0.valueWeight = .infinity }),
            ("gradient limit must be finite and > 0, got 0.0", { $0.gradientLimit = 0 }),
            ("gradient limit must be finite and > 0, got inf", { $0.gradientLimit = .infinity }),
            ("target return must be finite, got nan", { $0.targetReturn = .nan }),
        ]
        for (text, change) in cases { #expect(try complaint(change)?.hasPrefix("s: \(text)") == true, "\(text)") }
    }

    /// The memory is that of the weights with what Adam keeps of them, and of what each step of time keeps.
    @Test func memoryThatTrainingNeeds() throws {
        var configuration = try configuration()
        configuration.encoder = try ObservationEncoder(
            scaler: configuration.encoder.scaler, steps: 1_000_000, unitCode: .receptiveFields(bins: 6, sigma: 0.1))
        (configuration.copies, configuration.horizon, configuration.steps) = (1000, 1000, 900_000)
        (configuration.minibatches, configuration.widths) = (4, [10, 20])
        let shape = configuration.policyShape(.discrete(count: 2))
        #expect(shape.units == 24 && shape.widths == [10, 20])
        // Two networks of 24 × 11 + 10 × 21 weights; 900,000 rows of 24 inputs, a quarter of them with 30 neurons.
        let training = 4.0 * (4 * 2 * (264 + 210) + 1e6 * 900_000 * 24 * 2 + 1e6 * 225_000 * 30 * 4)
        let text = message { try configuration.checkMemory(shape, isTraining: true, "s") }
        #expect(
            text?.contains("need about \(Int((training / 1e9).rounded(.up))) GB of memory, and ") == true,
            "\(text ?? "")")
        #expect(
            text?.hasPrefix("s: 24 units × 1000000 steps of time, 1000 copies × 1000 steps and widths [10, 20]") == true
        )
        (configuration.copies, configuration.horizon) = (100, 10)
        let fewer = 4.0 * (4 * 2 * 474 + 1e6 * 1000 * 48 + 1e6 * 250 * 120)
        #expect(
            message { try configuration.checkMemory(shape, isTraining: true, "s") }?
                .contains("need about \(Int((fewer / 1e9).rounded(.up))) GB") == true)
        // In use, 100 rows at most are computed at once.
        (configuration.copies, configuration.minibatches) = (65_536, 1)
        configuration.encoder = try ObservationEncoder(
            scaler: configuration.encoder.scaler, steps: 1_000_000, unitCode: .receptiveFields(bins: 100, sigma: 0.1))
        let wide = configuration.policyShape(.discrete(count: 2))
        let use = 4.0 * (2 * (4400 + 210) + 1e6 * 100 * 800 + 1e6 * 100 * 120)
        #expect(
            message { try configuration.checkMemory(wide, isTraining: false, "s") }?
                .contains("need about \(Int((use / 1e9).rounded(.up))) GB") == true)
        #expect(message { try AgentTrainerTests.configuration().checkMemory(shape, isTraining: true, "s") } == nil)
    }

    @Test func memoryBeyondCounting() throws {
        var configuration = try configuration()
        configuration.widths = Array(repeating: 65_536, count: 20_000)
        let shape = configuration.policyShape(.discrete(count: 2))
        #expect(
            message { try configuration.checkMemory(shape, isTraining: true, "s") }?.contains(".0 bytes of memory")
                == true)
    }

    // MARK: Policies

    @Test func policiesCheckTheirShape() async {
        await #expect(processExitsWith: .failure) {
            _ = SpikingPolicy.Shape(units: 0, widths: [1], decay: 0.5, actionSpace: .discrete(count: 2))
        }
        await #expect(processExitsWith: .failure) {
            _ = SpikingPolicy.Shape(units: 1, widths: [], decay: 0.5, actionSpace: .discrete(count: 2))
        }
        await #expect(processExitsWith: .failure) {
            _ = SpikingPolicy.Shape(units: 1, widths: [1, 0], decay: 0.5, actionSpace: .discrete(count: 2))
        }
    }

    /// Actions are nearly equally likely at first, as the weights of the last layer are small.
    @Test func weightsOfTheLastLayers() throws {
        let policy = try SpikingPolicyTests.policy()
        var source = RandomSource(seed: 1)
        // Two networks of two layers have drawn before, each with its weight and its bias.
        for _ in 0..<8 { _ = source.split() }
        let action = try Initializer.xavierUniform(gain: 0.01).tensor([2, 5], random: &source)
        #expect(try policy.action.weight.equals(action))
        #expect(try policy.action.bias!.elements(as: Float.self) == [0, 0])
        _ = source.split()
        #expect(try policy.value.weight.equals(Initializer.xavierUniform().tensor([1, 5], random: &source)))
        #expect(try policy.value.bias!.item() == 0 && policy.isTraining && policy.logDeviation == nil)
        let box = try SpikingPolicyTests.policy(.box(BoxSpace(shape: [2], low: [-1, -1], high: [1, 1])))
        #expect(try box.logDeviation!.elements(as: Float.self) == [0, 0] && box.$logDeviation?.range == -80...80)
    }

    /// The first choice at whose share the sum of shares exceeds the drawn number.
    @Test func choicesAreDrawnFromTheirNumbers() throws {
        let counts = [2, 3]
        let rows = 50
        let logits = try Tensor(spread(rows * 5, -1...1).map(Float.init), shape: [rows, 5])
        let distribution = try ActionDistribution(logits, logDeviation: nil, .multiDiscrete(counts: counts))
        let stream = RandomStream(seed: 4)
        let drawn = try distribution.sample(from: stream)
        for choice in 0..<2 {
            let first = choice == 0 ? 0 : 2
            let shares = try logits.sliced(1, first..<first + counts[choice]).logSoftmax(1).exp().elements(
                as: Double.self)
            for row in 0..<rows {
                let number = stream.uniform(at: row * 2 + choice)
                let own = shares[row * counts[choice]..<(row + 1) * counts[choice]]
                let sums = own.indices.map { own[own.startIndex...$0].reduce(0, +) }
                let expected = min(sums.filter { $0 <= number }.count, counts[choice] - 1)
                #expect(drawn[row * 2 + choice] == Float(expected), "row \(row), choice \(choice)")
            }
        }
        #expect(throws: TensorError.self) {
            try ActionDistribution(
                Tensor([.nan, 0] as [Float], shape: [1, 2]), logDeviation: nil, .discrete(count: 2))
        }
    }

    // MARK: Runs

    @Test func meansAndDeviationsOfReturns() throws {
        func evaluation(_ returns: [Double]) throws -> AgentEvaluation {
            let lengths = returns.map { _ in 1 }
            let text = "{\"returns\":\(returns),\"lengths\":\(lengths),\"inputRate\":0.5,\"actorRate\":0.25}"
            return try JSONDecoder().decode(AgentEvaluation.self, from: Data(text.utf8))
        }
        #expect(try evaluation([1, 3]).mean == 2 && evaluation([1, 3]).standardDeviation == 2.0.squareRoot())
        #expect(try evaluation([7]).mean == 7 && evaluation([7]).standardDeviation == 0)
        #expect(try evaluation([2, 4, 9]).standardDeviation == 13.0.squareRoot())
    }

    @Test func listsOfDifferencesAreCut() {
        #expect(["a", "b", "c", "d"].summary == "a; b; c; and 1 more")
        #expect(["a", "b", "c"].summary == "a; b; c" && ["a", "b", "c", "d", "e"].summary == "a; b; c; and 2 more")
        let long = String(repeating: "x", count: 200)
        #expect([long].summary == long && [long + "y"].summary == long + "…")
    }

    @Test func layoutsOfRuns() throws {
        try folder.file("single/configuration.json", Array("{}".utf8))
        for name in ["seed-10", "seed-9"] { try folder.file("several/\(name)/configuration.json", Array("{}".utf8)) }
        func complaint(_ isSingle: Bool, _ name: String) -> String? {
            message { try AgentRun.requireLayout(isSingle: isSingle, in: folder.file(name)) }?
                .replacing(folder.path + "/", with: "")
        }
        #expect(complaint(true, "single") == nil && complaint(false, "several") == nil)
        #expect(complaint(true, "none") == nil && complaint(false, "none") == nil)
        #expect(
            complaint(false, "single")
                == "single: holds a single run; name another output folder for the runs of several seeds")
        #expect(
            complaint(true, "several")
                == "several: holds the runs seed-9, seed-10; name one of their folders to go on with it, or another "
                + "output folder for a single run")
        #expect(
            message { _ = try AgentRun(folder.file("several")) }?
                .hasSuffix("several: holds the runs seed-9, seed-10; name one of their folders") == true)
        // A folder that holds a single run may hold others too.
        try folder.file("single/seed-1/configuration.json", Array("{}".utf8))
        #expect(complaint(true, "single") == nil)
    }

    @Test func damagedProgressIsRefused() throws {
        let configuration = try AgentResumptionTests.configuration(steps: 16)
        func trainer() throws -> AgentTrainer {
            try AgentTrainer(
                configuration, in: CartPole(count: configuration.copies), testedIn: CartPole(count: 4), seed: 7,
                folder: folder.file("run"))
        }
        _ = try trainer().train()
        let path = folder.file("run/checkpoint.safetensors")
        let (tensors, texts) = try Safetensors.read(path)
        let progress = String(decoding: try tensors["progress"]!.elements(as: UInt8.self), as: UTF8.self)
        func complaint(_ change: (inout [String: Any]) -> Void) throws -> String? {
            var fields = try #require(try JSONSerialization.jsonObject(with: Data(progress.utf8)) as? [String: Any])
            change(&fields)
            var damaged = tensors
            damaged["progress"] = try Tensor([UInt8](JSONSerialization.data(withJSONObject: fields)))
            try Safetensors.write(damaged, metadata: texts, to: path)
            return message { _ = try trainer() }?.replacing(path, with: "")
        }
        let refusal = ": its progress is damaged; remove it to begin the run anew"
        let lengths = Array(repeating: 1, count: 8)
        for (name, value) in [
            ("update", -1), ("update", 1_000_000_001), ("seconds", -0.5), ("step", -1), ("step", 17),
            ("lengths", [-1] + lengths.dropFirst()), ("lengths", [1_000_000_001] + lengths.dropFirst()),
            ("lengths", Array(lengths.dropFirst())), ("lengths", lengths + [1]),
            ("sums", [1.01e60] + lengths.dropFirst().map { Double($0) }),
            ("sums", lengths + [1]), ("sums", Array(lengths.dropFirst())),
        ] as [(String, Any)] {
            #expect(try complaint { $0[name] = value } == refusal, "\(name) \(value)")
        }
        #expect(
            try complaint { $0["best"] = ["returns": [], "lengths": [], "inputRate": 0, "actorRate": 0] } == refusal)
        #expect(
            try complaint { $0["best"] = ["returns": [1], "lengths": [], "inputRate": 0, "actorRate": 0] } == refusal)
        #expect(try complaint { $0["best"] = nil } == refusal)
        for (name, value) in [
            ("update", 0), ("update", 1_000_000_000), ("seconds", 0), ("step", 0), ("step", 16),
            ("lengths", [0] + lengths.dropFirst()), ("lengths", [1_000_000_000] + lengths.dropFirst()),
            ("sums", [0.99e60] + lengths.dropFirst().map { Double($0) }),
        ] as [(String, Any)] {
            #expect(try complaint { $0[name] = value } == nil, "\(name) \(value)")
        }
    }

    @Test func trainersCheckTheirEnvironments() async {
        await #expect(processExitsWith: .failure) {
            let folder = try TemporaryFolder()
            let configuration = try AgentTrainerTests.configuration()
            _ = try AgentTrainer(
                configuration, in: CartPole(count: 7), testedIn: CartPole(count: 1), seed: 1, folder: folder.file("a"))
        }
        await #expect(processExitsWith: .failure) {
            let folder = try TemporaryFolder()
            let configuration = try AgentTrainerTests.configuration()
            _ = try AgentTrainer(
                configuration, in: Matching(count: 8, .discrete(count: 2), features: 3), testedIn: CartPole(count: 1),
                seed: 1, folder: folder.file("a"))
        }
    }

    private func trained(_ space: ActionSpace, _ change: (inout AgentConfiguration) -> Void) throws -> (
        trainer: AgentTrainer, best: [Bool]
    ) {
        var configuration = try configuration()
        configuration.environment = "Matching"
        change(&configuration)
        let trainer = try AgentTrainer(
            configuration, in: Matching(count: 8, space), testedIn: Matching(count: 4, space), seed: 1,
            folder: folder.file("matching"))
        var best: [Bool] = []
        _ = try trainer.train { event in
            if case .evaluation(_, let isBest) = event { best.append(isBest) }
        }
        return (trainer, best)
    }

    /// The rate falls linearly to a tenth; the mean return is that of the last 100 episodes.
    @Test func recordsOfUpdates() throws {
        let trainer = try trained(.discrete(count: 2)) { ($0.steps, $0.evaluationInterval) = (2048, 100) }.trainer
        let (updates, episodes) = (trainer.records.updates, trainer.records.episodes)
        #expect(updates.count == 8 && episodes.count > 150)
        for (index, update) in updates.enumerated() {
            #expect(update.update == index + 1 && update.step == 256 * (index + 1))
            #expect(abs(update.learningRate - 0.002 * (1 - 0.9 * Double(index) / 8)) < 1e-12)
            let recent = episodes.filter { $0.step <= update.step }.suffix(100).map(\.total)
            #expect(abs(update.meanReturn! - recent.reduce(0, +) / Double(recent.count)) < 1e-9)
        }
    }

    /// Actions without a choice bring the same return each time, of which the first is the best.
    @Test func theFirstOfEqualEvaluationsIsTheBest() throws {
        let (trainer, best) = try trained(.discrete(count: 1)) { ($0.steps, $0.evaluationInterval) = (1024, 1) }
        #expect(trainer.records.evaluations.map(\.step) == [256, 512, 768, 1024])
        #expect(best == [true, false, false, false])
        #expect(trainer.records.evaluations.allSatisfy { $0.meanReturn == 0 && $0.episodes == 4 })
    }

    @Test func episodesNeedOneCopy() async {
        await #expect(processExitsWith: .failure) {
            let encoder = try AgentTrainerTests.configuration().encoder
            var random = RandomSource(seed: 1)
            let policy = try SpikingPolicy(
                .init(units: 24, widths: [2], decay: 0.5, actionSpace: .discrete(count: 2)), random: &random)
            _ = try AgentEpisode(of: policy, encoder, in: CartPole(count: 2), seed: 1)
        }
        await #expect(processExitsWith: .failure) {
            let encoder = try AgentTrainerTests.configuration().encoder
            var random = RandomSource(seed: 1)
            let policy = try SpikingPolicy(
                .init(units: 24, widths: [2], decay: 0.5, actionSpace: .discrete(count: 2)), random: &random)
            _ = try AgentEvaluation(of: policy, encoder, in: CartPole(count: 1), episodes: 0, seed: 1)
        }
    }

    // MARK: Reports

    @Test func whatAReportSays() throws {
        let trainer = try trained(.discrete(count: 2)) { ($0.steps, $0.widths) = (512, [3, 2]) }.trainer
        let policy = try trainer.run.policy(for: Matching(count: 1, .discrete(count: 2)))
        let encoder = trainer.run.configuration.encoder
        let episode = try AgentEpisode(of: policy, encoder, in: Matching(count: 1, .discrete(count: 2)), seed: 5)
        let evaluation = try AgentEvaluation(
            of: policy, encoder, in: Matching(count: 1, .discrete(count: 2)), episodes: 1, seed: 5)
        let places = Double(24 * 4 * episode.rewards.count)
        #expect(abs(evaluation.inputRate - Double(episode.inputs.spikeCount) / places) < 1e-12)
        #expect(episode.widths == [3, 2] && episode.neurons.unitCount == 5)
        let text = "{\"returns\":[-2,3,11],\"lengths\":[4,6,8],\"inputRate\":0.12345,\"actorRate\":0.54321}"
        let figures = try JSONDecoder().decode(AgentEvaluation.self, from: Data(text.utf8))
        let html = AgentReport(
            trainer.run, try trainer.run.records(), figures, episode, featureNames: [], command: "spike gym train",
            program: "SpikeKit 7"
        ).html
        let words = html.replacing(/<[^>]*>/, with: " ").split(whereSeparator: \.isWhitespace).joined(separator: " ")
        for part in [
            "Mean return 4 over 3 episodes, seed 1", "mean return 4 ", "standard deviation 6.557", "lowest -2",
            "highest 11",
            "mean length 6", "input spikes a unit and step 0.123", "spikes per neuron and step 0.543",
            "The first 10 of the 10 observations", "units 24", "steps of time 4", "neurons 3, 2", "copies 8",
            "horizon 32", "epochs 6", "minibatches 4", "learning rate 0.002", "discount 0.99", "trace decay 0.95",
            "clip 0.2", "entropy weight 0.005", "1/0", "1/2", "2/1",
        ] {
            #expect(words.replacing("−", with: "-").contains(part), "\(part)")
        }
        #expect(!words.contains("0/1") && !words.contains("1/3") && !words.contains("2/2"))
    }
}
