import Foundation
import SpikeGym
import TorchModules
import TorchTensors

/// Trains a spiking policy by proximal policy optimisation in a vectorised environment, and keeps the best.
///
/// On one thread the same configuration and seed give the same weights.
public final class AgentTrainer {
    public let run: AgentRun
    public let policy: SpikingPolicy
    /// The figures so far.
    public private(set) var records = AgentRecords()

    private let environment: any VectorEnvironment
    private let test: any VectorEnvironment
    private let optimizer: PolicyOptimizer
    private let device: Device
    private let random: RandomStream
    private var feed: ObservationFeed
    private var observations: [Float] = []
    /// Of the episode under way in each copy.
    private var sums: [Double]
    private var lengths: [Int]
    private var step = 0
    private var best: AgentEvaluation?

    /// What happens in a run.
    public enum Event: Sendable {
        case update(UpdateRecord)
        case evaluation(EvaluationRecord, isBest: Bool)
        /// The environments' process was started anew.
        case restart
    }

    /// Begins a run.
    ///
    /// - Parameters:
    ///   - environment: Of `configuration.copies`.
    ///   - test: The same environment for evaluations, of any number of copies.
    ///   - folder: Made if it is not there.
    /// - Throws: `AgentError` if the folder holds a run already or a setting is wrong; `FileError`, `TensorError`.
    public init(
        _ configuration: AgentConfiguration, in environment: any VectorEnvironment,
        testedIn test: any VectorEnvironment,
        seed: UInt64, folder: String, device: Device = .cpu
    ) throws {
        precondition(
            environment.count == configuration.copies,
            "AgentTrainer: \(environment.count) copies, \(configuration.copies) in the configuration")
        precondition(
            environment.observationSpace.count == configuration.encoder.scaler.featureCount,
            "AgentTrainer: the encoder is for \(configuration.encoder.scaler.featureCount) features")
        run = try AgentRun(configuration, seed: seed, folder: folder)
        random = RandomStream(seed: seed)
        var weights = RandomSource(seed: seed)
        policy = try SpikingPolicy(configuration.policyShape(environment.actionSpace), random: &weights)
        try policy.to(device)
        optimizer = PolicyOptimizer(policy, configuration)
        self.environment = environment
        self.test = test
        self.device = device
        feed = ObservationFeed(configuration.encoder, batch: configuration.copies, device: device)
        sums = Array(repeating: 0, count: configuration.copies)
        lengths = Array(repeating: 0, count: configuration.copies)
    }

    private var configuration: AgentConfiguration { run.configuration }

    /// Trains to the end, and returns the evaluation of the weights that were kept.
    ///
    /// - Parameter report: Called as things happen. What it throws ends the run; its files then hold all until there.
    public func train(_ report: (Event) throws -> Void = { _ in }) throws -> AgentEvaluation {
        do {
            return try trainToTheEnd(report)
        } catch {
            // What there is, is worth keeping; the error that ended the run is the one to tell.
            try? writeRecords()
            throw error
        }
    }

    private func trainToTheEnd(_ report: (Event) throws -> Void) throws -> AgentEvaluation {
        let start = ContinuousClock.now
        observations = try environment.reset(seed: run.seed)
        let perUpdate = configuration.copies * configuration.horizon
        let updates = (configuration.steps + perUpdate - 1) / perUpdate
        for update in 1...updates {
            let rollout = try collect(report)
            // Down to a tenth of it at the end.
            let learningRate = configuration.learningRate * (1 - 0.9 * Double(update - 1) / Double(updates))
            let figures = try optimizer.update(
                rollout, learningRate: learningRate, random: random.split("minibatches").split(update))
            let recent = records.episodes.suffix(100).map(\.total)
            let record = UpdateRecord(
                update: update, step: step,
                meanReturn: recent.isEmpty ? nil : recent.reduce(0, +) / Double(recent.count),
                policyLoss: figures.policyLoss, valueLoss: figures.valueLoss, entropy: figures.entropy,
                learningRate: learningRate, seconds: (ContinuousClock.now - start) / .seconds(1))
            records.updates.append(record)
            try report(.update(record))
            guard update % configuration.evaluationInterval == 0 || update == updates else { continue }
            let evaluation = try evaluate(report)
            if let target = configuration.targetReturn, evaluation.mean >= target { break }
        }
        return best!
    }

