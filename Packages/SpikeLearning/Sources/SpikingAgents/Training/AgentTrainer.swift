import ArrayFiles
import Foundation
import SpikeGym
import TorchModules
import TorchTensors

/// Trains a spiking policy by proximal policy optimisation in a vectorised environment, and keeps the best.
///
/// On one thread the same configuration and seed give the same weights, also where a run was stopped and went on, if the
/// environment is a `SavableEnvironment`. Others begin new episodes where a run goes on.
public final class AgentTrainer {
    public let run: AgentRun
    public let policy: SpikingPolicy
    /// The figures so far.
    public private(set) var records = AgentRecords()
    /// Steps of all copies so far; above 0 before training where a run goes on.
    public private(set) var step = 0

    /// Whether all is done; `train` then only returns the evaluation.
    public private(set) var isFinished: Bool

    private let environment: any VectorEnvironment
    private let test: any VectorEnvironment
    private let optimizer: PolicyOptimizer
    private let device: Device
    private let random: RandomStream
    /// Held as long as this may write.
    private let lock: FolderLock
    private var check: FiniteCheck
    private var feed: ObservationFeed
    private var observations: [Float] = []
    /// Of the episode under way in each copy.
    private var sums: [Double]
    private var lengths: [Int]
    private var update = 0
    private var best: (evaluation: AgentEvaluation, state: [String: Tensor])?
    /// Where training stood between two updates, which it can go on from; nil while an update changes the weights.
    private var progress: AgentCheckpoint.Progress?
    private var secondsBefore = 0.0
    private let start = ContinuousClock.now

    /// What happens in a run.
    public enum Event: Sendable {
        case update(UpdateRecord)
        case evaluation(EvaluationRecord, isBest: Bool)
        /// The environments' process was started anew.
        case restart
    }

