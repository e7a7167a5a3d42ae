import ArgumentParser
import SpikeCommandLine
import SpikeGym
import SpikingAgents
import TorchTensors

struct GymCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gym", abstract: "Trains spiking agents in reinforcement learning's environments.",
        subcommands: [GymTrainCommand.self, GymEvaluateCommand.self, GymReplayCommand.self])
}

/// A run of `spike gym train`, and the environment to try it in.
struct AgentOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The folder of a run of `spike gym train`.", valueName: "RUN"))
    var run: String

    @OptionGroup var source: EnvironmentOptions
    @OptionGroup var runtime: RuntimeOptions

    /// The run, its environment and its policy.
    func open(copies: Int) throws -> (AgentRun, any VectorEnvironment, SpikingPolicy, Device) {
        let run = try AgentRun(run)
        let device = try runtime.applyForAgents()
        var source = source
        // Where it was trained, unless asked for otherwise.
        if source.kind == nil { source.kind = run.configuration.usesGymnasium ? .gymnasium : .native }
        let environment = try source.source.environment(run.configuration.environment, count: copies)
        return (run, environment, try run.policy(for: environment, device: device), device)
    }
}

extension RuntimeOptions {
    /// As `apply`, but with one thread where none are asked for: these networks are too small for more.
    func applyForAgents() throws -> Device {
        let device = try apply().device
        if threads == nil { try Torch.setThreadCount(1) }
        return device
    }
}

extension AgentEvaluation {
    var text: String {
        "mean return \(fixed(mean)) ± \(fixed(standardDeviation)) over \(returns.count) "
            + "episode\(returns.count == 1 ? "" : "s") (\(fixed(returns.min() ?? 0)) to \(fixed(returns.max() ?? 0))); "
            + "\(fixed(100 * actorRate)) % of neurons spike at a step"
    }
}

/// A number with at most two digits after the point.
func fixed(_ value: Double) -> String {
    let rounded = (value * 100).rounded() / 100
    return rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int(rounded))" : "\(rounded)"
}
