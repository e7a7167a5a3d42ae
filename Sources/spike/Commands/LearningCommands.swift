import ArgumentParser
import Foundation
import SpikeCommandLine

/// The commands that need LibTorch, which another program runs: `spike-learn`, of the package `SpikeLearning`.
let learningCommands: [any ParsableCommand.Type] = [
    TrainCommand.self, EvaluateCommand.self, PredictCommand.self, AnalyzeCommand.self, DatasetsCommand.self,
    CheckCommand.self,
]

struct TrainCommand: LearningCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Trains a spiking network on pictures; goes on where it was interrupted.")

    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
}

struct EvaluateCommand: LearningCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate", abstract: "Says how a trained network does on test pictures, and how much it fires.")

    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
}

struct PredictCommand: LearningCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict", abstract: "Says which classes pictures are of, by a trained run or by weights.")

    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
}

struct AnalyzeCommand: LearningCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze", abstract: "Looks into neurons and trained runs: firing patterns, codes in use, energy.")

    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
}

struct DatasetsCommand: LearningCommand {
    static let configuration = CommandConfiguration(
        commandName: "datasets", abstract: "Lists the data sets that are known by name, and fetches them.")

    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
}

struct CheckCommand: LearningCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Says what LibTorch has here, and checks that it computes right.")

    @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
}

/// A command that is listed here and handed over, with all of its arguments.
protocol LearningCommand: ParsableCommand {
    var arguments: [String] { get }
}

extension LearningCommand {
    /// Becomes the program that `SPIKEKIT_LEARN` names, which the wrapper `./spike` sets, or `spike-learn` beside this.
    func run() throws {
        let name = Self.configuration.commandName!
        let environment = ProcessInfo.processInfo.environment
        let program =
            environment["SPIKEKIT_LEARN"]
            ?? Bundle.main.executableURL!.resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "spike-learn").path
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw CommandError(
                "\(name) needs the program spike-learn, and \(program) is none; run it by the wrapper, ./spike \(name)")
        }
        var words = ([program, name] + arguments).map { strdup($0) }
        words.append(nil)
        execv(program, words)
        throw CommandError("\(program): cannot be run: \(String(cString: strerror(errno)))")
    }
}
