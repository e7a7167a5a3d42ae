import ArgumentParser
import Foundation
import SpikeCommandLine
import SpikeGym
import SpikingAgents
import TorchTensors

struct GymCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        learning: "gym",
        subcommands: [GymTrainCommand.self, GymEvaluateCommand.self, GymReplayCommand.self])
}

/// Options that choose a run of `spike gym train` and the environment to run it in.
struct AgentOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The folder of a run of `spike gym train`.", valueName: "RUN"))
    var run: String

    @OptionGroup var source: EnvironmentOptions
    @OptionGroup var runtime: RuntimeOptions

    /// Opens the run, its environment and its policy.
    func open(copies: Int) throws -> (AgentRun, any VectorEnvironment, SpikingPolicy, Device) {
        let run = try AgentRun(run)
        let device = try runtime.applyForAgents()
        var source = source
        // The environment's implementation in training, unless an option chooses the other.
        if source.kind == nil { source.kind = run.configuration.usesGymnasium ? .gymnasium : .native }
        let environment = try source.source.environment(run.configuration.environment, count: copies)
        return (run, environment, try run.policy(for: environment, device: device), device)
    }
}

extension RuntimeOptions {
    /// Sets LibTorch up, with one thread unless `--threads` is given: these networks are too small for more.
    func applyForAgents() throws -> Device {
        let device = try apply().device
        if threads == nil { try Torch.setThreadCount(1) }
        return device
    }
}

extension AgentEvaluation {
    var text: String {
        "mean return \(fixed(mean)) ± \(fixed(standardDeviation)) over "
            + "\(counted(returns.count, "episode")) (\(fixed(returns.min() ?? 0)) to \(fixed(returns.max() ?? 0))); "
            + "\(fixed(100 * actorRate)) % of neurons spike at a step"
    }
}

/// A number with at most `digits` digits after the point, and the minus sign of reports.
func fixed(_ value: Double, digits: Int = 2) -> String {
    let power = pow(10, Double(digits))
    let rounded = (value * power).rounded() / power
    let text = rounded == rounded.rounded() && abs(rounded) < 1e15 ? "\(Int(rounded))" : "\(rounded)"
    return text.hasPrefix("-") ? "\u{2212}" + text.dropFirst() : text
}
