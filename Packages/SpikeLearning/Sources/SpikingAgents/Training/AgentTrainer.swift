import ArrayFiles
import Foundation
import SpikeGym
import TorchModules
import TorchTensors

/// Trains a spiking policy by proximal policy optimisation in parallel environments, and keeps the weights with the
/// best evaluation.
///
/// On one thread, the same configuration and seed give the same weights, even if the run was stopped and continued,
/// provided that the environment is a `SavableEnvironment`. Other environments begin new episodes when a run continues.
public final class AgentTrainer {
    /// The run's folder, settings and seed.
    public let run: AgentRun
    /// The policy in training.
    public let policy: SpikingPolicy
    /// The figures of all updates, episodes and evaluations so far.
    public private(set) var records = AgentRecords()
    /// The number of steps so far, summed over all environments; above 0 from the start if the run continues an earlier
    /// one.
    public private(set) var step = 0

    /// Whether training has finished; `train` then returns the evaluation at once.
    public private(set) var isFinished: Bool

    private let environment: any VectorEnvironment
    private let test: any VectorEnvironment
    private let optimizer: PolicyOptimizer
    private let device: Device
    private let random: RandomStream
    /// The lock on the run's folder, held as long as this trainer may write there.
    private let lock: FolderLock
    private var check: FiniteCheck
    private var feed: ObservationFeed
    private var observations: [Float] = []
    /// The sum of rewards of the current episode in each environment.
    private var sums: [Double]
    /// The number of steps of the current episode in each environment.
    private var lengths: [Int]
    private var update = 0
    private var best: (evaluation: AgentEvaluation, state: [String: Tensor])?
    /// The state between two updates that training can continue from; `nil` while an update changes the weights.
    private var progress: AgentCheckpoint.Progress?
    private var secondsBefore = 0.0
    private let start = ContinuousClock.now

    /// An event that `train` reports.
    public enum Event: Sendable {
        /// The policy was updated.
        case update(UpdateRecord)
        /// The policy was evaluated; `isBest` says whether its weights are now the ones that are kept.
        case evaluation(EvaluationRecord, isBest: Bool)
        /// The environments' process was restarted.
        case restart
    }

    /// Begins a run, or continues the one that the folder holds.
    ///
    /// Traps if `environment` has another number of environments than `configuration.copies`, or another number of
    /// features than the encoder.
    /// - Parameters:
    ///   - configuration: The settings of the run.
    ///   - environment: The `configuration.copies` parallel environments to train in.
    ///   - test: The same kind of environment for evaluations, any number in parallel.
    ///   - seed: The seed of all random numbers.
    ///   - folder: The run's folder. It is created if it does not exist, and locked as long as this trainer lives.
    ///   - device: The device that the networks run on.
    /// - Throws: `AgentError` if the folder holds a damaged run or one with other settings, a setting is outside its
    ///   range, or memory would not suffice; `FileError` if another process trains there; `TensorError`,
    ///   `EnvironmentError`.
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
        // These files may be damaged, or newer than the checkpoint.
        if let best { try run.writeWeights(best.state) }
        try writeRecords(records)
        // Environments that cannot be saved begin new episodes.
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

    /// Trains to the end and returns the evaluation of the weights that were kept. Returns at once if the run has
    /// finished.
    ///
    /// To continue after an error or a stop, create another trainer.
    /// - Parameters:
    ///   - report: Called at each event. If it throws, the run ends, after its files were brought up to date.
    ///   - shouldStop: Called between steps. Return true to end training with an `AgentInterruption`, after writing a
    ///     checkpoint that the run can continue from.
    /// - Throws: `AgentInterruption`; `AgentError` if training diverges; the errors of environments, encoder and files.
    public func train(
        _ report: (Event) throws -> Void = { _ in }, shouldStop: () -> Bool = { false }
    ) throws -> AgentEvaluation {
        do {
            return try trainToTheEnd(shouldStop, report)
        } catch is CancellationError {
            try save()
            throw AgentInterruption(step: progress?.step ?? step, checkpoint: run.checkpointPath)
        } catch {
            // Save what there is; the error that ended the run is the one to report.
            try? save()
            throw error
        }
    }

    private func trainToTheEnd(
        _ shouldStop: () -> Bool, _ report: (Event) throws -> Void
    ) throws -> AgentEvaluation {
        if let best, isFinished { return best.evaluation }
        if observations.isEmpty {
            // New episodes, different from those before the stop.
            observations = try environment.reset(seed: run.seed &+ UInt64(step) << 32)
        }
        try check.begin(observations)
        // The number of steps that every environment can take.
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

    /// Collects a rollout and updates the policy from it.
    private func update(
        _ horizon: Int, of updateCount: Int, _ shouldStop: () -> Bool, _ report: (Event) throws -> Void
    ) throws {
        let rollout = try collect(horizon, shouldStop, report)
        // The learning rate falls linearly, to about a tenth at the end.
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
        // Episodes that training does not use, the same in each evaluation.
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

    /// The duration of training in seconds, summed over all starts of the run.
    private var seconds: Double { secondsBefore + (ContinuousClock.now - start) / .seconds(1) }

    private var currentProgress: AgentCheckpoint.Progress {
        AgentCheckpoint.Progress(
            update: update, step: step, seconds: seconds, best: best?.evaluation, isFinished: isFinished,
            records: records, environment: (environment as? any SavableEnvironment)?.savedState, feed: feed.state,
            sums: sums, lengths: lengths)
    }

    /// Writes the figures so far, and a checkpoint if the state is between two updates.
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

    /// Takes `horizon` steps in each environment, and computes their advantages.
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
                // The value of the next observation is known once it is acted on.
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

    /// Adds a step to the current episodes, and records those that ended.
    private func count(_ result: EnvironmentStep) {
        for row in 0..<configuration.copies {
            sums[row] += result.rewards[row]
            lengths[row] += 1
            guard result.isEnd(row) else { continue }
            // An episode that a restart of the process cut off has no meaningful return.
            if !result.isRestarted {
                records.episodes.append(EpisodeRecord(step: step, total: sums[row], length: lengths[row]))
            }
            (sums[row], lengths[row]) = (0, 0)
        }
    }
}

extension AdvantageEstimator.Step {
    /// Sets the values that are still NaN, which were not known yet.
    fileprivate mutating func fillNextValues(_ values: [Double]) {
        for row in nextValues.indices where nextValues[row].isNaN { nextValues[row] = values[row] }
    }
}