    /// Begins a run, or goes on with the one that the folder holds.
    ///
    /// - Parameters:
    ///   - environment: Of `configuration.copies`.
    ///   - test: The same environment for evaluations, of any number of copies.
    ///   - folder: Made if it is not there; locked as long as this trainer lives.
    /// - Throws: `AgentError` if the folder holds a run with other settings or a damaged one, a setting is wrong, or
    ///   memory would not suffice; `FileError` if another process trains there; `TensorError`, `EnvironmentError`.
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
        try configuration.check("settings")
        let shape = configuration.policyShape(environment.actionSpace)
        try configuration.checkMemory(shape, isTraining: true, "settings")
        (run, lock) = try AgentRun.open(configuration, seed: seed, folder: folder)
        let checkpoint = try AgentCheckpoint.read(of: run)
        random = RandomStream(seed: seed)
        var weights = RandomSource(seed: seed)
        policy = try SpikingPolicy(shape, random: &weights)
        try policy.to(device)
        optimizer = PolicyOptimizer(policy, configuration)
        self.environment = environment
        self.test = test
        self.device = device
        check = FiniteCheck(environment)
        sums = Array(repeating: 0, count: configuration.copies)
        lengths = Array(repeating: 0, count: configuration.copies)
        guard let checkpoint else {
            feed = ObservationFeed(configuration.encoder, batch: configuration.copies, device: device)
            isFinished = false
            return
        }
        let progress = checkpoint.progress
        feed = ObservationFeed(configuration.encoder, progress.feed, device: device)
        (update, step, secondsBefore, isFinished) = (
            progress.update, progress.step, progress.seconds, progress.isFinished
        )
        records = progress.records
        best = progress.best.map { (evaluation: $0, state: checkpoint.best) }
        do {
            try policy.load(state: checkpoint.policy)
            try optimizer.load(state: checkpoint.optimizer)
        } catch {
            throw AgentError("\(run.checkpointPath): \(error); remove it to begin the run anew")
        }
        // What was written after the checkpoint, or is damaged.
        if let best { try run.writeWeights(best.state) }
        try writeRecords(records)
        // Other environments cannot go on in the middle of their episodes.
        guard !isFinished, let saved = progress.environment, let savable = environment as? any SavableEnvironment else {
            feed.beginEpisodes()
            return
        }
        do {
            observations = try savable.restore(saved)
            (sums, lengths) = (progress.sums, progress.lengths)
        } catch {
            throw AgentError("\(run.checkpointPath): \(error); remove it to begin the run anew")
        }
    }

    private var configuration: AgentConfiguration { run.configuration }

    /// Trains to the end, and returns the evaluation of the weights that were kept; at once where the run has finished.
    /// To go on after an error or a stop, make another trainer.
    ///
    /// - Parameters:
    ///   - report: Called as things happen. What it throws ends the run; its files then hold all until there.
    ///   - shouldStop: Asked between steps. True ends training with an `AgentInterruption`, after a checkpoint was
    ///     written that the same run goes on from.
    /// - Throws: `AgentInterruption`; `AgentError` if training diverges; what environments, encoder and files throw.
    public func train(
        _ report: (Event) throws -> Void = { _ in }, shouldStop: () -> Bool = { false }
    ) throws -> AgentEvaluation {
        do {
            return try trainToTheEnd(shouldStop, report)
        } catch is CancellationError {
            try save()
            throw AgentInterruption(step: progress?.step ?? step, checkpoint: run.checkpointPath)
        } catch {
            // What there is, is worth keeping; the error that ended the run is the one to tell.
            try? save()
            throw error
        }
    }

    private func trainToTheEnd(
        _ shouldStop: () -> Bool, _ report: (Event) throws -> Void
    ) throws -> AgentEvaluation {
        if let best, isFinished { return best.evaluation }
        if observations.isEmpty {
            // Other episodes than those before.
            observations = try environment.reset(seed: run.seed &+ UInt64(step) << 32)
        }
        try check.begin(observations)
        // As many steps as every copy can take.
        let stepsOfEach = configuration.steps / configuration.copies
        let updateCount = (stepsOfEach + configuration.horizon - 1) / configuration.horizon
        progress = currentProgress
        while true {
            if shouldStop() { throw CancellationError() }
            let horizon = min(configuration.horizon, stepsOfEach - step / configuration.copies)
            if isEvaluationDue(isLast: horizon <= 0) {
                let (record, isBest) = try evaluate(shouldStop)
                isFinished = horizon <= 0 || configuration.targetReturn.map { record.meanReturn >= $0 } ?? false
                progress = currentProgress
                try save()
                try report(.evaluation(record, isBest: isBest))
                if isFinished { return best!.evaluation }
            }
            try update(horizon, of: updateCount, shouldStop, report)
        }
    }

    private func isEvaluationDue(isLast: Bool) -> Bool {
        isLast
            || update > 0 && update % configuration.evaluationInterval == 0 && records.evaluations.last?.step != step
    }

    /// Acts, and learns from it.
    private func update(
        _ horizon: Int, of updateCount: Int, _ shouldStop: () -> Bool, _ report: (Event) throws -> Void
    ) throws {
        let rollout = try collect(horizon, shouldStop, report)
        // Down to a tenth of it at the end.
        let learningRate = configuration.learningRate * (1 - 0.9 * Double(update) / Double(updateCount))
        progress = nil
        update += 1
        let figures: PolicyOptimizer.Figures
        do {
            figures = try optimizer.update(
                rollout, learningRate: learningRate, random: random.split("minibatches").split(update))
        } catch let divergence as PolicyOptimizer.Divergence {
            throw AgentError(
                "\(run.folder): training diverged in update \(update), after step \(step): \(divergence.quantity) is NaN or "
                    + "infinite; lower the learning rate (\(configuration.learningRate)), or scale the rewards"
                    + (best.map { "; weights.safetensors keeps the best so far, mean return \($0.evaluation.mean)" }
                        ?? ""))
        }
        let recent = records.episodes.suffix(100).map(\.total)
        let record = UpdateRecord(
            update: update, step: step,
            meanReturn: recent.isEmpty ? nil : recent.reduce(0, +) / Double(recent.count),
            policyLoss: figures.policyLoss, valueLoss: figures.valueLoss, entropy: figures.entropy,
            learningRate: learningRate, seconds: seconds)
        records.updates.append(record)
        progress = currentProgress
        try report(.update(record))
    }

    private func evaluate(_ shouldStop: () -> Bool) throws -> (EvaluationRecord, isBest: Bool) {
        // Episodes that training does not see, the same each time.
        let evaluation = try AgentEvaluation(
            of: policy, configuration.encoder, in: test, episodes: configuration.evaluationEpisodes,
            seed: run.seed &+ 1_000_000, device: device, shouldStop: shouldStop)
        let isBest = best.map { evaluation.mean > $0.evaluation.mean } ?? true
        if isBest {
            let state = try policy.state().mapValues { try $0.cloned() }
            try run.writeWeights(state)
            best = (evaluation, state)
        }
        let record = EvaluationRecord(
            step: step, meanReturn: evaluation.mean, standardDeviation: evaluation.standardDeviation,
            episodes: evaluation.returns.count)
        records.evaluations.append(record)
        return (record, isBest)
    }

    /// Of training, in all sessions.
    private var seconds: Double { secondsBefore + (ContinuousClock.now - start) / .seconds(1) }

    private var currentProgress: AgentCheckpoint.Progress {
        AgentCheckpoint.Progress(
            update: update, step: step, seconds: seconds, best: best?.evaluation, isFinished: isFinished,
            records: records, environment: (environment as? any SavableEnvironment)?.savedState, feed: feed.state,
            sums: sums, lengths: lengths)
    }

    /// Writes the figures so far, and what training can go on from.
    private func save() throws {
        try writeRecords(progress?.records ?? records)
        guard let progress else { return }
        try AgentCheckpoint(
            progress: progress, policy: policy.state(), optimizer: optimizer.state(), best: best?.state ?? [:]
        ).write(of: run)
    }

    private func writeRecords(_ records: AgentRecords) throws {
        try run.write(records.updates, to: run.updatesPath)
        try run.write(records.episodes, to: run.episodesPath)
        try run.write(records.evaluations, to: run.evaluationsPath)
    }

    /// Acts for `horizon` steps of each copy.
    private func collect(
        _ horizon: Int, _ shouldStop: () -> Bool, _ report: (Event) throws -> Void
    ) throws -> Rollout {
        let (copies, width) = (configuration.copies, environment.actionSpace.width)
        var (spikes, steps, drawn, logProbabilities): ([Tensor], [AdvantageEstimator.Step], [Float], [Tensor]) = (
            [], [], [], []
        )
        try withoutGradient {
            for _ in 0..<horizon {
                if shouldStop() { throw CancellationError() }
                let input = try feed.spikes(observations).tensor
                let distribution = try policy.distribution(input)
                let values = try policy.values(input).to(.cpu).elements(as: Float.self).map { Double($0) }
                let actions = try distribution.sample(from: random.split("actions").split(step))
                logProbabilities.append(
                    try distribution.logProbability(Tensor(actions, shape: [copies, width], device: device)))
                let result = try environment.step(environment.actionSpace.actions(actions))
                try check.advance(result)
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
