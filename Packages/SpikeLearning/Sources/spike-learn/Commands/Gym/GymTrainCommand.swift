import ArgumentParser
import ArrayFiles
import Foundation
import SpikeCommandLine
import SpikeGym
import SpikingAgents
import TorchTensors

struct GymTrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        learning: "gym train",
        discussion: """
            spike gym train --env CartPole-v1 --output runs/cart-pole
            spike gym train --env CartPole-v1 --gymnasium --seeds 35,1000,0 --output runs/three
            spike gym train --env Acrobot-v1 --bins 8 --total-steps 500000 --output runs/acrobot

            A run's folder holds its settings, a line of figures for each episode, update and evaluation, the best weights,
            a checkpoint and report.html. If there are several seeds, each has its own subfolder, and results.json has the
            results of all.

            Ctrl-C (SIGINT), SIGTERM and SIGHUP write a checkpoint and end the command with 130, 143 or 129; a second
            signal ends it at once. The same command continues from the checkpoint.
            """)

    @Option(help: ArgumentHelp("The environment, by Gymnasium's name.", valueName: "NAME"))
    var env: String

    @Option(help: ArgumentHelp("The run's folder.", valueName: "folder"))
    var output: String

    @Option(help: ArgumentHelp("One run for each seed, such as 35,1000,0; 35 if not given.", valueName: "n,n…"))
    var seeds: ValueList<UInt64>?

    @OptionGroup(title: "How it learns") var learning: AgentLearningOptions
    @OptionGroup(title: "How observations are encoded") var encoding: ObservationOptions
    @OptionGroup(title: "Where the environment comes from") var source: EnvironmentOptions
    @OptionGroup(title: "Where it is computed") var runtime: RuntimeOptions

    func run() throws {
        try source.checkProcessOptions(env)
        StopRequest.listen()
        let device = try runtime.applyForAgents()
        let line = ProgressLine()
        let seeds = try distinct(seeds) ?? [35]
        let isSingle = seeds.count == 1
        try AgentRun.requireLayout(isSingle: isSingle, in: output)
        var results: [SeedResult] = []
        for seed in seeds {
            let folder = isSingle ? output : "\(output)/seed-\(seed)"
            let evaluation = try train(seed: seed, folder: folder, device: device, line)
            print("\(folder): \(evaluation.text)")
            results.append(
                SeedResult(
                    seed: seed, meanReturn: evaluation.mean, standardDeviation: evaluation.standardDeviation,
                    episodes: evaluation.returns.count))
            if let request = StopRequest.current {
                line.note("\(folder): has finished; stopped by \(request.name)")
                throw request.exitCode
            }
        }
        guard !isSingle else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try AtomicFile.write(encoder.encode(results) + Data("\n".utf8), to: "\(output)/results.json")
    }

    private func train(
        seed: UInt64, folder: String, device: Device, _ line: ProgressLine
    ) throws -> AgentEvaluation {
        let environment = try source.source.environment(env, count: learning.environments)
        defer { environment.close() }
        let scaler = try encoding.makeScaler(environment: environment, seed: seed)
        if let request = StopRequest.current {
            // The episodes that bounds are fitted on may have been cut short.
            line.note("\(folder): stopped by \(request.name) before it trained; nothing was changed")
            throw request.exitCode
        }
        var configuration = AgentConfiguration(
            environment: env, usesGymnasium: environment is GymnasiumEnvironment,
            encoder: try encoding.makeEncoder(
                scaler: scaler, usualSteps: AgentConfiguration.usualTime, usual: AgentConfiguration.usualUnits,
                seed: seed))
        learning.apply(to: &configuration)
        try configuration.check("settings")
        let test = try source.source.environment(env, count: min(configuration.evaluationEpisodes, 100))
        defer { test.close() }
        let trainer = try AgentTrainer(
            configuration, in: environment, testedIn: test, seed: seed, folder: folder, device: device)
        line.note(
            "\(folder): \(trainer.policy.parameterCount) parameters, \(counted(configuration.encoder.unitCount, "unit")) × "
                + "\(counted(configuration.encoder.steps, "step")), up to \(counted(configuration.steps, "step")) of \(env)"
                + (trainer.isFinished
                    ? "; has finished" : trainer.step > 0 ? "; goes on after step \(trainer.step)" : ""))
        let evaluation = try train(trainer, line)
        line.clear()
        try writeReport(trainer, evaluation, seed: seed, device: device)
        return evaluation
    }

    private func train(_ trainer: AgentTrainer, _ line: ProgressLine) throws -> AgentEvaluation {
        let (folder, steps) = (trainer.run.folder, trainer.run.configuration.steps)
        do {
            return try trainer.train {
                report($0, of: steps, line)
            } shouldStop: {
                StopRequest.current != nil
            }
        } catch let interruption as AgentInterruption {
            guard let request = StopRequest.current else { throw interruption }
            line.note("\(folder): \(request.name): \(interruption); repeat the command to go on")
            throw request.exitCode
        }
    }

    private func report(_ event: AgentTrainer.Event, of steps: Int, _ line: ProgressLine) {
        switch event {
        case .update(let record):
            line.update(
                "\(record.step) of \(counted(steps, "step")), mean return \(record.meanReturn.map { fixed($0) } ?? "–"), "
                    + "\(fixed((Double(record.step) / record.seconds).rounded())) steps/s")
        case .evaluation(let record, let isBest):
            line.note(
                "\(record.step) steps: mean return \(fixed(record.meanReturn)) ± "
                    + "\(fixed(record.standardDeviation)) over \(counted(record.episodes, "episode"))"
                    + (isBest ? "" : ", no better"))
        case .restart: line.note("the environments' process was started anew")
        }
    }

    private func writeReport(
        _ trainer: AgentTrainer, _ evaluation: AgentEvaluation, seed: UInt64, device: Device
    ) throws {
        let one = try source.source.environment(env, count: 1)
        defer { one.close() }
        let run = trainer.run
        // The policy with the best weights, which are not always the last.
        let episode = try AgentEpisode(
            of: run.policy(for: one, device: device), run.configuration.encoder, in: one, seed: seed &+ 1_000_000,
            device: device)
        let report = AgentReport(
            run, trainer.records, evaluation, episode, featureNames: one.featureNames,
            command: ReportFile.command,
            program: ProgramVersion.text)
        try AtomicFile.write(report.html, to: "\(run.folder)/report.html")
    }
}