    private func evaluate(_ report: (Event) throws -> Void) throws -> AgentEvaluation {
        // Episodes that training does not see, the same each time.
        let evaluation = try AgentEvaluation(
            of: policy, configuration.encoder, in: test, episodes: configuration.evaluationEpisodes,
            seed: run.seed &+ 1_000_000, device: device)
        let record = EvaluationRecord(
            step: step, meanReturn: evaluation.mean, standardDeviation: evaluation.standardDeviation,
            episodes: evaluation.returns.count)
        records.evaluations.append(record)
        let isBest = best.map { evaluation.mean > $0.mean } ?? true
        if isBest {
            best = evaluation
            try run.write(policy)
        }
        try writeRecords()
        try report(.evaluation(record, isBest: isBest))
        return evaluation
    }

    private func writeRecords() throws {
        try run.write(records.updates, to: run.updatesPath)
        try run.write(records.episodes, to: run.episodesPath)
        try run.write(records.evaluations, to: run.evaluationsPath)
    }

    /// Acts for `horizon` steps.
    private func collect(_ report: (Event) throws -> Void) throws -> Rollout {
        let (copies, horizon, width) = (configuration.copies, configuration.horizon, environment.actionSpace.width)
        var (spikes, steps, drawn, logProbabilities): ([Tensor], [AdvantageEstimator.Step], [Float], [Tensor]) = (
            [], [], [], []
        )
        try withoutGradient {
            for _ in 0..<horizon {
                let input = try feed.spikes(observations).tensor
                let distribution = try policy.distribution(input)
                let values = try policy.values(input).to(.cpu).elements(as: Float.self).map { Double($0) }
                let actions = try distribution.sample(from: random.split("actions").split(step))
                logProbabilities.append(
                    try distribution.logProbability(Tensor(actions, shape: [copies, width], device: device)))
                let result = try environment.step(environment.actionSpace.actions(actions))
                // V of the next observation is known once that is acted on.
                if let last = steps.indices.last { steps[last].fillNextValues(values) }
                var own = AdvantageEstimator.Step(
                    rewards: result.rewards, values: values,
                    nextValues: result.terminated.map { $0 ? 0 : .nan }, isEnd: (0..<copies).map(result.isEnd))
                if (0..<copies).contains(where: { result.truncated[$0] && !result.terminated[$0] }) {
                    let reached = try policy.values(feed.peek(result.reached)).to(.cpu).elements(as: Float.self)
                    for row in 0..<copies where result.truncated[row] && !result.terminated[row] {
                        own.nextValues[row] = Double(reached[row])
                    }
                }
                spikes.append(input)
                steps.append(own)
                drawn += actions
                step += copies
                count(result)
                feed.follow(result)
                observations = result.observations
                if result.isRestarted { try report(.restart) }
            }
            let values = try policy.values(feed.peek(observations)).to(.cpu).elements(as: Float.self)
            steps[horizon - 1].fillNextValues(values.map { Double($0) })
        }
        let (advantages, returns) = AdvantageEstimator(
            discount: configuration.discount, traceDecay: configuration.traceDecay
        ).estimate(steps)
        return Rollout(
            spikes: try Tensor.stacked(spikes, 1).flattened(1, 2),
            actions: try Tensor(drawn, shape: [horizon * copies, width], device: device),
            logProbabilities: try Tensor.concatenated(logProbabilities),
            advantages: try Tensor(advantages, device: device), returns: try Tensor(returns, device: device))
    }

    /// Adds a step to the episodes under way, and notes those that are over.
    private func count(_ result: EnvironmentStep) {
        for row in 0..<configuration.copies {
            sums[row] += result.rewards[row]
            lengths[row] += 1
            guard result.isEnd(row) else { continue }
            // Cut off by a process that was gone: its return says nothing.
            if !result.isRestarted {
                records.episodes.append(EpisodeRecord(step: step, total: sums[row], length: lengths[row]))
            }
            (sums[row], lengths[row]) = (0, 0)
        }
    }
}

extension AdvantageEstimator.Step {
    /// Sets what was not known yet.
    fileprivate mutating func fillNextValues(_ values: [Double]) {
        for row in nextValues.indices where nextValues[row].isNaN { nextValues[row] = values[row] }
    }
}