/// The entry of one seed in `results.json`.
private struct SeedResult: Codable {
    let seed: UInt64
    let meanReturn: Double
    let standardDeviation: Double
    let episodes: Int
}

/// Options that replace settings of the agent's training.
struct AgentLearningOptions: ParsableArguments {
    @Option(
        parsing: .unconditional, help: ArgumentHelp("Steps of all copies together, at most.", valueName: "n"),
        transform: wholeNumber)
    var totalSteps: Int?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Copies of the environment, 16 if not given.", valueName: "B"),
        transform: wholeNumber)
    var environments = 16

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Steps of each copy between updates.", valueName: "n"),
        transform: wholeNumber)
    var horizon: Int?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Number of passes over the steps of an update.", valueName: "n"),
        transform: wholeNumber)
    var epochs: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Number of minibatches that the steps of an update are divided into.", valueName: "n"),
        transform: wholeNumber)
    var minibatches: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Learning rate at the start; it falls to a tenth by the end.", valueName: "r"))
    var learningRate: Double?

    @Option(parsing: .unconditional, help: ArgumentHelp("Neurons of each layer, such as 64,64.", valueName: "n,n…"))
    var widths: ValueList<Int>?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Share of a neuron's membrane potential that stays after a step.", valueName: "λ"))
    var decay: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Discount: the weight of a reward one step later, 0 to 1.", valueName: "γ"))
    var discount: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("λ of generalised advantage estimation, 0 to 1.", valueName: "λ"))
    var traceDecay: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How far an update may change the ratio of the actions' probabilities from 1.", valueName: "ε"))
    var clip: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Weight of the entropy of the actions in the loss; a higher one explores more.", valueName: "w"))
    var entropyWeight: Double?

    @Option(parsing: .unconditional, help: ArgumentHelp("Weight of the critic's error in the loss.", valueName: "w"))
    var valueWeight: Double?

    @Option(parsing: .unconditional, help: ArgumentHelp("Largest norm of a gradient.", valueName: "g"))
    var gradientLimit: Double?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Updates between two evaluations.", valueName: "n"),
        transform: wholeNumber)
    var evaluationInterval: Int?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Episodes of an evaluation.", valueName: "n"),
        transform: wholeNumber)
    var evaluationEpisodes: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Stop when an evaluation reaches this mean return (CartPole-v1: 495; other environments: no limit).",
            valueName: "r"))
    var targetReturn: Double?

    func validate() throws {
        guard (1...65_536).contains(environments) else {
            throw ValidationError("--environments must be within 1...65536, got \(environments)")
        }
    }

    func apply(to configuration: inout AgentConfiguration) {
        configuration.copies = environments
        if let totalSteps { configuration.steps = totalSteps }
        if let horizon { configuration.horizon = horizon }
        if let epochs { configuration.epochs = epochs }
        if let minibatches { configuration.minibatches = minibatches }
        if let learningRate { configuration.learningRate = learningRate }
        if let widths { configuration.widths = widths.values }
        if let decay { configuration.decay = decay }
        if let discount { configuration.discount = discount }
        if let traceDecay { configuration.traceDecay = traceDecay }
        if let clip { configuration.clip = clip }
        if let entropyWeight { configuration.entropyWeight = entropyWeight }
        if let valueWeight { configuration.valueWeight = valueWeight }
        if let gradientLimit { configuration.gradientLimit = gradientLimit }
        if let evaluationInterval { configuration.evaluationInterval = evaluationInterval }
        if let evaluationEpisodes { configuration.evaluationEpisodes = evaluationEpisodes }
        if let targetReturn { configuration.targetReturn = targetReturn }
    }
}
